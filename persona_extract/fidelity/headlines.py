"""Three shares of turns that people quote: simple enough to be counted by hand.

They are the definitions behind the figures that are usually given for simulated users. The
dimensions of the same habits (`lowercase_start`, `open_ending`, `please`, `thanks`) are more
careful: they leave out code, names and places where there is nothing to choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

_TEXT = pl.col("text").str.strip_chars()


@dataclass(frozen=True, slots=True)
class Headline:
    """A share of turns.

    Attributes:
        name: as in JSON.
        title: as in a table.
        definition: one sentence.
        expr: Boolean, over `TURNS`.
        formal: +1 if more of it is more formal.
    """

    name: str
    title: str
    definition: str
    expr: pl.Expr
    formal: Literal[-1, 1]


HEADLINES = (
    Headline(
        "lowercase_turns",
        "start in lower case",
        "The first character of the turn is a lower-case letter.",
        _TEXT.str.contains(r"^\p{Ll}"),
        -1,
    ),
    Headline(
        "unclosed_turns",
        "no closing mark",
        "The last character of the turn is none of . ! ?",
        ~_TEXT.str.contains(r"[.!?]$"),
        -1,
    ),
    Headline(
        "polite_turns",
        "polite",
        'The turn has "please" or a word that begins with "thank".',
        pl.col("text").str.contains(r"(?i)(?-u:\b)(?:please(?-u:\b)|thank)"),
        1,
    ),
)


def headline_columns() -> list[pl.Expr]:
    """One Float64 column a headline, over `TURNS`."""
    return [each.expr.cast(pl.Float64).alias(each.name) for each in HEADLINES]
