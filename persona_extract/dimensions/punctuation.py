"""Marks: which ones, how many, and where they are missing."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import (
    close_with,
    edit_prose,
    flip,
    is_question,
    proper_mark,
)
from persona_extract.dimensions._prose import (
    ENDS_IN_PROSE,
    HEAD,
    LOWER,
    NAMELESS,
    PROSE,
    has,
    rate,
    where,
)
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, starts_with_one_of

_SMILE = r"(?:\s*(?:[:;]-?[()DPp]|[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}\x{FE0F}]))*"
_CLOSED = rf"[.!?…:;。！？][\"'”)\]*]*{_SMILE}$"
_ASKING = LOWER.str.contains(starts_with_one_of(load_lexicon("question_starts")))


def _open(text: str, rng: np.random.Generator) -> str:
    return close_with(text, "")


def _close(text: str, rng: np.random.Generator) -> str:
    bare = text.rstrip()
    return bare if re.search(r"[.!?…:;]$", bare) else bare + proper_mark(bare)


def _exclaim(text: str, rng: np.random.Generator) -> str:
    return close_with(text, "!")


def _calm(text: str, rng: np.random.Generator) -> str:
    def edit(part: str) -> str:
        return re.sub(r"!+", ".", re.sub(r"\?!+|!+\?", "?", part))

    return edit_prose(text, edit)


def _double(text: str, rng: np.random.Generator) -> str:
    mark = "?" if is_question(text) else "!"
    return close_with(text, mark * int(rng.integers(2, 4)))


def _single(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda p: re.sub(r"([!?])[!?]+", r"\1", p))


def _trail_off(text: str, rng: np.random.Generator) -> str:
    return close_with(text, "...")


def _no_dots(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda p: re.sub(r"\s*(?:\.{2,}|…)", ".", p))


def _space_out(text: str, rng: np.random.Generator) -> str:
    marks = re.search(r"[.!?]+$", text.rstrip())
    return close_with(text, " " + (marks[0] if marks else proper_mark(text)))


def _tighten(text: str, rng: np.random.Generator) -> str:
    def edit(part: str) -> str:
        return re.sub(r"(?<=[a-z]),(?=[A-Za-z])", ", ", re.sub(r"(?<=\w)\s+([,.!?])", r"\1", part))

    return edit_prose(text, edit)


def _unask(text: str, value: float, rng: np.random.Generator) -> str:
    if not is_question(text):
        return text
    return close_with(text, "" if rng.random() < value else "?")


DIMENSIONS = (
    Dimension(
        name="open_ending",
        group="punctuation",
        definition="The turn ends in wording, not in code, without a closing mark (. ! ? : ; …).",
        unit="share of turns",
        expr=where(ENDS_IN_PROSE, ~PROSE.str.tail(12).str.contains(_CLOSED)),
        directives={
            "high": "Leave out the closing mark in about {value} of your messages.",
            "low": "Close your messages with a full stop or question mark.",
        },
        enact=flip(_open, _close),
        formal=-1,
        examples={
            "high": "which bus goes to the lake",
            "low": "Which bus goes to the lake?",
        },
    ),
    Dimension(
        name="full_stop",
        group="punctuation",
        definition="The turn ends in wording with a single full stop.",
        unit="share of turns",
        expr=where(ENDS_IN_PROSE, PROSE.str.tail(6).str.contains(r"(?:^|[^.])\.$")),
        directives={
            "high": "End about {value} of your messages with a full stop.",
            "low": "Hardly ever end a message with a full stop.",
        },
        formal=1,
        examples={
            "high": "I would like to return the lamp.",
            "low": "I would like to return the lamp",
        },
    ),
    Dimension(
        name="exclamation",
        group="punctuation",
        definition="The turn has an exclamation mark.",
        unit="share of turns",
        expr=has(r"\p{L}\s?[?!]*!", on=HEAD),
        directives={
            "high": "Use an exclamation mark in about {value} of your messages.",
            "low": "Do not use exclamation marks.",
        },
        enact=flip(_exclaim, _calm),
        formal=-1,
        examples={
            "high": "that is wonderful news!",
            "low": "that is wonderful news.",
        },
    ),
    Dimension(
        name="doubled_marks",
        group="punctuation",
        definition="The turn has two or more exclamation or question marks in a row.",
        unit="share of turns",
        expr=has(r"[!?][!?]", on=HEAD),
        directives={
            "high": 'Double your marks ("??", "!!") in about {value} of your messages.',
            "low": "Use one question or exclamation mark at a time.",
        },
        enact=flip(_double, _single),
        formal=-1,
        examples={
            "high": "where is my parcel??",
            "low": "where is my parcel?",
        },
    ),
    Dimension(
        name="ellipsis",
        group="punctuation",
        definition='The turn has two or more dots in a row, or "…".',
        unit="share of turns",
        expr=has(r"[\p{L}\s](?:\.{2,}|…)", on=HEAD),
        directives={
            "high": 'Trail off with dots ("...") in about {value} of your messages.',
            "low": "Do not trail off with dots.",
        },
        enact=flip(_trail_off, _no_dots),
        formal=-1,
        examples={
            "high": "hmm... not what I had in mind...",
            "low": "not what I had in mind",
        },
    ),
    Dimension(
        name="commas",
        group="punctuation",
        definition="Commas per ten words.",
        unit="commas per ten words",
        expr=rate(r"[\p{L})\"'] ?,", per=10, on=HEAD),
        directives={
            "high": "Link clauses with commas: about {value} to every ten words.",
            "low": "Write almost without commas.",
        },
        formal=1,
        examples={
            "high": "first, wash the rice, then, once it boils, lower the heat",
            "low": "first wash the rice and then lower the heat",
        },
    ),
    Dimension(
        name="unmarked_questions",
        group="punctuation",
        definition="Of the turns that open as a question by their first word, those without any "
        "question mark.",
        source="lexicons/question_starts.txt",
        unit="share of turns that ask",
        expr=where(_ASKING, ~HEAD.str.contains("?", literal=True)),
        directives={
            "high": "Leave the question mark off about {value} of your questions.",
            "low": "Put a question mark after every question.",
        },
        enact=_unask,
        formal=-1,
        examples={
            "high": "where can I buy ink",
            "low": "where can I buy ink?",
        },
    ),
    Dimension(
        name="spacing_slips",
        group="punctuation",
        definition="The turn has a blank before a mark, or none after a comma.",
        unit="share of turns",
        expr=has(r"\p{L} +[,.!?](?:\s|$)|\p{Ll},\p{L}", on=NAMELESS),
        directives={
            "high": "Be careless about blanks around marks in about {value} of your messages "
            '("like this ?").',
            "low": "Put a blank after a comma and none before a mark.",
        },
        enact=flip(_space_out, _tighten),
        formal=-1,
        examples={
            "high": "is it open today ? or tomorrow ,maybe",
            "low": "is it open today? or tomorrow, maybe",
        },
    ),
)
