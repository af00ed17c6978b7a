"""How each dimension is spread over the users of a run."""

from __future__ import annotations

import polars as pl

QUANTILES = {"q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9}


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
