from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline import pack_diff
from persona_extract.records.diff import PackDiff
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_pack_diff import DEMO
from tests.unit.packs.test_packs import pack as pack
from tests.unit.pipeline.test_pack_diff import shift


class Loads(HTMLParser):
    """What a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            str(value)
            for name, value in attrs
            if name in ("src", "href") and not str(value).startswith(("#", "data:,"))
        ]
        self.found += ["script"] if tag == "script" else []


def test_the_verdict_comes_first_in_lines_of_80(shell: Shell) -> None:
    ended = shell("pack", "diff", DEMO, DEMO)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[:2] == ["SAME", "- no threshold was crossed"]
    assert max(map(len, lines)) <= 80
    assert "  added 0, removed 0, changed 0, unchanged 44" in lines


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second pack that is read has everybody write one comma more a turn."""
    read: list[Path] = []

    def reading(folder: Path) -> Pack:
        read.append(folder)
        return shift(read_pack(folder), "commas", 1.0 if len(read) % 2 == 0 else 0.0)

    monkeypatch.setattr(pack_diff, "read_pack", reading)


def test_drift_fails_only_where_it_is_asked_to(shell: Shell, later: None) -> None:
    ended = shell("pack", "diff", DEMO, DEMO)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "DRIFTED"
    assert "1 of 198 dimensions moved" in lines[1]
    assert any(line.startswith("* commas") for line in lines)
    failed = shell("pack", "diff", DEMO, DEMO, "--fail-on-drift")
    assert failed.code == 3
    assert failed.out == ended.out
    assert "drifted" in failed.err


def test_thresholds_can_be_set(shell: Shell, later: None) -> None:
    ended = shell("pack", "diff", DEMO, DEMO, "--effect", "100", "--fail-on-drift")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "SAME")


def test_what_cannot_be_compared_passes_no_gate(shell: Shell, pack: Path) -> None:
    ended = shell("pack", "diff", DEMO, pack, "--fail-on-drift")
    assert ended.code == 3
    lines = ended.out.splitlines()
    assert lines[0] == "CANNOT BE COMPARED"
    assert max(map(len, lines)) <= 80
    assert "not compared: the packs have no user key in common" in ended.out


def test_json_and_page_hold_everything_and_load_nothing(
    shell: Shell, pack: Path, tmp_path: Path
) -> None:
    page = tmp_path / "diff.html"
    ended = shell("pack", "diff", DEMO, pack, "--html", page, "--json")
    assert ended.err == ""
    found = PackDiff.model_validate_json(ended.out)
    assert json.loads(ended.out) == found.model_dump(mode="json")
    text = page.read_text()
    loads = Loads()
    loads.feed(text)
    assert loads.found == []
    assert "http" not in text.replace("http-equiv", "")
    for one in found.dimensions:
        assert one.dimension.replace("_", " ") in text
    for kind in found.catalogue:
        assert all(entry.id in text for entry in (*kind.new, *kind.vanished))


def test_the_page_is_not_written_into_a_pack(shell: Shell, pack: Path, tmp_path: Path) -> None:
    ended = shell("pack", "diff", DEMO, DEMO, "--html", pack / "manifest.json")
    assert ended.code == 2 and "--html" in ended.err and "lies in the pack" in ended.err
    assert shell("pack", "validate", pack).code == 0
    ended = shell("pack", "diff", DEMO, DEMO, "--html", tmp_path / "new" / "diff.html")
    assert ended.code == 2 and "make it first" in ended.err
    assert not (tmp_path / "new").exists()


def test_a_pack_that_is_none_is_named(shell: Shell, tmp_path: Path) -> None:
    ended = shell("pack", "diff", DEMO, tmp_path)
    assert ended.code == 1
    assert "manifest.json" in ended.err
