"""Levels and percentiles: ties in the middle, both forms agree."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.dimensions.levels import level, percentile, place_users, population
from persona_extract.records.tables import USER_READINGS


def user_readings(values: list[float]) -> pl.DataFrame:
    rows = [
        {
            "user_key": f"u{i:03}",
            "dimension": "x",
            "n": 1,
            "n_conversations": 1,
            "value": v,
            "spread": 0.0,
        }
        for i, v in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=USER_READINGS)


def test_a_population_has_its_quantiles() -> None:
    row = population(user_readings([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).row(0, named=True)
    assert row["n_users"] == 11 and row["mean"] == 5
    assert [row[q] for q in ("q10", "q25", "q50", "q75", "q90")] == [1, 2.5, 5, 7.5, 9]
    bands = [level(v, row) for v in (0, 1, 2, 5, 8, 9, 10)]
    assert bands == ["very low", "low", "low", "typical", "high", "high", "very high"]


def test_a_value_that_most_share_is_typical() -> None:
    values = [0.0] * 8 + [0.5, 0.9]
    row = population(user_readings(values)).row(0, named=True)
    assert level(0.0, row) == "typical" and level(0.9, row) == "very high"
    assert percentile(0.0, pl.Series(values)) == pytest.approx(0.4)


def test_one_user_is_typical() -> None:
    placed = place_users(user_readings([0.3]))
    assert placed["level"].to_list() == ["typical"] and placed["percentile"].to_list() == [0.5]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 6).map(lambda k: k / 6), min_size=1, max_size=30))
def test_placing_users_agrees_with_placing_a_value(values: list[float]) -> None:
    readings = user_readings(values)
    row = population(readings).row(0, named=True)
    placed = place_users(readings)
    assert placed["level"].to_list() == [level(v, row) for v in values]
    expected = [percentile(v, readings["value"]) for v in values]
    assert placed["percentile"].to_list() == pytest.approx(expected)
