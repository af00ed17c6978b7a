"""Candidates -> directives, each with the turns that show it and a check."""

from __future__ import annotations

from typing import Any

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import word_directive
from persona_extract.dimensions.protocol import Dimension, Where
from persona_extract.profile.candidates import MIN_TURNS
from persona_extract.profile.evidence import TURN, QuoteKey, cite
from persona_extract.records.directives import (
    Check,
    Evidence,
    MeasuredDirective,
    Situation,
    Support,
    Trial,
)
from persona_extract.records.fields import DIGITS
from persona_extract.records.policy import ACTS, Act

Row = dict[str, Any]  # a polars row: checked by the record that it becomes

_AFTER: dict[Act, Situation] = {
    "question": "after a question",
    "error": "after an error",
    "refusal": "after a refusal",
    "long answer": "after a long answer",
}
_UNITS: dict[str, Situation] = {"share of turns after a question": "after a question"}
_WHERE: dict[Where, Situation] = {
    "openings": "opening",
    "follow-ups": "follow-up",
    "last turn": "ending",
}


def directives_for(
    told: pl.DataFrame, turns: pl.DataFrame, readings: pl.DataFrame, most: int, quote_key: QuoteKey
) -> dict[str, list[MeasuredDirective]]:
    """User key -> directives, in the order of the candidates.

    Args:
        told: what `candidates.candidates` gives.
        turns: of the users (`records.tables.TURNS`).
        readings: turn readings of those turns, one column a dimension.
        most: turns cited per directive at the most.
        quote_key: keyed hash for quotes.
    """
    shown = _shown(readings, told)
    clearest = _clearest(shown, most)
    support = {
        (user, dimension): n
        for user, dimension, n in shown.group_by("user_key", "dimension").len().iter_rows()
    }
    evidence = cite(_whole(turns, clearest), "dimension", quote_key)
    tested = {
        (user, dimension): Trial(value=value, n=n)
        for user, dimension, value, n in clearest.group_by("user_key", "dimension")
        .agg(value=pl.col("reading").mean().round(DIGITS), n=pl.len())
        .iter_rows()
    }
    made: dict[str, list[MeasuredDirective]] = {}
    for row in told.iter_rows(named=True):
        at = (row["user_key"], row["dimension"])
        if at in tested:  # else no single turn shows it, and nothing could be cited
            one = _directive(row, support[at], evidence[at], tested[at])
            made.setdefault(at[0], []).append(one)
    return made


def situation_of(dimension: Dimension) -> Situation:
    """When a dimension can show at all."""
    for act in ACTS:
        if dimension.name.endswith(f"_after_{act.replace(' ', '_')}"):
            return _AFTER[act]
    if dimension.unit in _UNITS:
        return _UNITS[dimension.unit]
    return _WHERE.get(dimension.where, "always")


def _directive(row: Row, n: int, evidence: list[Evidence], tested: Trial) -> MeasuredDirective:
    name: str = row["dimension"]
    dimension = find_dimension(name)
    return MeasuredDirective(
        dimension=name,
        level=row["level"],
        text=word_directive(dimension, row["side"], round(row["value"], DIGITS)) or "",
        situation=situation_of(dimension),
        strength=row["strength"],
        support=Support(n=n, of=row["n"]),
        evidence=evidence,
        check=Check(
            dimension=name,
            operator=">=" if row["side"] == "high" else "<=",
            threshold=round(row["threshold"], DIGITS),
            min_turns=MIN_TURNS,
        ),
        tested=tested,
    )


def _shown(readings: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The turns that show each candidate: their reading is beyond the check's threshold."""
    dimensions = told["dimension"].unique().sort().to_list()
    high = pl.col("side") == "high"
    return (
        readings.select(*TURN, *dimensions)
        .unpivot(dimensions, index=TURN, variable_name="dimension", value_name="reading")
        .drop_nulls("reading")
        .cast({"reading": pl.Float64})  # without any candidate it has no type
        .join(
            told.select("user_key", "dimension", "side", "threshold"),
            on=["user_key", "dimension"],
        )
        .filter(
            (high & (pl.col("reading") >= pl.col("threshold")))
            | (~high & (pl.col("reading") <= pl.col("threshold")))
        )
    )


def _clearest(shown: pl.DataFrame, most: int) -> pl.DataFrame:
    """Per user and dimension the turns that show it most, earliest first among equals."""
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
    )


def _whole(turns: pl.DataFrame, cited: pl.DataFrame) -> pl.DataFrame:
    """Cited turns with their text, from its first to its last character."""
    return cited.join(turns.select(*TURN, "text"), on=TURN, maintain_order="left").with_columns(
        start=pl.lit(0), end=pl.col("text").str.len_chars()
    )
