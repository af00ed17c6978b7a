from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from persona_extract.profile.standing import standings
from persona_extract.records.fields import LEVELS
from persona_extract.records.tables import USER_READINGS


def readings(values: list[float], n: int = 20, spread: float = 0.1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "user_key": [f"{i:016x}" for i in range(len(values))],
            "dimension": ["d"] * len(values),
            "n": [n] * len(values),
            "n_conversations": [2] * len(values),
            "value": values,
            "spread": [spread] * len(values),
        },
        schema=USER_READINGS,
    )


def test_percentiles_are_mid_ranks() -> None:
    found = standings(population := readings([0.0, 0.0, 0.0, 1.0]), population)
    assert found["percentile"].to_list() == [0.375, 0.375, 0.375, 0.875]
    assert found["level"].to_list() == ["typical", "typical", "typical", "high"]


def test_everybody_alike_is_typical_and_weightless() -> None:
    found = standings(population := readings([0.3] * 8), population)
    assert set(found["level"]) == {"typical"}
    assert found["weight"].to_list() == [0.0] * 8
    assert found["z"].to_list() == [0.0] * 8


def test_between_variance_is_recovered() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0.0, 2.0, 4000)
    seen = true + rng.normal(0.0, 1.0, 4000) / np.sqrt(5)
    population = readings(seen.tolist(), n=5, spread=1.0 * np.sqrt(4 / 5))
    weight = standings(population, population)["weight"][0]
    assert weight == pytest.approx(4 / (4 + 1 / 5), abs=0.01)


def test_few_turns_count_less() -> None:
    population = readings(np.linspace(0, 1, 50).tolist())
    few = standings(readings([0.9], n=1), population).row(0, named=True)
    many = standings(readings([0.9], n=100), population).row(0, named=True)
    assert few["percentile"] == many["percentile"]
    assert few["weight"] < many["weight"]
    assert few["z"] < many["z"]


def test_a_stranger_is_ranked_against_the_population_only() -> None:
    population = readings([0.1, 0.2, 0.3, 0.4])
    found = standings(readings([9.0]), population)
    assert found["percentile"].to_list() == [1.0]
    assert found["level"].to_list() == ["very high"]


def test_a_dimension_that_the_population_lacks_is_left_out() -> None:
    other = readings([0.5]).with_columns(dimension=pl.lit("unknown"))
    assert standings(other, readings([0.1, 0.2])).is_empty()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.integers(0, 9))
def test_order_of_users_changes_nothing(values: list[float], seed: int) -> None:
    population = readings(values)
    shuffled = population.sample(fraction=1.0, shuffle=True, seed=seed)
    assert standings(population, population).equals(standings(shuffled, shuffled))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_levels_follow_percentiles(values: list[float]) -> None:
    found = standings(population := readings(values), population).sort("percentile")
    ranks = [LEVELS.index(level) for level in found["level"]]
    assert ranks == sorted(ranks)
    assert found["weight"].is_between(0, 1).all()


@given(st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 3.0]), min_size=2, max_size=12))
def test_leaving_the_owner_out_is_the_same_as_a_population_without_them(
    values: list[float],
) -> None:
    population = readings(values).with_columns(n=pl.int_range(1, pl.len() + 1).cast(pl.UInt32))
    keys = population["user_key"].to_list()
    asked = readings([0.2] * len(values)).with_columns(
        user_key=pl.Series([f"case of {key}" for key in keys])
    )
    owners = pl.DataFrame({"user_key": asked["user_key"], "owner": keys})
    found = standings(asked, population, owners)
    for row, key in zip(asked.iter_slices(1), keys, strict=True):
        others = standings(row, population.filter(pl.col("user_key") != key))
        mine = found.filter(pl.col("user_key") == row["user_key"])
        assert_frame_equal(mine, others, check_column_order=False, abs_tol=1e-7)


def test_an_owner_that_the_population_lacks_takes_nobody_away() -> None:
    population, asked = readings([0.1, 0.2, 0.7]), readings([0.5])
    owners = pl.DataFrame({"user_key": asked["user_key"], "owner": ["somebody else"]})
    same = standings(asked, population)
    assert_frame_equal(standings(asked, population, owners), same, check_column_order=False)


def test_the_only_person_with_a_dimension_is_compared_with_nobody() -> None:
    alone = readings([0.4])
    owners = alone.select("user_key", owner="user_key")
    assert standings(alone, alone, owners).is_empty()
