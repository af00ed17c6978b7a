"""`lint` and `check` as their users meet them, on the pack that ships with the program."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

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


def with_a_length() -> str:
    """Id of a profile with a directive on a number of words, and others."""
    lines = (PACK / "profiles.jsonl").read_text().splitlines()
    return next(
        one["id"]
        for one in map(json.loads, lines)
        if {told["dimension"] for told in one["directives"]} & {"turn_words", "followup_words"}
    )


@pytest.fixture
def played(tmp_path: Path) -> Path:
    first = with_a_length()
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
    assert "(made up): 1 profile\n" in out and f"{one}: 1 scenario (" in out
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
    assert "left out: 1 transcript without a profile" in ended.out
    assert "left out: 1 transcript of 1 profile not in the pack" in ended.out
    assert "1 conversation, 4 turns" in ended.out and "1 profile" in ended.err
    found = json.loads(shell("check", PACK, played, "--json", "-q").out)
    (one,) = found["profiles"]
    (arm,) = found["arms"]
    assert one["n_turns"] == 4 and sum(arm["counts"].values()) == len(one["directives"])
    assert (one["arm"], arm["arm"], arm["followed"]) == ("grounded", "grounded", found["followed"])


def checked(shell: Shell, *arguments: object) -> dict[str, Any]:
    return json.loads(shell("check", *arguments, "--json", "-q").out)


def test_a_transcript_counts_once(shell: Shell, played: Path, tmp_path: Path) -> None:
    once = checked(shell, PACK, played)
    (tmp_path / "below").mkdir()
    again = checked(shell, PACK, played, tmp_path / "below" / ".." / "t.jsonl")
    assert again["profiles"] == once["profiles"]
    assert any("named more than once, counted once" in note for note in again["notes"])
    copy = tmp_path / "copy.jsonl"
    copy.write_text(played.read_text())
    copied = checked(shell, PACK, played, copy)
    assert copied["profiles"] == once["profiles"]
    assert any("1 transcript of the same content" in note for note in copied["notes"])
    copy.write_text(played.read_text().replace('"seed": 1', '"seed": 2'))
    assert checked(shell, PACK, played, copy)["profiles"][0]["n_turns"] == 8


def test_arms_are_counted_apart(shell: Shell, played: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.jsonl"
    first = json.loads(played.read_text().splitlines()[0])
    words = [{"role": "user", "content": f"so!! i REALLY want lamps {n}, ok?"} for n in range(4)]
    other = {**first, "arm": "shuffled", "messages": words}
    both.write_text("\n".join(map(json.dumps, [first, other])))
    found = checked(shell, PACK, both)
    assert found["followed"] is None
    assert [arm["arm"] for arm in found["arms"]] == ["grounded", "shuffled"]
    for arm in found["arms"]:
        alone = checked(shell, PACK, both, "--arm", arm["arm"])
        assert alone["arms"] == [arm] and alone["followed"] == arm["followed"]
    out = shell("check", PACK, both).out
    shares = [f"arm {arm['arm']}: {arm['followed']:.1%} followed" for arm in found["arms"]]
    assert all(share in out for share in shares) and "1 profile played" in out
    assert "directives:" not in out and "--arm NAME" in out
    assert shell("check", PACK, both, "--all").out.count("RATIO") >= 4
    ended = shell("check", PACK, both, "-q", "--fail-under", "0")
    assert ended.code == 2 and "grounded, shuffled" in ended.err
    arguments = (PACK, both, "-q", "--fail-under", "0", "--arm", "shuffled")
    assert shell("check", *arguments).code == 0


def test_check_shows_natural_units(shell: Shell, played: Path) -> None:
    (one,) = checked(shell, PACK, played)["profiles"]
    logs = [d for d in one["directives"] if d["unit"] and d["unit"].startswith("ln(1+")]
    shares = [d for d in one["directives"] if d["unit"] and d["unit"].startswith("share")]
    assert logs and shares
    out = shell("check", PACK, played).out
    rows = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    for told in logs:
        assert float(rows[told["about"]].split()[-3 - 1]) == pytest.approx(
            math.expm1(told["asked"]), rel=0.06
        )
    assert all("%" in rows[told["about"][:24]] for told in shares)


def test_imported_directives_stand_on_their_own_line(
    shell: Shell, played: Path, tmp_path: Path
) -> None:
    text = "Be brief and a little impatient, and never say more than you are asked for by anybody."
    one = json.loads((PACK / "profiles.jsonl").read_text().splitlines()[0])
    case = {**one, "id": "p_" + "0" * 16, "directives": [{"kind": "imported", "text": text}]}
    (tmp_path / "case_profiles.jsonl").write_text(json.dumps(case))
    out = shell("check", PACK, played, "--profile", one["id"]).out
    assert text not in " ".join(out.split())
    out = shell("check", PACK, played, "--all", "-q").out
    assert text in " ".join(out.split())
    at = next(n for n, line in enumerate(out.splitlines()) if line.startswith("  imported"))
    assert out.splitlines()[at].split() == ["imported", "not", "testable"]
    assert out.splitlines()[at + 1].startswith("    Be brief")
    assert max(len(line) for line in out.splitlines() if str(tmp_path) not in line) <= 80


def test_check_of_a_folder(shell: Shell, played: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert checked(shell, PACK, tmp_path)["profiles"] == checked(shell, PACK, played)["profiles"]
    (tmp_path / "u.jsonl").write_text(played.read_text())
    ended = shell("check", PACK, tmp_path)
    assert ended.code == 1 and str(played) in ended.err and "a.json" not in ended.err
    gallery = tmp_path / "gallery"
    gallery.mkdir()
    (gallery / "data.json").write_text("{}")
    ended = shell("check", PACK, gallery)
    assert ended.code == 1 and "is a folder" in ended.err and "data.json" not in ended.err
    assert "--profile" in ended.err


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
