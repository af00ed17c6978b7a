"""What is odd in files of benchmarks."""

from __future__ import annotations

from typing import Any

import pytest

from persona_extract.benchmarks import find_format
from persona_extract.benchmarks.rows import unique_ids
from persona_extract.errors import SourceError
from tests.rooms.test_benchmarks import SAID, SURVEY


def read(document: Any, file: str = "a.json") -> list[dict[str, Any]]:
    found = find_format(document)
    assert found is not None
    return found.reads(document, file).frame.to_dicts()


def trial(**changes: Any) -> list[Any]:
    return [{"task_id": 3, "trial": 0, "reward": 0.0, "info": {}, "traj": SAID, **changes}]


def session(**changes: Any) -> dict[str, Any]:
    return {"instance_id": "airline_0", "agent_id": "a", "conversation": SAID, **changes}


@pytest.mark.parametrize(
    ("file", "task"),
    [
        ("gpt-4o-airline.json", "airline_3"),
        ("runs/impatience_RETAIL.json.gz", "retail_3"),
        ("telehealth_none.json", "telehealth_3"),
        ("airline/some.json", "3"),
        ("airlines.json", "3"),
        ("airline-and-retail.json", "3"),
    ],
)
def test_the_domain_is_a_word_of_the_files_name(file: str, task: str) -> None:
    assert read(trial(), file)[0]["task_id"] == task


def test_ids_hold_file_task_and_trial() -> None:
    assert read(trial(trial=2), "x/a.b_airline.json")[0]["conversation_id"] == "a.b_airline_3_2"
    assert read(trial(task_id="retail_3"), "airline.json")[0]["task_id"] == "retail_3"


@pytest.mark.parametrize(
    ("given", "reward"),
    [(1, 1.0), ("0.5", 0.5), (True, 1.0), (None, None), ("", None), ("NaN", None)],
)
def test_rewards_of_all_types(given: Any, reward: float | None) -> None:
    assert read(trial(reward=given))[0]["reward"] == reward


@pytest.mark.parametrize(("given", "number"), [("2", 2), (2.0, 2), (None, None)])
def test_trials_of_all_types(given: Any, number: int | None) -> None:
    assert read(trial(trial=given))[0]["trial"] == number


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reward": "good"}, "`reward` is text, not a number"),
        ({"reward": [1]}, "`reward` is a list, not a number"),
        ({"reward": "inf"}, "`reward` is text, not a number"),
        ({"trial": -1}, "`trial` is -1, not a whole number"),
        ({"trial": 0.5}, "`trial` is 0.5, not a whole number"),
        ({"trial": 2**40}, "not a whole number"),
        ({"task_id": None}, "has no `task_id`"),
        ({"traj": None}, "`traj` is missing or null where a list"),
        ({"traj": ["hello"]}, "message 0: text where an object was expected"),
        ({"traj": [{"content": "x"}]}, "message 0: the role is missing or null"),
        (
            {"traj": [SAID[0], {"role": "user", "content": {"a": 1}}]},
            "message 1: the content is an",
        ),
        ({"traj": [{"role": "user", "content": True}]}, "the content is a truth value"),
    ],
)
def test_what_has_no_plain_meaning_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SourceError, match=f"runs/a.json, entry 0.*{why}"):
        read(trial(**changes), "runs/a.json")


def test_content_of_all_types() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "image_url"}, "two"]
    said = [
        {"role": "User", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": {"seat": 7}, "name": "f"},
        {"role": "tool", "content": [1]},
        {"role": "human", "content": 42},
        {"role": "agent"},
    ]
    found = [(each["role"], each["content"]) for each in read(trial(traj=said))[0]["messages"]]
    assert found == [
        ("user", "one\ntwo"),
        ("assistant", None),
        ("tool", '{"seat":7}'),
        ("tool", "[1]"),
        ("user", "42"),
        ("assistant", None),
    ]


def test_a_trial_that_broke_before_anything_was_said_is_a_row() -> None:
    assert read(trial(traj=[], info={"error": "x"}))[0]["messages"] == []


def tau2(simulations: list[Any], domain: Any = "telecom") -> dict[str, Any]:
    info = {"environment_info": {"domain_name": domain}, "agent_info": {"llm": "wrong"}}
    return {"info": info, "tasks": [{}], "simulations": simulations}


def test_tau2_without_simulations_without_user_and_with_a_user_who_uses_tools() -> None:
    assert read(tau2([])) == []
    solo = [{"role": "assistant", "content": None, "tool_calls": [{}]}]
    acting = [{"role": "user", "content": None, "tool_calls": [{}]}, *SAID]
    rows = read(
        tau2(
            [
                {"id": "a", "task_id": "12", "trial": 1, "messages": solo},
                {"task_id": "[x]y|z", "reward_info": {"reward": 0.5}, "messages": acting},
            ]
        ),
        "run.json",
    )
    assert [row["conversation_id"] for row in rows] == ["a", "run_[x]y|z_0"]
    assert [row["task_id"] for row in rows] == ["telecom_12", "[x]y|z"]
    assert [(row["trial"], row["reward"]) for row in rows] == [(1, None), (None, 0.5)]
    assert rows[0]["messages"] == [{"role": "assistant", "content": None}]
    assert rows[1]["messages"][0] == {"role": "user", "content": None}


def test_tau2_that_says_nothing_of_its_domain() -> None:
    run = {"task_id": 4, "messages": SAID}
    assert read({"tasks": [], "simulations": [run]})[0]["task_id"] == "4"
    assert read(tau2([run], domain=None))[0]["task_id"] == "4"


def shapes(entries: dict[str, Any]) -> list[Any]:
    listed = list(entries.values())
    return [entries, listed, {"about": "x", "data": listed}, {"version": 1, "entries": entries}]


@pytest.mark.parametrize("shape", range(4))
def test_human_sessions_in_batches(shape: int) -> None:
    names = ("airline_0", "airline_0_ann2", "retail_7_ann3", "airline_1")
    rest = {"survey": SURVEY, "reward": 1.0}
    entries = {name: session(instance_id=name, task_id=name, keep=True, **rest) for name in names}
    entries["airline_1"]["keep"] = False
    document = shapes(entries)[shape]
    found = find_format(document)
    assert found is not None and found.name == "tau-usi"
    read = found.reads(document, "unified.json")
    rows = read.frame.to_dicts()
    assert read.skipped == {"not kept": 1}
    assert [row["conversation_id"] for row in rows] == list(names[:3])
    assert [(row["task_id"], row["batch"]) for row in rows] == [
        ("airline_0", "1"),
        ("airline_0", "2"),
        ("retail_7", "3"),
    ]
    assert all(row["human"] and row["user_id"] is None for row in rows)
    answers = [{"field": "reuse", "answer": "Maybe"}, {"field": "efficiency", "answer": None}]
    assert rows[0]["survey"] == answers


def test_the_key_or_the_field_that_looks_like_a_task_names_a_session() -> None:
    keyed = {"airline_0_ann2": session(instance_id="b81f", survey={}), "k": session(keep=1)}
    assert [row["conversation_id"] for row in read(keyed)] == ["airline_0_ann2", "airline_0"]
    numbered = [{**session(instance_id=None, keep=True), "domain": "retail", "task_index": 4}]
    assert read(numbered)[0]["task_id"] == "retail_4"
    with pytest.raises(SourceError, match="entry 0: has none of instance_id and task_id"):
        read([session(instance_id=None, keep=True)])


def test_people_who_were_not_asked_have_no_survey_and_short_surveys_are_read() -> None:
    entries = [session(survey=None), session(survey={}), session(survey={"reuse": "Yes"})]
    surveys = [row["survey"] for row in read(entries)]
    assert surveys == [None, None, [{"field": "reuse", "answer": "Yes"}]]


@pytest.mark.parametrize(
    ("file", "names", "human", "batches"),
    [
        ("eval_results_x.json", ["airline_0"], False, [None]),
        ("x_task_results.json", ["airline_0"], False, [None]),
        ("x.json", ["airline_0_1", "airline_0_2"], False, ["1", "2"]),
        ("x.json", ["airline_0"], True, ["1"]),
        ("x.json", ["airline_0", "airline_0_ann2"], True, ["1", "2"]),
    ],
)
def test_simulators_in_the_same_shape_are_no_people(
    file: str, names: list[str], human: bool, batches: list[str | None]
) -> None:
    rows = read({name: session(instance_id=name, keep=True) for name in names}, file)
    assert [row["human"] for row in rows] == [human] * len(names)
    assert [row["batch"] for row in rows] == batches
    assert {row["task_id"] for row in rows} == {"airline_0"}


def arena(asked: list[Any], answered: list[Any], **changes: Any) -> list[Any]:
    return [{"workerId": "w1", "user_queries": asked, "ai_responses": answered, **changes}]


def test_arena_sessions_are_said_in_turn() -> None:
    row = read(arena(["a", "b"], ["A"], document_type="email"))[0]
    said = [(each["role"], each["content"]) for each in row["messages"]]
    assert said == [("user", "a"), ("assistant", "A"), ("user", "b")]
    assert (row["conversation_id"], row["user_id"], row["human"]) == ("doc_0", "w1", True)
    assert read(arena(["a"], ["A"]))[0]["conversation_id"] == "session_0"
    assert read(arena([], []))[0]["messages"] == []


@pytest.mark.parametrize(("asked", "answered"), [(["a"], ["A", "B"]), (["a", "b", "c"], ["A"])])
def test_arena_sessions_that_do_not_match_are_refused(asked: Any, answered: Any) -> None:
    with pytest.raises(SourceError, match=r"session 0: .* do not make a conversation"):
        read(arena(asked, answered))


def test_ids_stay_unique_where_a_made_one_is_taken() -> None:
    rows = read([*trial(), *trial(), {**trial()[0], "task_id": "3_0#2", "trial": None}])
    ids = [row["conversation_id"] for row in rows]
    assert ids == ["a_3_0", "a_3_0#2", "a_3_0#2_0"]


def test_unique_ids_leave_single_ones_alone() -> None:
    import polars as pl

    frame = pl.DataFrame({"conversation_id": ["a", "a#2", "a", "b", "a"]})
    assert unique_ids(frame)["conversation_id"].to_list() == ["a", "a#2", "a#2#2", "b", "a#3"]
