"""What the assistant did in its message just before the turn, by rule: asked, refused, erred, or
answered at length. Shared expressions over `records.tables.TURNS`.

The rules read the start and the end of the message, where assistants refuse, concede and ask. How
often they are right is measured against labels given by reading (`docs/dimensions.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from persona_extract.lexicons import load_lexicon, one_of

LONG_WORDS = 150
"""Words from which an answer counts as long: about what fills a screen of chat."""

_START_CHARS, _END_CHARS, _SHORT_CHARS = 350, 500, 180
_REGRET = r"(?-u:\b)(?:sorry|unfortunately|afraid|regret)(?-u:\b)"
_MISSING = (
    r"(?-u:\b)(?:not (?:currently )?available|unavailable|isn't available|aren't available|not"
    r" able to|"
    r"no longer available|not possible|(?:could not|couldn't|didn't) find|no results|nothing"
    r" available|"
    r"no (?:viewing|room|appointment|flight|restaurant|hotel|apartment|ride|table|opening)s?|"
    r"no availability)(?-u:\b)"
)
_FENCED = r"(?s)```.*?(?:```|\z)"
_QUOTED = '["“][^"”\n]{1,200}["”]'
_COURTESY = rf"{one_of(load_lexicon('courtesy_questions'))}[^.!?\n]*\?"
_BROKEN_OFF = (
    r"(?:,|\(|(?-u:\b)(?:the|a|an|of|and|or|to|is|are|was|if|in|for|with|that|then|as|by|from|will|"
    r"can|be|its|your|each|because|which|at|on|any|their|our|has|have|using|into|not))\s*$"
)
_REQUESTS = (
    r"(?:^|[.!?:\n]\s*|(?:sure|course|so|help|this|that|certainly|yes),\s*|(?:could|can|would)"
    r" you )"
    r"please (?:provide|share|specify|tell me|give me|confirm|enter|clarify|describe|"
    r"upload|paste|select|choose)(?-u:\b)"
)


def start_of(message: pl.Expr) -> pl.Expr:
    """Start of an assistant's message in lower case with one kind of apostrophe; "" if none."""
    return _even(message.str.head(_START_CHARS))


def refuses(start: pl.Expr) -> pl.Expr:
    """Whether a message says at its start that the assistant cannot or will not."""
    plain = start.str.contains(_MISSING) & (
        (start.str.len_chars() < _SHORT_CHARS) | start.str.contains(_REGRET)
    )
    return start.str.contains(one_of(load_lexicon("refusals"))) | plain


def breaks_off(column: str) -> pl.Expr:
    """Whether a message stops in the middle of code or of a sentence."""
    text = pl.col(column).fill_null("")
    odd = text.str.count_matches("```", literal=True) % 2 == 1
    return odd | text.str.tail(12).str.contains(_BROKEN_OFF)


def concedes(start: pl.Expr) -> pl.Expr:
    """Whether a message concedes at its start a fault, or that it did not understand."""
    return start.str.contains(one_of(load_lexicon("admissions")))


def _even(text: pl.Expr) -> pl.Expr:
    return text.fill_null("").str.replace_all("’", "'", literal=True).str.to_lowercase()


START = start_of(pl.col("assistant_before"))

END = (
    _even(pl.col("assistant_before").str.tail(_END_CHARS))
    .str.replace_all(_FENCED, " ")
    .str.replace_all(_QUOTED, " ")
    .str.replace_all(_COURTESY, " ")
)
"""End of the message without code and without the questions of mere courtesy."""

ASKED = END.str.contains(r"\?[^?a-z]*(?:[^?.!\n#]{0,120}[.!]?\s*)?$") | END.str.contains(_REQUESTS)
"""Whether the assistant asked the user something to go on."""

REFUSED = refuses(START)
"""Whether it said that it cannot, may not or will not."""

ERRED = concedes(START) | breaks_off("assistant_before")
"""Whether it conceded a fault, or that it did not understand, or broke off."""

_QUESTIONING = pl.when(END.str.contains("?", literal=True)).then(END).otherwise(pl.lit(""))
LAST_QUESTION = _QUESTIONING.str.extract(r"([^.?!\n]*)\?[^?]*$", 1).fill_null("")
"""The last question of the message; "" if it has none."""

_BLANKS = pl.col("assistant_before").fill_null("").str.count_matches(" ", literal=True)
LONG = _BLANKS >= LONG_WORDS
"""Whether it answered at length, by its blanks: counting words proper costs three times as much."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the assistant does, found by rule.

    Attributes:
        name: as it stands in `measured.csv`.
        definition: one sentence that a stranger can apply by hand.
        expr: Boolean, over `records.tables.TURNS`.
        label: the hand-given label that it is held against; "" if it only counts.
    """

    name: str
    definition: str
    expr: pl.Expr
    label: str = ""


ACTS = (
    Act("asked", "The assistant asks something that it wants answered to go on.", ASKED, "a_asked"),
    Act("refused", "It says that it cannot, may not or will not.", REFUSED, "a_refused"),
    Act("erred", "It concedes a fault, did not understand, or broke off.", ERRED, "a_erred"),
    Act("answered at length", f"Its message has {LONG_WORDS} words or more.", LONG),
)
"""What reactions are conditional on, all in the message just before the turn."""

SHARED = (
    ("answer_start", START),
    ("asked", ASKED),
    ("refused", REFUSED),
    ("erred", ERRED),
    ("last_question", LAST_QUESTION),
    ("long_answer", LONG),
)
"""The parts that many dimensions build on, inner ones before those built on them."""
