"""Courtesy: please, thanks, greetings, requests wrapped as questions."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import (
    drop,
    flip,
    is_question,
    lower_first,
    one,
    put_at_end,
    put_before,
    whole_words,
)
from persona_extract.dimensions._prose import IS_FOLLOW_UP, IS_LAST, IS_OPENING, has, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_PLEASE = load_lexicon("please")
_THANKS = load_lexicon("thanks")
_GREETINGS = load_lexicon("greetings")


def _ask_kindly(text: str, rng: np.random.Generator) -> str:
    if re.search(whole_words(_PLEASE), text, re.IGNORECASE):
        return text
    starts = re.match(r"\W*([A-Za-z]+)", text)
    if starts and starts[1].lower() in load_lexicon("imperatives"):
        return "Please " + lower_first(text)
    return put_at_end(text, ", please" if is_question(text) else " please")


def _thank(text: str, rng: np.random.Generator) -> str:
    if re.search(whole_words(_THANKS), text, re.IGNORECASE):
        return text
    return one(("Thanks. ", "Thank you. "), rng) + text


def _greet(text: str, rng: np.random.Generator) -> str:
    if re.match(rf"\W*{whole_words(_GREETINGS)}", text, re.IGNORECASE):
        return text
    return put_before(text, one(("Hi, ", "Hello, ", "Hey, "), rng))


DIMENSIONS = (
    Dimension(
        name="please",
        group="courtesy",
        definition='The turn has "please" in some spelling, or "kindly".',
        source="lexicons/please.txt",
        unit="share of turns",
        expr=has(one_of(_PLEASE)),
        directives={
            "high": 'Say "please" in about {value} of your messages.',
            "low": 'Do not say "please".',
        },
        enact=flip(_ask_kindly, drop(rf",?\s*{whole_words(_PLEASE)},?(?:\s+(?=\w))?")),
        formal=1,
    ),
    Dimension(
        name="thanks",
        group="courtesy",
        definition="A turn after the first thanks the assistant.",
        source="lexicons/thanks.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(_THANKS))),
        directives={
            "high": "Thank the assistant in about {value} of your messages after the first.",
            "low": "Do not thank the assistant.",
        },
        enact=flip(_thank, drop(rf"\s*{whole_words(_THANKS)}(?: so much| a lot)?[.!,]*")),
        where="follow-ups",
        formal=1,
    ),
    Dimension(
        name="closing_thanks",
        group="courtesy",
        definition="The last turn of a conversation of two turns or more thanks the assistant.",
        source="lexicons/thanks.txt",
        unit="share of last turns",
        expr=where(IS_LAST, has(one_of(_THANKS))),
        directives={
            "high": "Say thanks when you end a conversation.",
            "low": "End a conversation without thanks.",
        },
        where="last turn",
        formal=1,
    ),
    Dimension(
        name="greeting",
        group="courtesy",
        definition="The first turn of a conversation starts with a greeting.",
        source="lexicons/greetings.txt",
        unit="share of openings",
        expr=where(IS_OPENING, has(starts_with_one_of(_GREETINGS))),
        directives={
            "high": "Start {value} of your conversations with a greeting.",
            "low": "Start without a greeting.",
        },
        enact=flip(_greet, drop(rf"^\W*{whole_words(_GREETINGS)}[,.!]*\s*")),
        where="openings",
        formal=1,
    ),
    Dimension(
        name="polite_requests",
        group="courtesy",
        definition='The turn wraps a request as a question or wish ("can you", "I would like").',
        source="lexicons/polite_requests.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("polite_requests"))),
        directives={
            "high": 'Ask with "can you" or "could you" in about {value} of your messages.',
            "low": 'Ask directly; do not wrap requests in "can you" or "could you".',
        },
        formal=1,
    ),
    Dimension(
        name="apology",
        group="courtesy",
        definition='The turn says sorry ("sorry", "my bad", "excuse me").',
        source="Blum-Kulka, House and Kasper 1989; lexicons/apologies.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("apologies"))),
        directives={
            "high": 'Say "sorry" or "my bad" in about {value} of your messages.',
            "low": "Do not apologise.",
        },
        formal=1,
        examples={
            "high": "sorry, I meant the 4th of May",
            "low": "I meant the 4th of May",
        },
    ),
)
