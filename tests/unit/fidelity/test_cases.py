"""What is held out, and that nothing of it leaks into the evidence."""

from __future__ import annotations

import polars as pl
import pytest

from persona_extract.fidelity.cases import MOST_USERS, STRATA, Case, cases, drawn_from
from persona_extract.records.settings import SimulateSettings
from tests.unit.fidelity.people import turns_of

SETTINGS = SimulateSettings()
PEOPLE = {
    "a": [["sort a list", "now reverse it"], ["open a file", "read it"], ["thanks", "hi"]],
    "b": [["bake a cake", "without eggs"], ["boil rice", "for two"]],
    "c": [[f"step {i} of the plan" for i in range(7)]],
    "d": [[f"verse {i} of the song" for i in range(6)]],
    "e": [["too short", "to be", "cut"]],
}


def of(stratum: str, found: tuple[Case, ...]) -> list[Case]:
    return [case for case in found if case.stratum == stratum]


def test_whole_conversations_are_held_out() -> None:
    several = of(STRATA[0], cases(turns_of(PEOPLE), SETTINGS, seed=0))
    assert sorted(case.held["conversation_id"][0] for case in several) == [
        "a-c0",
        "a-c1",
        "b-c0",
        "b-c1",
    ]
    for case in several:
        held = set(case.held["conversation_id"])
        assert held.isdisjoint(case.evidence["conversation_id"])
        assert set(case.evidence["user_key"]) == {case.user_key}
        assert case.heard is None


def test_the_only_conversation_is_cut_in_two() -> None:
    one = {case.user_key: case for case in of(STRATA[1], cases(turns_of(PEOPLE), SETTINGS, seed=0))}
    assert set(one) == {"c", "d"}
    assert one["c"].evidence["turn"].to_list() == [0, 1, 2]
    assert one["c"].evidence["n_turns"].to_list() == [3, 3, 3]
    assert one["c"].held["turn"].to_list() == [3, 4, 5, 6]
    assert one["c"].heard == "Answer 2."


def test_strata_never_share_a_user() -> None:
    found = cases(turns_of(PEOPLE), SETTINGS, seed=0)
    first, second = ({c.user_key for c in of(name, found)} for name in STRATA)
    assert first.isdisjoint(second)


def test_users_take_turns() -> None:
    many = {f"u{i}": [[f"task {i} {c}", "go on"] for c in range(i + 2)] for i in range(4)}
    for most in (4, 6, 8):
        found = cases(turns_of(many), SimulateSettings(cases=most), seed=1)
        counts = [sum(c.user_key == user for c in found) for user in many]
        assert sum(counts) == most
        assert max(counts) - min(counts) <= 1


def test_no_cases_when_none_are_asked_for_or_nobody_is_there_to_shuffle_with() -> None:
    assert cases(turns_of(PEOPLE), SimulateSettings(cases=0), seed=0) == ()
    alone = {"a": PEOPLE["a"], "c": PEOPLE["c"]}
    assert cases(turns_of(alone), SETTINGS, seed=0) == ()
    assert cases(turns_of({}), SETTINGS, seed=0) == ()


def test_the_order_of_rows_does_not_matter() -> None:
    table = turns_of(PEOPLE)
    shuffled = table.sample(fraction=1, shuffle=True, seed=3)
    one, other = cases(table, SETTINGS, seed=0), cases(shuffled, SETTINGS, seed=0)
    assert [case.id for case in one] == [case.id for case in other]
    assert [case.scenario for case in one] == [case.scenario for case in other]


def test_scenarios_do_not_tell_where_turns_ended() -> None:
    text = ["sort the list.", "print it.", "save it."]
    people = {
        "a": [text, ["other thing here"]],
        "b": [[" ".join(text)], ["one more thing"]],
    }
    found = cases(turns_of(people), SETTINGS, seed=0)
    requests = {
        case.user_key: case.scenario.requests for case in found if "list" in case.held["text"][0]
    }
    assert requests["a"] == requests["b"]


@pytest.mark.parametrize("seed", range(3))
def test_held_out_words_change_no_evidence(seed: int) -> None:
    table = turns_of(PEOPLE)
    for case in cases(table, SETTINGS, seed=seed):
        keys = ["conversation_id", "turn"]
        held = case.held.select(*keys, pl.lit(True).alias("held"))
        rewritten = (
            table.join(held, on=keys, how="left")
            .with_columns(
                pl.when("held")
                .then(pl.lit("SOMETHING else entirely!!"))
                .otherwise("text")
                .alias("text")
            )
            .drop("held")
        )
        again = {c.id: c for c in cases(rewritten, SETTINGS, seed=seed)}[case.id]
        assert again.evidence.equals(case.evidence)
        assert again.scenario != case.scenario


def test_scenarios_that_were_made_before_give_the_same_cases() -> None:
    made = cases(turns_of(PEOPLE), SETTINGS, seed=0)
    again = cases(
        turns_of(PEOPLE), SETTINGS, seed=0, scenarios={case.id: case.scenario for case in made}
    )
    assert [(case.id, case.scenario) for case in again] == [(c.id, c.scenario) for c in made]


def test_cases_are_drawn_from_everybody_or_from_a_seeded_sample_of_many() -> None:
    few, many = (pl.Series([f"u{i:05}" for i in range(n)] * 2) for n in (30, MOST_USERS + 500))
    assert drawn_from(few, SETTINGS, seed=0).to_list() == sorted(set(few))
    some = drawn_from(many, SETTINGS, seed=0)
    assert len(some) == some.n_unique() == MOST_USERS
    assert some.equals(drawn_from(many.reverse(), SETTINGS, seed=0))
    assert not some.equals(drawn_from(many, SETTINGS, seed=1))
    wanted = SimulateSettings(cases=MOST_USERS)
    assert len(drawn_from(many, wanted, seed=0)) == MOST_USERS + 500
