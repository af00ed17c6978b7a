"""A reader's word is taken only with the user's own: quotes held against the turns they cite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from persona_extract.prompts.fence import without_control_tokens
from persona_extract.text import fold_space

Ungrounded = Literal[
    "no quote", "trivial quote", "no such turn", "the assistant's words", "not said"
]

MIN_WORDS = 2
"""Words of a quote at the least, unless it is the whole turn: one word stands anywhere."""

_WORD = re.compile(r"\w+(?:['’\-]\w+)*")


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote as a reader gives it. `turn` is the number shown to it, U1 being the first."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a quote stands: user turn (0-based) and characters of its text as in TURNS."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What may be quoted.

    Attributes:
        turns: text of the user turns (0-based) that the reader was told of.
        assistant: what it was shown of the assistant, to tell a mix-up from an invention.
    """

    turns: Mapping[int, str]
    assistant: str = ""


def find_quotes(cited: list[Cited], heard: Heard) -> tuple[Span, ...] | Ungrounded:
    """Where the quotes stand, in order and without repeats; or why the first that fails fails.

    A quote has to stand word for word in the turn it cites, but for white space, control tokens
    blanked out by the fence, and the shape of apostrophes.
    """
    if not cited:
        return "no quote"
    spans: set[Span] = set()
    for quote in cited:
        found = _find(quote, heard)
        if not isinstance(found, Span):
            return found
        spans.add(found)
    return tuple(sorted(spans))


def _find(quote: Cited, heard: Heard) -> Span | Ungrounded:
    wanted = fold_space(_even(quote.text))
    turn = quote.turn - 1
    if turn not in heard.turns:
        return "no such turn"
    text = _even(heard.turns[turn])
    if wanted == "" or (len(_WORD.findall(wanted)) < MIN_WORDS and wanted != fold_space(text)):
        return "trivial quote"
    place = _place(wanted, text)
    if place is not None:
        return Span(turn, *place)
    return "the assistant's words" if wanted in _even(heard.assistant) else "not said"


def _place(wanted: str, text: str) -> tuple[int, int] | None:
    """First and last+1 character of the quote in the text, as whole words; None if not there."""
    pattern = r"\s+".join(re.escape(word) for word in wanted.split(" "))
    left = r"(?<!\w)" if wanted[0].isalnum() else ""
    right = r"(?!\w)" if wanted[-1].isalnum() else ""
    found = re.search(left + pattern + right, text)
    return found.span() if found else None


def _even(text: str) -> str:
    """The text as a reader sees it, every character in its place."""
    return without_control_tokens(text).replace("’", "'")
