"""`pack show` and `pack gallery` as people meet them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from persona_extract.cli import profile_card
from persona_extract.cli.pack_list import show_pack
from persona_extract.packs.read import Pack
from persona_extract.report.profile_words import title
from tests.unit.cli.shell import PROGRAM, Shell, environment
from tests.unit.report.gallery_made import (
    ATTACK,
    DEMO,
    demo_pack,
    hostile_pack,
    hostile_profile,
    imported_pack,
    imported_profile,
)


def on_a_terminal(*arguments: object, **more: str) -> str:
    """What the program prints where it is looked at."""
    ours, theirs = pty.openpty()
    env = environment(**{"COLUMNS": "80", "TERM": "xterm", **more})
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={k: v for k, v in env.items() if k != "NO_COLOR" or k in more},
    ):
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return said.decode()


def test_a_profile_is_a_card_of_80_columns(shell: Shell) -> None:
    one = demo_pack().profiles[0]
    ended = shell("pack", "show", DEMO, one.id[:6])
    assert ended.code == 0
    for part in ("Brief", "Directives", "Policy", "Follow-up moves", "Most unusual", "Provenance"):
        assert f"\n{part}" in ended.out
    joined = " ".join(ended.out.split())
    for directive in one.directives:
        assert directive.text in joined
        assert f"in {directive.support.n} of {directive.support.of} turns" in joined
    assert joined.count("check: ") == joined.count("found: ") == len(one.directives)
    assert max(map(cell_len, ended.out.splitlines())) <= 80
    assert "\x1b" not in ended.out and "|---" not in ended.out
    assert not [line for line in ended.out.splitlines() if line != line.rstrip()]


def test_json_is_the_profile(shell: Shell) -> None:
    one = demo_pack().profiles[0]
    ended = shell("pack", "show", DEMO, one.id, "--json")
    assert json.loads(ended.out) == one.model_dump(mode="json")
    manifest = json.loads(shell("pack", "show", DEMO, "--json").out)
    assert manifest["n_profiles"] == 44


def test_json_lists_the_profiles_that_are_asked_for(shell: Shell) -> None:
    def listed(*more: object) -> list[dict[str, object]]:
        return json.loads(shell("pack", "show", DEMO, "--json", *more).out)["profiles"]

    people = {one.id: one for one in demo_pack().profiles}
    assert [one["id"] for one in listed()] == sorted(people)
    for line in listed("--sort", "turns"):
        one = people[str(line["id"])]
        assert line == {
            "id": one.id, "title": title(one), "turns": one.source.n_turns,
            "conversations": len(one.source.conversations), "directives": len(one.directives),
            "traits": len(one.traits), "archetype": one.archetype and one.archetype.name,
        }  # fmt: skip
    turns = [one["turns"] for one in listed("--sort", "turns", "--all")]
    assert len(turns) == 44 and turns == sorted(turns, key=lambda n: -int(str(n)))
    said = shell("pack", "show", DEMO, "--like", "comma", "--all").out
    assert {one["id"] for one in listed("--like", "comma")} == {
        line.split()[0] for line in said.splitlines() if line.startswith("p_")
    }
    assert listed("--archetype", "no such archetype") == []


@pytest.mark.parametrize(
    "flags", [("--sort", "id"), ("--like", "a"), ("--archetype", "a"), ("--all",)]
)
def test_flags_of_the_list_are_refused_for_one_profile(
    flags: tuple[str, ...], shell: Shell
) -> None:
    one = demo_pack().profiles[0].id
    ended = shell("pack", "show", DEMO, one, *flags)
    assert ended.code == 2 and ended.out == ""
    assert flags[0] in ended.err and "only for the list" in " ".join(ended.err.split())


@pytest.mark.parametrize("columns", ["60", "48", "30"])
def test_ids_are_never_broken(columns: str) -> None:
    out = on_a_terminal("pack", "show", DEMO, "--all", COLUMNS=columns, NO_COLOR="1")
    starts = [line.split()[0] for line in out.splitlines() if line.startswith("p_")]
    assert starts == sorted(one.id for one in demo_pack().profiles)


def test_one_profile_has(capsys: pytest.CaptureFixture[str]) -> None:
    pack = demo_pack()
    bare = pack.profiles[0].model_copy(update={"directives": []})
    for profiles, said in (((bare,), "1 of the profiles has"), ((bare, bare), "profiles have")):
        found = replace(pack, profiles=(*profiles, *pack.profiles[2:]))
        show_pack(found, found.profiles, most=1)
        assert f"{said} no directive." in capsys.readouterr().out


def test_a_terminal_gets_colour_and_bars_unless_told_otherwise() -> None:
    one = demo_pack().profiles[0].id
    painted = on_a_terminal("pack", "show", DEMO, one)
    assert "\x1b[" in painted and "====" in painted and "| high" in painted
    bare = on_a_terminal("pack", "show", DEMO, one, NO_COLOR="1")
    assert "\x1b[3" not in bare.replace("\x1b[3m", "") and "====" in bare


def test_long_lists_are_cut_and_say_so(shell: Shell) -> None:
    cut = shell("pack", "show", DEMO).out
    assert cut.count("\np_") == 20 and "20 of 44: --all lists all" in cut
    assert shell("pack", "show", DEMO, "--all").out.count("\np_") == 44


@pytest.mark.parametrize(("order", "column"), [("turns", 1), ("directives", 2)])
def test_profiles_are_sorted(order: str, column: int, shell: Shell) -> None:
    out = shell("pack", "show", DEMO, "--all", "--sort", order).out
    counts = [int(line.split()[column]) for line in out.splitlines() if line.startswith("p_")]
    assert len(counts) == 44 and counts == sorted(counts, reverse=True)


def test_profiles_are_filtered(shell: Shell) -> None:
    pack = demo_pack()
    kind = pack.manifest.archetypes[0]
    out = shell("pack", "show", DEMO, "--archetype", kind.label.name[:12].upper(), "--all").out
    assert out.count("\np_") == kind.n_users
    assert f"{kind.n_users} of 44 profiles." in out
    assert shell("pack", "show", DEMO, "--archetype", kind.id).out.count("\np_") == kind.n_users
    wanted = sum(
        any("comma" in told.text for told in one.directives)
        or bool(one.archetype and "comma" in one.archetype.name)
        for one in pack.profiles
    )
    out = shell("pack", "show", DEMO, "--like", "COMMA", "--all").out
    assert 0 < out.count("\np_") == wanted < 44
    assert "None is like that" in shell("pack", "show", DEMO, "--like", "no such words").out


def test_a_pack_says_how_much_it_rests_on(shell: Shell) -> None:
    out = shell("pack", "show", DEMO).out
    assert "version       0.1.0 (format 1.2)" in out and "k users       5" in out
    turns = [one.source.n_turns for one in demo_pack().profiles]
    some = next(line for line in out.splitlines() if line.startswith("10 to 29"))
    assert int(some.split()[3]) == sum(10 <= n < 30 for n in turns)
    assert max(map(cell_len, out.splitlines())) <= 80


WIDE = "東京の人はとても長い文を書くことがある" * 6


@pytest.mark.parametrize("text", [ATTACK, "\x1b[2J\x1b]0;x\x07 [bold]no[/bold] :smile:", WIDE])
def test_hostile_text_is_inert_and_wrapped(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    profile_card.show_profile(hostile_profile(demo_pack().profiles[0], text))
    pack = hostile_pack(text)
    show_pack(pack, pack.profiles, most=None)
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\x07" not in out
    assert max(map(cell_len, out.splitlines())) <= 80
    if "[bold]" in text:
        assert "[bold]no[/bold] :smile:" in out and r"\x1b[2J" in out


def test_an_imported_profile_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    profile_card.show_profile(imported_profile(demo_pack().profiles[0]))
    out = capsys.readouterr().out
    assert "Directives: 1 imported" in out and "Be brief and a little impatient." in out
    assert "nothing measured supports it" in out and "read        nothing: imported" in out
    assert "Policy" not in out and "Most unusual" not in out
    pack: Pack = imported_pack()
    show_pack(pack, pack.profiles, most=None)
    assert "(imported)" in capsys.readouterr().out


def test_a_gallery_from_the_command_line(shell: Shell, tmp_path: Path) -> None:
    ended = shell("pack", "gallery", DEMO, "--out", tmp_path / "g", "--json")
    made = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert (made["n_profiles"], made["n_files"]) == (44, 52)
    assert Path(made["index"]).is_file()
    ended = shell("pack", "gallery", DEMO, "--out", tmp_path)
    assert ended.code == 2 and "is no gallery" in ended.err
    assert shell("pack", "gallery", DEMO).code == 2
