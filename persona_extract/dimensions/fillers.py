"""Fillers, hedges, lengthened and strengthened words."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import (
    drop,
    edit_prose,
    flip,
    one,
    put_at_end,
    put_before,
    upper_first,
    whole_words,
)
from persona_extract.dimensions._prose import has
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import ASCII_EDGE, load_lexicon, one_of

_FILLERS = load_lexicon("fillers")
_WELL = rf"^[^\p{{L}}]*well{ASCII_EDGE}|[,.]\s+well,"  # not "as well"
_HEDGES = load_lexicon("hedges")
_LONG = "|".join(f"{c}{{3,}}" for c in "abcdefghijklmnopqrstuvyz")
_STRETCHY = re.compile(r"\b(so|please|really|very|no|yes|all|too|now|need|good|long|much)\b")


def _fill(text: str, rng: np.random.Generator) -> str:
    return put_before(text, one(("Um, ", "Well, ", "Hmm, ", "I mean, ", "Uh, "), rng))


def _hedge(text: str, rng: np.random.Generator) -> str:
    if rng.random() < 0.5:
        return put_at_end(text, one((", I guess", ", maybe", ", I think"), rng))
    return put_before(text, one(("I'm not sure, but ", "Not sure, but ", "Maybe "), rng))


def _stretch(text: str, rng: np.random.Generator) -> str:
    found = _STRETCHY.search(text)
    if not found:
        return put_before(text, "Sooo ")
    word = found[0]
    last = max(i for i, c in enumerate(word) if c in "aeiouy")
    long = word[:last] + word[last] * int(rng.integers(3, 6)) + word[last + 1 :]
    return edit_prose(text, lambda part: re.sub(rf"\b{word}\b", long, part, count=1))


def _unstretch(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda part: re.sub(r"([A-Za-z])\1{2,}", r"\1", part))


def _drop_hedges(text: str, rng: np.random.Generator) -> str:
    pattern = re.compile(rf",?\s*{whole_words(_HEDGES)}(?:, but)?", re.IGNORECASE)
    cut = edit_prose(text, lambda part: pattern.sub("", part)).strip()
    return upper_first(cut) if cut and cut != text else text


DIMENSIONS = (
    Dimension(
        name="fillers",
        group="fillers",
        definition='The turn has a filler ("um", "well", "I mean", "basically").',
        source="lexicons/fillers.txt",
        unit="share of turns",
        expr=has(f"{one_of(_FILLERS)}|{_WELL}"),
        directives={
            "high": 'Use a filler ("um", "well", "I mean") in about {value} of your messages.',
        },
        enact=flip(
            _fill, drop(rf"(?:{whole_words(_FILLERS)}|^\W*well\b|(?<=[,.] )well(?=,)),?\s*")
        ),
        formal=-1,
    ),
    Dimension(
        name="hedges",
        group="fillers",
        definition='The turn weakens itself ("maybe", "I think", "not sure").',
        source="lexicons/hedges.txt",
        unit="share of turns",
        expr=has(one_of(_HEDGES)),
        directives={
            "high": 'Hedge ("maybe", "I think", "not sure") in about {value} of your messages.',
            "low": "State things flatly, without maybe or I think.",
        },
        enact=flip(_hedge, _drop_hedges),
    ),
    Dimension(
        name="elongation",
        group="fillers",
        definition='The turn has a word with a letter three times or more in a row ("sooo").',
        source="Brody and Diakopoulos, EMNLP 2011 (lengthening as a mark of stance)",
        unit="share of turns",
        expr=has(rf"\p{{L}}(?:{_LONG})|(?:{_LONG})\p{{L}}"),
        directives={
            "high": 'Stretch a word ("sooo", "pleaseee") in about {value} of your messages.',
        },
        enact=flip(_stretch, _unstretch),
        formal=-1,
    ),
    Dimension(
        name="intensifiers",
        group="fillers",
        definition='The turn has a strengthening word ("very", "exactly", "must", "asap").',
        source="lexicons/intensifiers.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("intensifiers"))),
        directives={
            "high": 'Use strong words ("really", "exactly", "must") in {value} of your messages.',
        },
    ),
    Dimension(
        name="hesitation",
        group="fillers",
        definition='The turn shows somebody still thinking ("hmm", "wait", "let me see", "or '
        'rather", three dots in mid-sentence).',
        source="Clark and Fox Tree 2002; lexicons/hesitations.txt",
        unit="share of turns",
        expr=has(rf"{one_of(load_lexicon('hesitations'))}|\p{{L}}\s?\.{{3,}}\s*\p{{L}}"),
        directives={
            "high": 'Think aloud ("hmm", "wait", "let me see") in about {value} of your messages.',
            "low": "Write as if you had thought before.",
        },
        formal=-1,
        examples={
            "high": "hmm wait, or rather the blue one",
            "low": "the blue one",
        },
    ),
    Dimension(
        name="certainty",
        group="fillers",
        definition='The turn leaves no doubt ("definitely", "of course", "I am sure", "never").',
        source="Biber and Finegan 1989 (stance); lexicons/certainty_words.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("certainty_words"))),
        directives={
            "high": 'Sound certain ("definitely", "I\'m sure") in about {value} of your messages.',
            "low": "Do not claim to be certain.",
        },
        examples={
            "high": "it is definitely the wrong size",
            "low": "it is the wrong size",
        },
    ),
)
