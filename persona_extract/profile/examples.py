"""Turns that show a directive, with nothing left in them but stock words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import polars as pl

from persona_extract.lexicons import load_lexicon
from persona_extract.records.directives import MeasuredDirective
from persona_extract.records.profile import Example

GAP = "…"
MOST_IN_A_ROW = 4
"""Words of a turn in a row that are shown; five would be a quotation."""

MOST_CHARS = 120
LEAST_WORDS = 3

_LISTS = (
    "conversation_words",
    "function_words",
    "chat_spellings",
    "fillers",
    "hesitations",
    "greetings",
    "thanks",
    "please",
)
_PIECE = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,!?;:…]+")
_MARK = re.compile(r"[.,!?;:…]+")


def examples(
    told: Iterable[MeasuredDirective], texts: dict[tuple[str, int], str], most: int
) -> list[Example]:
    """Of each directive, the strongest first, the form of the cited turn of which most is left; no
    turn twice, and none of which too little is left.

    Args:
        told: directives, with evidence.
        texts: conversation and turn -> text of the turn.
        most: how many.
    """
    made: dict[tuple[str, int], Example] = {}
    for directive in told:
        if len(made) == most:
            break
        places = [(cited.conversation, cited.turn) for cited in directive.evidence]
        forms = {at: stock_form(texts[at]) for at in places if at not in made}
        at = min(forms, key=lambda one: _emptiness(forms[one]), default=None)
        if at is not None and forms[at]:
            made[at] = Example(
                dimension=directive.dimension, text=forms[at], conversation=at[0], turn=at[1]
            )
    return list(made.values())


def stock_form(text: str) -> str:
    """A turn with every word that is not of the program's own lists made a gap, and one in five
    that are; marks and capitals stay. "" if fewer than three words are left.

    The lists are closed: whatever they hold was not taken from anybody.
    """
    pieces: list[str] = []
    row, kept = 0, 0
    for found in _PIECE.finditer(text):
        piece = found[0]
        if _MARK.fullmatch(piece):
            if pieces and not pieces[-1].endswith(piece):
                pieces[-1] += piece[:3]
        elif piece.lower().replace("’", "'") in _stock() and row < MOST_IN_A_ROW:
            pieces.append(piece)
            row, kept = row + 1, kept + 1
        else:
            row = 0
            if not pieces or pieces[-1] != GAP:
                pieces.append(GAP)
        if sum(map(len, pieces)) + len(pieces) > MOST_CHARS - 2:
            pieces.append(GAP)
            break
    return " ".join(pieces) if kept >= LEAST_WORDS else ""


def _emptiness(form: str) -> float:
    pieces = form.split()
    return sum(GAP in piece for piece in pieces) / len(pieces) if pieces else 1.0


def cited_texts(turns: pl.DataFrame) -> dict[tuple[str, int], str]:
    """Conversation and turn -> text (`records.tables.TURNS`)."""
    rows = turns.select("conversation_id", "turn", "text").iter_rows()
    return {(conversation, turn): text for conversation, turn, text in rows}


@cache
def _stock() -> frozenset[str]:
    return frozenset(
        word for name in _LISTS for entry in load_lexicon(name) for word in entry.lower().split()
    )
