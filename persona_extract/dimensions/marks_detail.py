"""Where marks, figures, capitals and pasted material stand in a turn.

Small habits of the hand, of which nobody is told to change one: they describe people and are no
instructions.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    EVEN,
    EVEN_HEAD,
    HEAD,
    LOWER,
    NAMELESS,
    PROSE,
    share,
    where,
)
from persona_extract.dimensions.protocol import Dimension

_THERE = EVEN != ""
_END = EVEN.str.tail(12)
_START = EVEN.str.head(12)

# name, what the turn does, pattern
_AT_END = (
    ("ends_letter", "The turn's last character is a letter.", r"\p{L}$"),
    ("ends_question", "The turn's last character is a question mark.", r"\?$"),
    ("ends_period", "The turn's last character is a full stop.", r"\.$"),
    ("ends_exclaiming", "The turn's last character is an exclamation mark.", r"!$"),
    ("ends_digit", "The turn's last character is a figure.", r"\d$"),
    ("ends_bracket", "The turn's last character is a closing bracket.", r"[)\]}]$"),
)
_AT_START = (
    ("starts_capital", "The turn's first word has a capital and small letters.", r"^\p{Lu}\p{Ll}"),
    ("starts_small", "The turn's first character is a small letter.", r"^\p{Ll}"),
    ("starts_mark", "The turn's first character is no letter.", r"^\P{L}"),
)
_INSIDE = (
    ("comma_inside", "The turn has a comma and a blank after a word.", r"\p{L}, "),
    ("two_sentences", "A mark that ends a sentence is followed by more.", r"[.?!]\s+\S"),
    ("capital_after_mark", "A sentence after the first has a capital.", r"[.?!]\s+\p{Lu}"),
    ("small_after_mark", "A sentence after the first has a small letter.", r"[.?!]\s+\p{Ll}"),
    ("colon_inside", "A word and a colon are followed by more on the line.", r"\p{L}: ?\S"),
    ("colon_line", "A line ends with a colon and is followed by another.", r":[ \t]*\n"),
    ("line_after_word", "A line ends with a letter and is followed by another.", r"\p{L}[ \t]*\n"),
    ("blank_line", "The turn has an empty line.", r"\n[ \t]*\n"),
    ("dash_between", "A dash stands between two blanks.", r" [-–—]+ "),
    ("loose_equals", "An equals sign stands between blanks.", r"\S = \S"),
    ("call", "A bracket opens right after a name.", r"\w\("),
    ("underscore_name", "A name is joined by an underscore.", r"\p{L}_\p{L}"),
    ("minus_figure", "A figure has a minus before it.", r"-\d"),
)
_WORDED = (
    ("round_bracket", "The turn's wording has a round bracket.", r"\("),
    ("apostrophe", "The turn's wording has an apostrophe inside a word.", r"\p{L}'\p{L}"),
    ("acronym", "The turn's wording has a word in capitals.", r"(?-u:\b)[A-Z]{2,}(?-u:\b)"),
)


def _mark(on: pl.Expr, name: str, definition: str, pattern: str) -> Dimension:
    return Dimension(
        name=name,
        group="marks_detail",
        definition=definition,
        unit="share of turns",
        expr=where(_THERE, on.str.contains(pattern)),
        directives={},
    )


DIMENSIONS = (
    *(_mark(_END, *entry) for entry in _AT_END),
    *(_mark(_START, *entry) for entry in _AT_START),
    *(_mark(EVEN_HEAD, *entry) for entry in _INSIDE),
    *(_mark(HEAD, *entry) for entry in _WORDED),
    Dimension(
        name="number_words",
        group="marks_detail",
        definition='The turn has a small number as a word ("two", "first").',
        unit="share of turns",
        expr=LOWER.str.contains(
            r"(?-u:\b)(?:one|two|three|four|five|six|seven|eight|nine|ten|first|second|third)(?-u:\b)"
        ).cast(pl.Float64),
        directives={},
    ),
    Dimension(
        name="names_inside",
        group="marks_detail",
        definition="The turn's wording has an identifier (`snake_case`, `f(x)`, `x1`).",
        unit="share of turns",
        expr=NAMELESS.str.contains("#", literal=True).cast(pl.Float64),
        directives={},
    ),
    Dimension(
        name="starts_pasted",
        group="marks_detail",
        definition="The turn starts with something that the user did not word: code, an error "
        "trace, an address.",
        unit="share of turns",
        expr=where(_THERE, EVEN.str.head(6) != PROSE.str.head(6).fill_null("")),
        directives={},
    ),
    Dimension(
        name="ends_pasted",
        group="marks_detail",
        definition="The turn ends with something that the user did not word.",
        unit="share of turns",
        expr=where(_THERE, EVEN.str.tail(6) != PROSE.str.tail(6).fill_null("")),
        directives={},
    ),
    Dimension(
        name="only_pasted",
        group="marks_detail",
        definition="Nothing in the turn is worded by the user.",
        unit="share of turns",
        expr=where(_THERE, PROSE.is_null()),
        directives={},
    ),
    Dimension(
        name="pasted_amount",
        group="marks_detail",
        definition="Characters of the turn that the user did not word, as a logarithm.",
        unit="ln(1+characters)",
        expr=where(
            _THERE,
            (
                EVEN.str.len_chars().cast(pl.Float64)
                - PROSE.str.len_chars().cast(pl.Float64).fill_null(0)
            )
            .clip(lower_bound=0)
            .log1p(),
        ),
        directives={},
    ),
    Dimension(
        name="lines",
        group="marks_detail",
        definition="Line breaks of the turn, pasted ones included, as a logarithm.",
        unit="ln(1+line breaks)",
        expr=where(
            _THERE, EVEN_HEAD.str.count_matches("\n", literal=True).cast(pl.Float64).log1p()
        ),
        directives={},
    ),
    Dimension(
        name="capital_letters",
        group="marks_detail",
        definition="Of the characters of the turn's wording, those that are capitals A to Z.",
        unit="share of characters",
        expr=share(HEAD.str.count_matches(r"[A-Z]"), HEAD.str.len_chars()),
        directives={},
    ),
    Dimension(
        name="blank_at_end",
        group="marks_detail",
        definition="The turn ends with a blank or a line break.",
        unit="share of turns",
        expr=where(_THERE, pl.col("text").str.tail(1).str.contains(r"\s")),
        directives={},
    ),
)
