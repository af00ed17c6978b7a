"""Scenarios are recognised by content, and bad files are refused with file and place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.errors import PersonaExtractError
from persona_extract.pipeline.scenarios import EXAMPLE, LONGEST, read_scenarios

OURS = {"id": "lamp", "domain": "shop", "requests": ["A lamp."], "facts": ["Order 17."]}
TAU2 = {
    "id": 4,
    "user_scenario": {
        "persona": "You are a patient gardener.",
        "instructions": {
            "domain": "retail",
            "reason_for_call": "You want to return the green lamp. It is broken.",
            "known_info": "You are Ada Field. Your order is #W17.",
            "unknown_info": None,
            "task_instructions": "If they refuse, ask again.",
        },
    },
}
TOLD = "You are ada_17 and live in Porto. You want a refund. If they refuse, thank the agent."


def trial(n: int, text: str | None = TOLD, task: int = 3) -> dict[str, object]:
    info = {"task": {"instruction": text}} if text else {"error": "timeout"}
    return {"task_id": task, "trial": n, "reward": 0.0, "info": info, "traj": []}


def written(folder: Path, content: object, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("whole", [OURS, [OURS], [OURS, {**OURS, "id": "rug"}]])
def test_our_own(tmp_path: Path, whole: dict[str, object] | list[dict[str, object]]) -> None:
    found = read_scenarios(written(tmp_path, whole))
    assert found.scenarios[0].scenario.model_dump() == OURS
    assert found.scenarios[0].text == "A lamp.\nOrder 17."
    lines = "\n".join(json.dumps(one) for one in ([whole] if isinstance(whole, dict) else whole))
    assert read_scenarios(written(tmp_path, lines, "x.jsonl")).scenarios == found.scenarios


def test_a_scenario_needs_no_domain(tmp_path: Path) -> None:
    given = {name: value for name, value in OURS.items() if name != "domain"}
    (one,) = read_scenarios(written(tmp_path, given)).scenarios
    assert one.scenario.domain is None and one.scenario.facts == OURS["facts"]
    shown = json.loads(EXAMPLE)
    assert read_scenarios(written(tmp_path, shown)).scenarios[0].scenario.id == shown["id"]


def test_only_files_that_can_be_read_are_suggested(tmp_path: Path) -> None:
    written(tmp_path, {"hello": 1}, "a.json")
    written(tmp_path, "no JSON", "b.jsonl")
    with pytest.raises(PersonaExtractError, match="is a folder, and no file in it holds") as said:
        read_scenarios(tmp_path)
    assert "a.json" not in str(said.value)
    good = written(tmp_path, OURS, "z.json")
    assert read_scenarios(tmp_path).scenarios[0].scenario.id == "lamp"
    written(tmp_path, OURS, "y.json")
    with pytest.raises(PersonaExtractError, match="name one file of it") as said:
        read_scenarios(tmp_path)
    assert str(good) in str(said.value) and "a.json" not in str(said.value)


@pytest.mark.parametrize("whole", [[TAU2], {"info": {}, "tasks": [TAU2]}])
def test_tau2(tmp_path: Path, whole: object) -> None:
    (one,) = read_scenarios(written(tmp_path, whole)).scenarios
    assert one.scenario.id == "retail_4"
    assert one.scenario.requests == ["You want to return the green lamp."]
    assert one.scenario.facts == ["You are Ada Field.", "Your order is #W17."]
    assert "patient gardener" in one.text and "ask again" in one.text


def test_tau2_with_instructions_in_prose(tmp_path: Path) -> None:
    task = {"id": "a", "user_scenario": {"persona": None, "instructions": TOLD}}
    (one,) = read_scenarios(written(tmp_path, [task])).scenarios
    assert one.scenario.requests == ["You want a refund."]
    assert one.scenario.facts == ["You are ada_17 and live in Porto."]


def test_trials_of_a_task_are_one_scenario(tmp_path: Path) -> None:
    entries = [trial(0), trial(1), trial(0, None, 8)]
    found = read_scenarios(written(tmp_path, entries, "run_airline.json"))
    assert [one.scenario.id for one in found.scenarios] == ["airline_3"]
    assert found.scenarios[0].text == TOLD and sum(found.skipped.values()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ('[{"id": "a", "req', "breaks off"),
        ("lamp, rug\n", "not JSON"),
        ([], "holds no scenario"),
        ([17], "record 1: holds no scenario: a int"),
        ({"hello": 1}, "an object with hello"),
        ([OURS, OURS], "record 2: a second scenario has the id 'lamp'"),
        ([OURS, TAU2], "several shapes"),
        ([{**OURS, "requests": []}], 'record 1: is no scenario: "requests" is an empty list'),
        ([{**OURS, "mood": 1}], 'record 1: is no scenario: "mood" is no field'),
        (
            [{"id": "a", "facts": ["Order 17."]}],
            '"requests" is missing. A scenario is {"id": "lamp"',
        ),
        ([{"requests": ["A lamp."]}], '"id" is missing'),
        ([{**OURS, "requests": "A lamp.", "id": 3}], '"id" has to be a text; "requests" has to'),
        ([{**OURS, "requests": [" "]}], "record 1: a scenario needs"),
        ([{**OURS, "requests": ["x" * (LONGEST + 1)]}], "a scenario has at most"),
        ([{**TAU2, "user_scenario": 3}], "task 1|record 1: `user_scenario` is no object"),
        ([trial(0, None)], "1 entry: no instruction: the run had failed"),
        ([trial(0), trial(1, "You want a rug.")], "a second scenario has the id '3'"),
    ],
)
def test_bad_files_are_named_with_the_place(tmp_path: Path, content: object, said: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(PersonaExtractError) as refused:
        read_scenarios(path)
    assert str(refused.value).startswith(str(path))
    assert any(part in str(refused.value) for part in said.split("|"))


@pytest.mark.parametrize("content", ["é".encode("utf-16"), b"\x80\x81{", b"\0\1\2\3" * 50])
def test_wrong_encodings_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(PersonaExtractError, match=r"x\.json"):
        read_scenarios(tmp_path / "x.json")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(PersonaExtractError, match="no such file"):
        read_scenarios(tmp_path / "none.json")
