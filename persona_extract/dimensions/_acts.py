"""What the assistant did in its message just before the turn, by rule: asked, refused, erred, or
answered at length. Shared expressions over `records.tables.TURNS`.

The rules read the start and the end of the message, where assistants refuse, concede and ask. How
often they are right is measured against labels given by reading (`docs/dimensions.md`).
"""

from __future__ import annotations

import polars as pl

from persona_extract.lexicons import load_lexicon, one_of

LONG_WORDS = 150
"""Words from which an answer counts as long: about what fills a screen of chat."""

_START_CHARS, _END_CHARS = 350, 500
_FENCED = r"(?s)```.*?(?:```|\z)"
_COURTESY = rf"[^.!?\n]*{one_of(load_lexicon('courtesy_questions'))}[^.!?\n]*\?"
_REQUESTS = (
    r"(?-u:\b)please (?:provide|share|specify|tell me|give me|confirm|enter|clarify|describe|"
    r"upload|paste|select|choose)(?-u:\b)"
)


def start_of(column: str) -> pl.Expr:
    """Start of an assistant's message in lower case with one kind of apostrophe; "" if none."""
    return _even(pl.col(column).str.head(_START_CHARS))


def refuses(start: pl.Expr) -> pl.Expr:
    """Whether a message says at its start that the assistant cannot or will not."""
    return start.str.contains(one_of(load_lexicon("refusals")))


def concedes(start: pl.Expr) -> pl.Expr:
    """Whether a message concedes at its start a fault, or that it did not understand."""
    return start.str.contains(one_of(load_lexicon("admissions")))


def _even(text: pl.Expr) -> pl.Expr:
    return text.fill_null("").str.replace_all("’", "'", literal=True).str.to_lowercase()


START = start_of("assistant_before")

END = (
    _even(pl.col("assistant_before").str.tail(_END_CHARS))
    .str.replace_all(_FENCED, " ")
    .str.replace_all(_COURTESY, " ")
)
"""End of the message without code and without the questions of mere courtesy."""

ASKED = END.str.contains(r"\?[^?\p{L}]*(?:[^?.!\n]{0,120}[.!]?\s*)?$") | END.str.contains(_REQUESTS)
"""Whether the assistant asked the user something to go on."""

REFUSED = refuses(START)
"""Whether it said that it cannot, may not or will not."""

ERRED = concedes(START)
"""Whether it conceded a fault, or that it did not understand."""

_BLANKS = pl.col("assistant_before").fill_null("").str.count_matches(" ", literal=True)
LONG = _BLANKS >= LONG_WORDS
"""Whether it answered at length, by its blanks: counting words proper costs ten times as much."""

SHARED = (
    ("answer_start", START),
    ("asked", ASKED),
    ("refused", REFUSED),
    ("erred", ERRED),
    ("long_answer", LONG),
)
"""The parts that many dimensions build on, inner ones before those built on them."""
