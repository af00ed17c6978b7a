"""`pack brief`: the brief on stdout, or why there is none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from persona_extract.packs.read import read_pack
from persona_extract.profile.render import LIMITS, SIZES, count_profile_tokens, render
from persona_extract.records.scenario import Scenario
from tests.unit.cli.shell import Shell

DEMO = Path(__file__).resolve().parents[3] / "profiles" / "demo"
TABLE = Scenario(id="s", domain=None, requests=["Book a table."], facts=["Name: Okafor"])


@pytest.mark.parametrize("size", SIZES)
def test_it_prints_what_is_rendered(size: str, shell: Shell, tmp_path: Path) -> None:
    one = read_pack(DEMO).profiles[3]
    table = tmp_path / "table.json"
    table.write_text(TABLE.model_dump_json(indent=1))
    told = ("pack", "brief", DEMO, one.id[:8], "--size", size, "--scenario", table)
    plain = shell(*told)
    assert (plain.code, plain.err) == (0, "")
    assert plain.out == render(one, TABLE, size)
    found = json.loads(shell(*told, "--json").out)
    assert found == {
        "profile": one.id,
        "size": size,
        "tokens": count_profile_tokens(one, size),
        "brief": plain.out,
    }
    assert 0 < found["tokens"] < LIMITS.get(size, 10**6)


def test_without_a_scenario_it_is_full(shell: Shell) -> None:
    one = read_pack(DEMO).profiles[0]
    assert shell("pack", "brief", DEMO, one.id).out == render(one)


def test_of_many_scenarios_the_first_is_taken(shell: Shell, tmp_path: Path) -> None:
    one = read_pack(DEMO).profiles[0]
    many = tmp_path / "many.jsonl"
    other = TABLE.model_copy(update={"id": "t", "requests": ["Cancel it."]})
    many.write_text(f"\ufeff\n{TABLE.model_dump_json()}\n{other.model_dump_json()}\n")
    assert shell("pack", "brief", DEMO, one.id, "--scenario", many).out == render(one, TABLE)


def test_a_list_and_a_task_of_a_benchmark(shell: Shell, tmp_path: Path) -> None:
    one = read_pack(DEMO).profiles[0]
    path = tmp_path / "many.json"
    path.write_text(f"[{TABLE.model_dump_json()}]")
    assert shell("pack", "brief", DEMO, one.id, "--scenario", path).out == render(one, TABLE)
    path.write_text('[{"id": 4, "instruction": "You are Ada. You want a refund."}]')
    ended = shell("pack", "brief", DEMO, one.id, "--scenario", path)
    assert ended.code == 0 and "You want a refund." in ended.out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is empty"),
        ("no json", "not JSON"),
        ("[]", "holds no scenario"),
        ('{"id": "s",\n "domain": null,\n "requests": []}', '"requests" is an empty list'),
        ('{"id": "s", "domain": null, "requests": ["x"], "tone": "rude"}', '"tone" is'),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_scenario_is_refused(
    content: str, why: str, shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "table.json"
    path.write_text(content)
    ended = shell("pack", "brief", DEMO, read_pack(DEMO).profiles[0].id, "--scenario", path)
    assert (ended.code, ended.out) == (1, "")
    assert why in ended.err and "table.json" in ended.err


def test_a_pipe_is_not_read(shell: Shell, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    one = read_pack(DEMO).profiles[0].id
    ended = shell("pack", "brief", DEMO, one, "--scenario", tmp_path / "pipe")
    assert ended.code == 1 and "is a pipe or a device" in ended.err


def test_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    one = read_pack(DEMO).profiles[0].id
    assert shell("pack", "brief", DEMO, "p_zz").code == 2
    assert "Several profiles begin with 'p_'" in shell("pack", "brief", DEMO, "p_").err
    assert shell("pack", "brief", DEMO, one, "--size", "tiny").code == 2
    missing = shell("pack", "brief", DEMO, one, "--scenario", tmp_path / "none.json")
    assert (missing.code, missing.out) == (1, "")
    assert "none.json: no such file" in missing.err
    assert shell("pack", "brief", tmp_path, one).code == 1
