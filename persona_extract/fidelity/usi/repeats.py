"""Conversations in which somebody says the same three words again and again."""

from __future__ import annotations

import numpy as np
import polars as pl

REPEATS = 10
"""A run of three words that occurs more often than this in a conversation is a repetition."""


def rows_that_repeat(turns: pl.DataFrame) -> pl.Series:
    """Conversations in which a run of three words within a turn occurs more than `REPEATS` times.

    Hashes of runs, those across turns among them, tell the few that are worth comparing as words.

    Args:
        turns: `row` (number of the conversation) and `listed` (its words), a row a user turn.
    """
    turn, word, run = pl.col("turn"), pl.col("listed"), pl.col("run")
    runs = _runs(turns)
    near = runs.filter(_crowded(runs["run"]))
    often = near.select(run.sort()).filter(run == run.shift(REPEATS))["run"].unique()
    return (
        near.filter(run.is_in(often.implode()), turn == pl.col("end"))
        .group_by("row", word, "second", "third")
        .len()
        .filter(pl.col("len") > REPEATS)["row"]
        .unique()
        .sort()
    )


def _runs(turns: pl.DataFrame) -> pl.DataFrame:
    """A row a word: `run` hashes it, the two after it and the conversation."""
    word, mark = pl.col("listed"), pl.col("mark")
    second, third = mark.shift(-1, fill_value=0), mark.shift(-2, fill_value=0)
    conversation = pl.col("row") * 0x9E3779B97F4A7C15
    return (
        turns.select("row", "listed")
        .with_row_index("turn")
        .explode("listed")
        .with_columns(mark=word.hash())
        .with_columns(
            run=mark * 31 + second * 1_000_003 + third + conversation,
            second=word.shift(-1),
            third=word.shift(-2),
            end=pl.col("turn").shift(-2),
        )
    )


def _crowded(keys: pl.Series) -> pl.Series:
    """Whether more than `REPEATS` keys have the last bits of this one, four keys to a bucket.

    All keys that occur more often pass, few others do: it spares sorting them.
    """
    buckets = 1 << max(keys.len().bit_length() - 2, 8)
    bucket = (keys.to_numpy() & np.uint64(buckets - 1)).astype(np.int64)
    return pl.Series(np.bincount(bucket, minlength=buckets)[bucket] > REPEATS)
