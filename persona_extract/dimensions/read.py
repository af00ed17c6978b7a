"""From turns to readings: every dimension on every turn, pooled by conversation and by user."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from persona_extract.dimensions import (
    _acts,
    _objections,
    _pivots,
    _prose,
    _replies,
    _reshaping,
    _wording,
    all_dimensions,
)
from persona_extract.dimensions._plan import lay_out
from persona_extract.records.tables import READINGS, TURNS, USER_READINGS, conform

_SHARED = (
    *_prose.SHARED,
    *_acts.SHARED,
    *_wording.SHARED,
    *_replies.SHARED,
    *_objections.SHARED,
    *_pivots.SHARED,
    *_reshaping.SHARED,
)

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
    names = sorted(name for name in wide.columns if name not in TURN_KEYS)
    keys = ("user_key", "conversation_id")
    value = pl.col(names)
    pooled = (
        (wide if _in_order(wide) else wide.sort(TURN_KEYS))
        .group_by(keys, maintain_order=True)
        .agg(
            value.count().cast(pl.UInt32).name.prefix("n:"),
            value.mean().name.prefix("mean:"),
            (value.var(ddof=0) * value.count()).name.prefix("m2:"),
        )
        .sort(keys)
    )
    n, mean, m2 = (
        pooled.select(f"{what}:{name}" for name in names).to_numpy().ravel()
        for what in ("n", "mean", "m2")
    )
    kept = np.flatnonzero(n)
    row, column = kept // max(len(names), 1), kept % max(len(names), 1)
    long = {
        **{key: pooled[key].gather(row) for key in keys},
        "dimension": pl.Series(names, dtype=pl.String).gather(column),
        "n": n[kept],
        "mean": mean[kept],
        "m2": m2[kept],
    }
    return conform(pl.DataFrame(long, schema=READINGS), READINGS)


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


def _in_order(wide: pl.DataFrame) -> bool:
    """Whether turns stand conversation by conversation, in their order: sorting all columns costs
    more than looking."""
    conversation, turn = wide["conversation_id"], wide["turn"]
    follows = (conversation == conversation.shift(1)).fill_null(False)
    ascending = (~follows | (turn > turn.shift(1)).fill_null(True)).all()
    return bool(ascending) and (~follows).sum() == conversation.n_unique()


@cache
def _stages() -> list[list[pl.Expr]]:
    return lay_out({d.name: d.expr.cast(pl.Float64) for d in all_dimensions()}, _SHARED)
