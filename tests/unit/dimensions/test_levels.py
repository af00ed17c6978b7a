"""Levels and percentiles: ties in the middle, both forms agree."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions.levels import population
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
