"""Candidates -> directives, each with the turns that show it and a check."""

from __future__ import annotations

from typing import Any

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import word_directive
from persona_extract.profile.candidates import MIN_TURNS
from persona_extract.profile.evidence import TURN, QuoteKey, cite
from persona_extract.records.profile import DIGITS, Check, Directive, Evidence, Support

Row = dict[str, Any]  # a polars row: checked by the record that it becomes


def directives_for(
    told: pl.DataFrame, turns: pl.DataFrame, readings: pl.DataFrame, most: int, quote_key: QuoteKey
) -> dict[str, list[Directive]]:
    """User key -> directives, in the order of the candidates.

    Args:
        told: what `candidates.candidates` gives.
        turns: of the users (`records.tables.TURNS`).
        readings: turn readings of those turns, one column a dimension.
        most: turns cited per directive at the most.
        quote_key: keyed hash for quotes.
    """
    shown = _shown(readings, told)
    support = {
        (user, dimension): n
        for user, dimension, n in shown.group_by("user_key", "dimension").len().iter_rows()
    }
    evidence = cite(_clearest(turns, shown, most), "dimension", quote_key)
    made: dict[str, list[Directive]] = {}
    for row in told.iter_rows(named=True):
        at = (row["user_key"], row["dimension"])
        made.setdefault(at[0], []).append(_directive(row, support.get(at, 0), evidence.get(at, [])))
    return made


def _directive(row: Row, n: int, evidence: list[Evidence]) -> Directive:
    name: str = row["dimension"]
    return Directive(
        dimension=name,
        level=row["level"],
        text=word_directive(find_dimension(name), row["side"], round(row["value"], DIGITS)) or "",
        strength=row["strength"],
        support=Support(n=n, of=row["n"]),
        evidence=evidence,
        check=Check(
            dimension=name,
            operator=">=" if row["side"] == "high" else "<=",
            threshold=round(row["threshold"], DIGITS),
            min_turns=MIN_TURNS,
        ),
    )


def _shown(readings: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The turns that show each candidate: their reading is beyond the check's threshold."""
    dimensions = told["dimension"].unique().sort().to_list()
    high = pl.col("side") == "high"
    return (
        readings.select(*TURN, *dimensions)
        .unpivot(dimensions, index=TURN, variable_name="dimension", value_name="reading")
        .drop_nulls("reading")
        .join(
            told.select("user_key", "dimension", "side", "threshold"),
            on=["user_key", "dimension"],
        )
        .filter(
            (high & (pl.col("reading") >= pl.col("threshold")))
            | (~high & (pl.col("reading") <= pl.col("threshold")))
        )
    )


def _clearest(turns: pl.DataFrame, shown: pl.DataFrame, most: int) -> pl.DataFrame:
    """Per user and dimension the turns that show it most, earliest first among equals; whole."""
    return (
        shown.with_columns(beyond=(pl.col("reading") - pl.col("threshold")).abs())
        .sort(
            "user_key",
            "dimension",
            "beyond",
            "conversation_id",
            "turn",
            descending=[False, False, True, False, False],
        )
        .group_by("user_key", "dimension", maintain_order=True)
        .head(most)
        .join(turns.select(*TURN, "text"), on=TURN, maintain_order="left")
        .with_columns(start=pl.lit(0), end=pl.col("text").str.len_chars())
    )
