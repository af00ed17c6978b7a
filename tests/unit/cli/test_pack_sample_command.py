from __future__ import annotations

from pathlib import Path

from persona_extract.packs.panel import read_panel
from persona_extract.packs.read import read_pack
from persona_extract.records.panel import Panel
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_pack_diff import DEMO


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
