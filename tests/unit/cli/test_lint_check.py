"""`lint` and `check` as their users meet them, on the pack that ships with the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.shell import ROOT, Shell

PACK = ROOT / "profiles" / "demo"


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    rude = {"id": "rude", "domain": None, "requests": ["You are a rude person. You want a lamp."]}
    plain = {"id": "plain", "domain": None, "requests": ["You want a lamp."]}
    path = tmp_path / "s.json"
    path.write_text(json.dumps([rude, plain]))
    return path


@pytest.fixture
def played(tmp_path: Path) -> Path:
    first = json.loads((PACK / "profiles.jsonl").read_text().splitlines()[0])["id"]
    messages = [{"role": "user", "content": f"I want lamp {n}."} for n in range(4)]
    one = {
        "scenario": "s", "simulator": "made", "arm": "grounded", "profile": first, "seed": 1,
        "messages": messages, "ended": "goal",
    }  # fmt: skip
    lines = [one, {**one, "profile": None, "arm": "plain"}, {**one, "profile": "p_" + "0" * 16}]
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_lint_for_people_and_programs(shell: Shell, scenarios: Path) -> None:
    ended = shell("lint", PACK, "--scenarios", scenarios)
    assert ended.code == 0 and "You are a rude person." in ended.out
    assert all(len(x) <= 80 or str(scenarios) in x for x in ended.out.splitlines())
    found = json.loads(shell("lint", PACK, "--scenarios", scenarios, "--json", "-q").out)
    assert found["n_profiles"] == 44 and found["n_scenarios"] == 2
    assert {c["scenario"] for c in found["clashes"] if c["kind"] == "manner"} == {"rude"}
    assert sum(c["clashes"] for c in found["counts"]) == len(found["clashes"])


def test_lint_counts_one_and_many(shell: Shell, scenarios: Path, tmp_path: Path) -> None:
    first = json.loads((PACK / "profiles.jsonl").read_text().splitlines()[0])["id"]
    rude = json.loads(scenarios.read_text())[0]
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(json.dumps([rude]))
    two.write_text(json.dumps([rude, {**rude, "id": "b"}]))
    out = shell("lint", PACK, "--scenarios", one, "--profile", first, "-q").out
    assert "demo: 1 profile\n" in out and f"{one}: 1 scenario (" in out
    assert "1 of 1 profile\n" in out
    out = shell("lint", PACK, "--scenarios", two, "-q").out
    assert "44 profiles\n" in out and "and 1 more scenario\n" in out
    ended = shell("lint", PACK, "--scenarios", one, "--profile", first)
    assert "1 profile with 1 scenario" in ended.err


def test_lint_as_a_gate(shell: Shell, scenarios: Path) -> None:
    arguments = ("lint", PACK, "--scenarios", scenarios, "-q")
    assert shell(*arguments, "--fail-on", "contradiction").code == 3
    assert shell(*arguments, "--profile", "nobody").code == 2
    assert shell("lint", PACK, "--scenarios", "none.json").code == 1


def test_check_says_what_was_played(shell: Shell, played: Path) -> None:
    ended = shell("check", PACK, played)
    assert ended.code == 0 and "1 profile played" in ended.out
    assert "1 transcripts without a profile" in ended.out
    assert "1 transcripts of 1 profiles that are not in the pack" in " ".join(ended.out.split())
    found = json.loads(shell("check", PACK, played, "--json", "-q").out)
    (one,) = found["profiles"]
    assert one["n_turns"] == 4 and sum(found["counts"].values()) == len(one["directives"])


def test_check_as_a_gate(shell: Shell, played: Path) -> None:
    assert shell("check", PACK, played, "-q", "--fail-under", "1").code == 3
    assert shell("check", PACK, played, "-q", "--fail-under", "0").code == 0


def test_check_needs_to_know_the_profile(shell: Shell, tmp_path: Path, played: Path) -> None:
    chats = tmp_path / "c.jsonl"
    chats.write_text(json.dumps({"messages": [{"role": "user", "content": "a lamp"}] * 3}))
    ended = shell("check", PACK, chats)
    assert ended.code == 2 and "--profile" in ended.err
    assert shell("check", PACK, played, "--arm", "none").code == 2
    broken = tmp_path / "b.jsonl"
    broken.write_text(played.read_text()[:-20])
    ended = shell("check", PACK, broken)
    assert ended.code == 1 and f"{broken}:3" in ended.err
