from __future__ import annotations

from pathlib import Path

from persona_extract.packs.panel import read_panel
from persona_extract.packs.read import read_pack
from persona_extract.records.panel import Panel
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_pack_diff import DEMO
from tests.unit.packs.test_packs import pack as pack


def test_a_panel_in_lines_of_80(shell: Shell) -> None:
    ended = shell("pack", "sample", DEMO, "--n", "10")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "10 of 44 profiles, by archetype, seed 0"
    assert max(map(len, lines)) <= 80
    assert sum(" p_" in line for line in lines) == 10


def test_the_file_is_what_json_says_and_fits_the_pack(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "panel.json"
    ended = shell("pack", "sample", DEMO, "--n", "9", "--by", "none", "--out", path, "--json")
    found = Panel.model_validate_json(ended.out)
    assert (len(found.members), found.by) == (9, "none")
    assert read_panel(path, read_pack(DEMO)) == found
    written = path.read_bytes()
    shell("pack", "sample", DEMO, "--n", "9", "--by", "none", "--out", path)
    assert path.read_bytes() == written


def test_too_many_is_wrong_usage(shell: Shell) -> None:
    ended = shell("pack", "sample", DEMO, "--n", "50")
    assert ended.code == 2
    assert "ask for --n 44 or fewer" in ended.err
    assert shell("pack", "sample", DEMO, "--by", "horoscope").code == 2


def test_a_panel_of_everybody_is_compared_with_nothing(shell: Shell) -> None:
    ended = shell("pack", "sample", DEMO, "--n", "44")
    assert ended.code == 0 and "The panel is the whole pack" in ended.out
    assert "better than" not in ended.out


def test_a_panel_is_not_written_into_a_pack(shell: Shell, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(pack / "manifest.json")
    (tmp_path / "folder").symlink_to(pack)
    for out in (pack / "manifest.json", pack / "panel.json", tmp_path / "link",
                tmp_path / "folder" / "x.json"):  # fmt: skip
        ended = shell("pack", "sample", DEMO, "--n", "5", "--out", out)
        assert ended.code == 2 and "lies in the pack" in ended.err
    assert shell("pack", "validate", pack).code == 0
    ended = shell("pack", "sample", DEMO, "--n", "5", "--out", tmp_path / "new" / "panel.json")
    assert ended.code == 2 and "make it first" in ended.err
