"""Followed, ignored, over-acted: on made-up readings, and on users' own turns."""

from __future__ import annotations

import polars as pl
import pytest

from persona_extract.profile.check import check_turns
from persona_extract.profile.check_policy import check_policy
from persona_extract.records.directives import ImportedDirective, MeasuredDirective
from persona_extract.records.profile import Profile, Reading, measured
from tests.unit.profile.people import conversations, part, profiles

FRAME = conversations()
PEOPLE = profiles(FRAME)
READINGS = part(FRAME).readings


def told(asked: float, median: float, spread: float = 0.2, least: int = 3) -> Profile:
    """Somebody whose one directive is on `commas`."""
    one = next(d for p in PEOPLE for d in measured(p))
    side = ">=" if asked > median else "<="
    half = (asked + median) / 2
    check = one.check.model_copy(
        update={"dimension": "commas", "operator": side, "threshold": half, "min_turns": least}
    )
    directive: MeasuredDirective = one.model_copy(update={"dimension": "commas", "check": check})
    reading = Reading(
        dimension="commas", value=asked, spread=spread, n=9, n_conversations=2,
        reliability=0.9, percentile=0.95, level="very high",
    )  # fmt: skip
    return PEOPLE[0].model_copy(update={"directives": [directive], "readings": [reading]})


@pytest.mark.parametrize(
    ("values", "verdict", "ratio"),
    [
        ([0.2, 0.2, 0.2], "ignored", 0.0),
        ([0.1, 0.1, 0.1], "ignored", -0.25),
        ([0.5, 0.4, 0.6], "followed", 0.75),
        ([0.6, 0.6, 0.6], "followed", 1.0),
        ([1.0, 1.0, 1.0], "over-acted", 2.0),
        ([1.0, 1.0], "too few turns", 2.0),
        ([None, None, None], "too few turns", None),
    ],
)
def test_where_the_simulated_mean_lies(
    values: list[float | None], verdict: str, ratio: float | None
) -> None:
    readings = pl.DataFrame({"commas": values}, schema={"commas": pl.Float64})
    (found,) = check_turns(told(0.6, 0.2), readings)
    assert found.verdict == verdict
    assert found.ratio == (None if ratio is None else pytest.approx(ratio, abs=1e-5))


def test_the_low_side_is_the_mirror() -> None:
    (found,) = check_turns(told(0.2, 0.6), pl.DataFrame({"commas": [0.0, -0.2, -0.4]}))
    assert (found.verdict, found.ratio) == ("over-acted", 2.0)
    assert found.n == 3 and found.operator == "<="


def test_an_excess_within_noise_is_no_over_acting() -> None:
    (found,) = check_turns(told(0.6, 0.2, spread=0.6), pl.DataFrame({"commas": [1.0] * 4}))
    assert (found.verdict, found.error) == ("followed", 0.3)


def test_what_nobody_can_test_is_said() -> None:
    person = PEOPLE[0].model_copy(update={"directives": [ImportedDirective(text="Be kind.")]})
    (found,) = check_turns(person, READINGS.head(5))
    assert (found.verdict, found.value, found.n) == ("not testable", None, 0)


def test_a_users_own_turns_follow_all_measured_directives() -> None:
    told_any = 0
    for person in PEOPLE:
        own = READINGS.filter(pl.col("user_key") == person.source.user_key)
        for found in check_turns(person, own):
            told_any += 1
            assert found.verdict == "followed", (person.id, found)
            assert found.ratio == pytest.approx(1, abs=1e-3)
    assert told_any > 20


def test_somebody_elses_turns_do_not_follow_them_all() -> None:
    careful, typed = PEOPLE[0], PEOPLE[1]
    other = READINGS.filter(pl.col("user_key") == careful.source.user_key)
    verdicts = {found.verdict for found in check_turns(typed, other)}
    assert "ignored" in verdicts


def test_a_users_own_conversations_keep_the_policy() -> None:
    for person in PEOPLE:
        assert person.policy is not None
        own = READINGS.filter(pl.col("user_key") == person.source.user_key)
        rows = {row.field: row for row in check_policy(person.policy, own)}
        assert {row.verdict for row in rows.values()} <= {"kept", "too few turns"}, person.id
        assert rows["opening_words"].verdict == "kept"
        longer = person.policy.model_copy(update={"followup_words": 400})
        by_field = {row.field: row.verdict for row in check_policy(longer, own)}
        assert by_field["followup_words"] == "below"
