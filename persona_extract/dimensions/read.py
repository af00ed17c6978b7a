"""From turns to readings: every dimension on every turn, pooled by conversation and by user."""

from __future__ import annotations

from functools import cache

import polars as pl

from persona_extract.dimensions import _acts, _prose, _replies, all_dimensions
from persona_extract.dimensions._plan import lay_out
from persona_extract.records.tables import READINGS, TURNS, USER_READINGS, conform

_SHARED = (*_prose.SHARED, *_acts.SHARED, *_replies.SHARED)

TURN_KEYS = ("user_key", "conversation_id", "turn")


def turn_readings(turns: pl.DataFrame) -> pl.DataFrame:
    """The value of each dimension on each turn.

    Args:
        turns: `TURNS`, whole conversations: some dimensions look at the user's other turns.

    Returns:
        One row a turn, in the order given: user_key, conversation_id, turn, and one Float64
        column a dimension, null where the dimension is not defined.
    """
    frame = conform(turns, TURNS).lazy()
    *shared, wanted = _stages()
    for stage in shared:
        frame = frame.with_columns(stage)
    return frame.select(*TURN_KEYS, *wanted).collect()


def pool_conversations(wide: pl.DataFrame) -> pl.DataFrame:
    """`READINGS` of the turns in `wide` (as `turn_readings` gives them)."""
    names = [name for name in wide.columns if name not in TURN_KEYS]
    keys = ("user_key", "conversation_id")
    groups = wide.sort(TURN_KEYS).group_by(keys, maintain_order=True)
    n = groups.agg(pl.col(names).count())
    mean = groups.agg(pl.col(names).mean())
    m2 = groups.agg(pl.col(names).var(ddof=0) * pl.col(names).count())
    long = _lengthen(n, "n").with_columns(
        _lengthen(mean, "mean")["mean"], _lengthen(m2, "m2")["m2"], pl.col("n").cast(pl.UInt32)
    )
    kept = long.filter(pl.col("n") > 0).sort("user_key", "conversation_id", "dimension")
    return conform(kept, READINGS)


def pool_users(readings: pl.DataFrame) -> pl.DataFrame:
    """`USER_READINGS` from `READINGS`: the same as pooling the users' turns at once."""
    n, total = pl.col("n").cast(pl.Float64), (pl.col("n") * pl.col("mean")).sum()
    value = total / n.sum()
    m2 = pl.col("m2").sum() + (n * (pl.col("mean") - value) ** 2).sum()
    ordered = readings.sort("user_key", "dimension", "conversation_id")
    pooled = ordered.group_by("user_key", "dimension", maintain_order=True).agg(
        pl.col("n").sum().cast(pl.UInt32),
        pl.len().cast(pl.UInt32).alias("n_conversations"),
        value.alias("value"),
        (m2 / n.sum()).clip(lower_bound=0).sqrt().alias("spread"),
    )
    return conform(pooled, USER_READINGS)


@cache
def _stages() -> list[list[pl.Expr]]:
    return lay_out({d.name: d.expr.cast(pl.Float64) for d in all_dimensions()}, _SHARED)


def _lengthen(wide: pl.DataFrame, value: str) -> pl.DataFrame:
    return wide.unpivot(
        index=["user_key", "conversation_id"], variable_name="dimension", value_name=value
    )
