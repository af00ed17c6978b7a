"""Split-half reliability: known truth, chance, and what must not matter."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.dimensions.measured import Reliability
from persona_extract.fidelity.reliability import reliabilities, spearman_brown
from persona_extract.records.tables import READINGS, conform

USERS, TALKS, TURNS = 60, 6, 4


def readings(
    between: float, *, users: int = USERS, talks: int = TALKS, seed: int = 0, name: str = "d"
) -> pl.DataFrame:
    """Users whose means have that standard deviation; conversations around them have 1."""
    rng = np.random.default_rng(seed)
    person = np.repeat(rng.normal(0, between, users) if between else np.zeros(users), talks)
    keys = [(f"u{u:03}", f"u{u:03}c{c}") for u in range(users) for c in range(talks)]
    frame = pl.DataFrame(
        {
            "user_key": [user for user, _ in keys],
            "conversation_id": [talk for _, talk in keys],
            "dimension": name,
            "n": np.full(len(keys), TURNS, dtype=np.uint32),
            "mean": person + rng.normal(0, 1, len(keys)),
            "m2": np.zeros(len(keys)),
        }
    )
    return conform(frame, READINGS)


def of(frame: pl.DataFrame, seed: int = 0) -> Reliability:
    return reliabilities(frame, seed=seed, draws=400)["d"]


@pytest.mark.parametrize("between", [0.4, 0.8, 2.0])
def test_is_the_share_of_variance_that_is_the_persons(between: float) -> None:
    """The mean of 6 conversations has reliability b / (b + 1/6); ranks lose a little of it."""
    truth = between**2 / (between**2 + 1 / TALKS)
    found = np.mean([of(readings(between, users=200, seed=s)).value or 0 for s in range(12)])
    assert found == pytest.approx(truth, abs=0.05)


def test_people_who_do_not_differ_are_at_chance() -> None:
    """Nominally one in forty intervals lies above 0; 8 of 80 have probability 0.0006."""
    found = [of(readings(0.0, seed=s)) for s in range(80)]
    assert abs(np.mean([one.value or 0 for one in found])) < 0.1
    assert sum(one.above_chance for one in found) < 8


def test_the_interval_holds_the_value_and_shrinks_with_users() -> None:
    few, many = of(readings(1.0, users=25)), of(readings(1.0, users=400))
    for one in (few, many):
        assert one.value is not None and one.low is not None and one.high is not None
        assert one.low < one.value < one.high <= 1
        assert one.above_chance
    assert (few.high or 0) - (few.low or 0) > 2 * ((many.high or 0) - (many.low or 0))


def test_users_with_one_conversation_take_no_part() -> None:
    both = readings(1.0)
    single = readings(1.0, users=40, talks=1, seed=5).with_columns(
        user_key="single" + pl.col("user_key")
    )
    assert of(pl.concat([both, single])) == of(both)
    assert of(single) == Reliability(None, None, None, 0)


def test_fewer_than_twenty_users_are_never_above_chance() -> None:
    nineteen, twenty = of(readings(3.0, users=19)), of(readings(3.0, users=20))
    assert (nineteen.low or 0) > 0.5 and not nineteen.above_chance
    assert twenty.above_chance


def test_what_nobody_varies_on_tells_nothing() -> None:
    flat = readings(1.0).with_columns(mean=pl.lit(0.25))
    assert of(flat) == Reliability(0.0, 0.0, 0.0, USERS)


def test_one_extreme_user_does_not_make_a_dimension_reliable() -> None:
    """Pearson's correlation of the same values would be near 1."""
    loud = pl.when(pl.col("user_key") == "u000").then(1000.0).otherwise(pl.col("mean"))
    found = of(readings(0.0, seed=3).with_columns(mean=loud))
    assert found.value is not None and found.value < 0.35


def test_a_turn_counts_as_much_in_a_short_conversation_as_in_a_long_one() -> None:
    """Noise in conversations of one turn is outweighed by the others in their half."""
    frame = readings(0.0).with_columns(place=pl.int_range(pl.len()).over("user_key"))
    person = pl.col("user_key").str.slice(1).cast(pl.Float64)
    noisy = frame.with_columns(
        n=pl.when(pl.col("place") < 2).then(1).otherwise(10_000).cast(pl.UInt32),
        mean=pl.when(pl.col("place") < 2).then(pl.col("mean") * 1000).otherwise(person),
    ).drop("place")
    assert (of(noisy).value or 0) > 0.8


@given(seed=st.integers(0, 2**32 - 2), order=st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_depends_on_nothing_but_readings_and_seed(seed: int, order: object) -> None:
    """Neither the order of rows nor another dimension changes a figure."""
    frame = readings(0.7, users=21, talks=3)
    mixed = pl.concat([readings(0.1, users=9, seed=2, name="c"), frame]).sample(
        fraction=1, shuffle=True, seed=seed % 1000
    )
    assert of(mixed, seed) == of(frame, seed)


@given(st.floats(-1, 1))
def test_spearman_brown_stays_in_range_and_keeps_the_sign(r: float) -> None:
    whole = float(spearman_brown(np.array([r]))[0])
    assert -1 <= whole <= 1
    assert whole >= r if r > 0 else whole <= r + 1e-12 or whole == -1


def test_spearman_brown_of_known_halves() -> None:
    assert spearman_brown(np.array([0.5, 1.0, 0.0])) == pytest.approx([2 / 3, 1.0, 0.0])
