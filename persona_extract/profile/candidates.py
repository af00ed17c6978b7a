"""Which dimensions of a user deserve a directive: personal ones on which the user stands out."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.measured import is_personal
from persona_extract.records.fields import DIGITS

MIN_TURNS = 3
MIN_WEIGHT = 0.5
MIN_Z = 0.5
"""A directive needs at least this many turns, this reliability and this shrunk deviation."""

FAMILIES = (
    ("turn_words", "followup_words", "short_turns", "sentence_words", "sentences"),
    ("lowercase_start", "lowercase_sentences", "no_capitals"),
    ("open_ending", "full_stop"),
    ("self_repetition", "carried_words", "opening_repetition"),
)
"""Dimensions that say nearly the same: of each family only the first that qualifies is told."""


def candidates(standings: pl.DataFrame, most: int) -> pl.DataFrame:
    """Rows of the standings that deserve a directive, strongest first, at most `most` a user."""
    told = pl.DataFrame(
        [(d.name, side) for d in all_dimensions() if is_personal(d) for side in d.directives],
        schema={"dimension": pl.String, "side": pl.String},
        orient="row",
    )
    return (
        standings.filter(
            pl.col("level") != "typical",
            pl.col("n") >= MIN_TURNS,
            pl.col("weight") >= MIN_WEIGHT,
            pl.col("z").abs() >= MIN_Z,
        )
        .with_columns(
            side=pl.when(pl.col("percentile") > 0.5).then(pl.lit("high")).otherwise(pl.lit("low")),
            strength=(pl.col("z").abs() / (1 + pl.col("z").abs())).round(DIGITS),
            threshold=(pl.col("median") + pl.col("value")) / 2,
        )
        .join(told, on=["dimension", "side"], how="semi")
        .join(_families(), on="dimension", how="left")
        .sort("user_key", "family", "place", "dimension")
        .filter(
            pl.col("family").is_null()
            | (pl.col("place") == pl.col("place").min().over("user_key", "family"))
        )
        .sort("user_key", "strength", "dimension", descending=[False, True, False])
        .group_by("user_key", maintain_order=True)
        .head(most)
    )


def _families() -> pl.DataFrame:
    """dimension, family and place in it."""
    rows = [(name, i, at) for i, family in enumerate(FAMILIES) for at, name in enumerate(family)]
    return pl.DataFrame(rows, schema=["dimension", "family", "place"], orient="row")
