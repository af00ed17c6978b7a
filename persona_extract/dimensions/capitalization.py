"""Upper and lower case."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import edit_prose, flip, lower_first, upper_first
from persona_extract.dimensions._prose import HEAD, NAMELESS, has, share, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_SMALL_I = NAMELESS.str.count_matches(r"(?:^|[\s(,.])i(?:'?m|'?ve|'ll|'d)?(?:[\s,.!?]|$)")
_BIG_I = NAMELESS.str.count_matches(r"(?:^|[\s(,.])I(?:'?m|'?ve|'ll|'d)?(?:[\s,.!?]|$)")
_FIRST = NAMELESS.str.extract(r"^[\s\"'(\[*-]*(\p{L}[\p{L}']*)", 1)
_PLAIN_FIRST = _FIRST.is_not_null() & ~_FIRST.str.contains(
    r"^(?:[iI](?:'?m|'?ve|'ll|'d)?|\p{Lu}{2,}|\p{Lu}+s)$"
)
_LOUD_WORDS = tuple(w.upper() for w in load_lexicon("common_words") if len(w) >= 3)
_LOUD = one_of(_LOUD_WORDS)
_QUIET = re.compile(r"\b[a-z]{3,}\b")
_LOUD_PY = re.compile(r"\b(?:" + "|".join(map(re.escape, _LOUD_WORDS)) + r")\b")
_PRONOUN = re.compile(r"(?<![\w'.])[iI](?=(?:'(?:m|ve|ll|d))?(?![\w'.]))")


def _case_pronouns(text: str, value: float, rng: np.random.Generator) -> str:
    def draw(_: re.Match[str]) -> str:
        return "i" if rng.random() < value else "I"

    return edit_prose(text, lambda part: _PRONOUN.sub(draw, part))


def _shout(text: str, rng: np.random.Generator) -> str:
    common = set(load_lexicon("common_words"))
    words = sorted({w for w in _QUIET.findall(text) if w in common}, key=lambda w: (-len(w), w))
    if not words:
        return text
    loud = re.compile(rf"\b{words[int(rng.integers(min(3, len(words))))]}\b")
    return edit_prose(text, lambda part: loud.sub(lambda m: m[0].upper(), part, count=1))


def _hush(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda part: _LOUD_PY.sub(lambda m: m[0].lower(), part))


DIMENSIONS = (
    Dimension(
        name="lowercase_start",
        group="capitalization",
        definition="The turn's first word starts in lower case, not counting turns that start "
        'with "I", an acronym, a number or code.',
        unit="share of turns",
        expr=where(_PLAIN_FIRST, _FIRST.str.contains(r"^\p{Ll}")),
        directives={
            "high": "Start about {value} of your messages with a lower-case letter.",
            "low": "Start your messages with a capital letter.",
        },
        enact=flip(lambda text, _: lower_first(text), lambda text, _: upper_first(text)),
        formal=-1,
        examples={
            "high": "where can I rent a canoe in Ghent",
            "low": "Where can I rent a canoe in Ghent",
        },
    ),
    Dimension(
        name="lowercase_i",
        group="capitalization",
        definition='Of the words "I", "I\'m", "I\'ve", "I\'ll", "I\'d", those written in lower '
        "case.",
        unit="share of places",
        expr=share(_SMALL_I, _SMALL_I + _BIG_I),
        directives={
            "high": 'Write the word "I" in lower case ("i", "i\'m") about {value} of the time.',
            "low": 'Write the word "I" as a capital.',
        },
        enact=_case_pronouns,
        formal=-1,
        examples={
            "high": "can i bring my dog, i don't want to leave him alone",
            "low": "Can I bring my dog, I don't want to leave him alone",
        },
    ),
    Dimension(
        name="no_capitals",
        group="capitalization",
        definition="The turn has at least three words and no capital letter outside code.",
        unit="share of turns",
        expr=where(HEAD.str.count_matches(r"\p{L}{2,}") >= 3, ~HEAD.str.contains(r"\p{Lu}")),
        directives={
            "high": "Write about {value} of your messages without a single capital letter.",
            "low": "Use capital letters where they belong.",
        },
        formal=-1,
        examples={
            "high": "which bus goes to the lake on sundays",
            "low": "Which bus goes to the lake on Sundays",
        },
    ),
    Dimension(
        name="lowercase_sentences",
        group="capitalization",
        definition="Of the sentences after the first, those that start in lower case.",
        unit="share of places",
        expr=share(
            NAMELESS.str.count_matches(r"\p{Ll}[.!?]+\s+\p{Ll}"),
            NAMELESS.str.count_matches(r"\p{Ll}[.!?]+\s+\p{L}"),
        ),
        directives={
            "high": "Inside a message, start about {value} of the sentences in lower case.",
            "low": "Start every sentence with a capital letter.",
        },
        formal=-1,
        examples={
            "high": "the lamp flickers. it did that yesterday too. what now",
            "low": "The lamp flickers. It did that yesterday too. What now",
        },
    ),
    Dimension(
        name="shouting",
        group="capitalization",
        definition="The turn has an ordinary English word (no acronym) of three letters or more "
        "in CAPITALS.",
        source="lexicons/common_words.txt",
        unit="share of turns",
        expr=has(_LOUD, on=HEAD),
        directives={
            "high": "Put a word in CAPITALS for emphasis in about {value} of your messages.",
            "low": "Do not write words in CAPITALS.",
        },
        enact=flip(_shout, _hush),
        formal=-1,
        examples={
            "high": "I said the blue one, NOT the red one",
            "low": "I said the blue one, not the red one",
        },
    ),
    Dimension(
        name="title_words",
        group="capitalization",
        definition="Of the words of four letters or more that do not start a sentence, those "
        "with a capital first letter.",
        unit="share of words",
        expr=share(
            NAMELESS.str.count_matches(r"[\p{L},] \p{Lu}\p{Ll}{3,}"),
            NAMELESS.str.count_matches(r"[\p{L},] \p{L}\p{Ll}{3,}"),
        ),
        directives={},
        examples={
            "high": "compare Lisbon and Porto with Madrid for a week in March",
            "low": "compare two quiet towns on the coast for a week in spring",
        },
    ),
)
