"""Where a user's value stands among the users of the same run."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from persona_extract.records.profile import Level

QUANTILES = {"q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9}

_SLACK = 1e-9  # means of the same turns in another order differ in the last bits


def population(user_readings: pl.DataFrame) -> pl.DataFrame:
    """How each dimension is spread over users.

    Args:
        user_readings: `USER_READINGS`.

    Returns:
        dimension, n_users (UInt32), mean, sd (0 for one user), q10, q25, q50, q75, q90; sorted.
    """
    value = pl.col("value")
    quantiles = [value.quantile(q, "linear").alias(name) for name, q in QUANTILES.items()]
    grouped = user_readings.sort("dimension", "user_key").group_by("dimension", maintain_order=True)
    return grouped.agg(
        pl.len().cast(pl.UInt32).alias("n_users"),
        value.mean().alias("mean"),
        value.std(ddof=1).fill_null(0.0).alias("sd"),
        *quantiles,
    )


def percentile(value: float, values: pl.Series) -> float:
    """Share of `values` below `value`, equal ones counting half; 0.5 if there are none."""
    if values.is_empty():
        return 0.5
    below = int((values < value - _SLACK).sum())
    not_above = int((values <= value + _SLACK).sum())
    return (below + not_above) / 2 / values.len()


def place_users(user_readings: pl.DataFrame) -> pl.DataFrame:
    """The readings with each value's `percentile` and `level` among the users given.

    Args:
        user_readings: `USER_READINGS`.

    Returns:
        The same rows and columns and percentile (Float64), level (String), sorted by user and
        dimension. The user's own value counts as one of the equal ones.
    """
    rank = pl.col("value").round(9).rank("average").over("dimension")
    placed = user_readings.join(population(user_readings), on="dimension", validate="m:1")
    return placed.select(
        *user_readings.columns,
        percentile=(rank - 0.5) / pl.len().over("dimension"),
        level=_band(),
    ).sort("user_key", "dimension")


def level(value: float, row: Mapping[str, float]) -> Level:
    """The band of a value, from the quantiles of its row in `population`.

    A quantile itself belongs to the band towards the middle, so that a value which most users
    share (0, say) is typical however many share it.
    """
    if value < row["q25"] - _SLACK:
        return "very low" if value < row["q10"] - _SLACK else "low"
    if value > row["q75"] + _SLACK:
        return "very high" if value > row["q90"] + _SLACK else "high"
    return "typical"


def _band() -> pl.Expr:
    value = pl.col("value")
    chosen = pl.when(value < pl.col("q10") - _SLACK).then(pl.lit("very low"))
    chosen = chosen.when(value < pl.col("q25") - _SLACK).then(pl.lit("low"))
    chosen = chosen.when(value > pl.col("q90") + _SLACK).then(pl.lit("very high"))
    chosen = chosen.when(value > pl.col("q75") + _SLACK).then(pl.lit("high"))
    return chosen.otherwise(pl.lit("typical"))
