"""How information is given: facts, background before the request, new against known content."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    HEAD,
    IS_FOLLOW_UP,
    KEYWORDS,
    LOWER,
    N_WORDS,
    keywords_of,
    share,
    where,
)
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_FIGURES = HEAD.str.count_matches(r"(?:^|[\s(,$€£#-])\d[\d.,:/-]*")
_NAMES = HEAD.str.count_matches(r"[\p{Ll},;:] (?:\p{Lu}\p{Ll}+ ?)+")
_QUOTES = HEAD.str.count_matches('["“][^"”\n]{1,80}["”]|`[^`\n]+`')
_FACTS = (_FIGURES + _NAMES + _QUOTES).cast(pl.Float64)

_EARLIER = keywords_of("previous_text").list.set_union(keywords_of("opening_text"))
_HEARD = _EARLIER.list.set_union(keywords_of("assistant_before"))
_NEW = KEYWORDS.list.set_difference(_HEARD).list.len()

_STATES_FIRST = ~LOWER.str.contains(
    starts_with_one_of(
        (
            *load_lexicon("imperatives"),
            *load_lexicon("question_starts"),
            *load_lexicon("polite_requests"),
            *load_lexicon("wants"),
            *("please", "pls"),
        )
    )
)
_REQUEST_LATER = (
    r"[.!\n,:;][^\p{L}]*(?:(?:so|and|now|but|then|also|please|can|could|would|will|what|how|why|"
    r"which|where|when|who|is|are|do|does|should)(?-u:\b))"
)

DIMENSIONS = (
    Dimension(
        name="facts",
        group="information",
        definition="Facts of the turn's wording: figures, names inside a sentence, quoted "
        "strings; as a logarithm.",
        unit="ln(1+facts)",
        expr=_FACTS.log1p(),
        directives={
            "high": "Give about {value} concrete facts (names, figures) in each message.",
            "low": "Give hardly a concrete fact unless you are asked for it.",
        },
        examples={
            "high": "please book 2 rooms in Ghent from 4 to 9 May for Ana Silva",
            "low": "please book some rooms",
        },
    ),
    Dimension(
        name="new_content",
        group="information",
        definition="Of a later turn's distinct words of three letters or more, those that neither "
        "the user's turn before, the opening nor the answer had.",
        unit="share of words",
        expr=where(IS_FOLLOW_UP & (KEYWORDS.list.len() >= 3), share(_NEW, KEYWORDS.list.len())),
        directives={
            "high": "Bring something new with every message.",
            "low": "Stay with the words that were already said.",
        },
        where="follow-ups",
        examples={
            "high": "what is a good stretch\n> Try the cat-cow.\nalso breakfast ideas for cyclists",
            "low": "what is a good stretch\n> Try the cat-cow.\nwhat is the cat-cow good for",
        },
    ),
    Dimension(
        name="context_first",
        group="information",
        definition="The turn gives background before its request: it starts neither with a "
        "command, a question nor a wish, and a request follows in a later clause.",
        unit="share of turns",
        expr=(_STATES_FIRST & LOWER.str.contains(_REQUEST_LATER) & (N_WORDS >= 10)).cast(
            pl.Float64
        ),
        directives={
            "high": "Explain your situation before you ask, in about {value} of your messages.",
            "low": "Ask straight away, without telling your situation first.",
        },
        label="context_first",
        examples={
            "high": "my sister gets married in June and we have no band yet. "
            "can you suggest three songs for a small choir?",
            "low": "suggest three songs for a small choir",
        },
    ),
    Dimension(
        name="background",
        group="information",
        definition="The turn tells about the user's own situation or plans "
        '("my", "I have", "I am working on").',
        unit="share of turns",
        expr=LOWER.str.contains(
            one_of(
                (
                    "i have",
                    "i've got",
                    "ive got",
                    "i am",
                    "i'm",
                    "im",
                    "i was",
                    "i live",
                    "my",
                    "we have",
                    "we are",
                    "our",
                    "i work",
                    "i'm working",
                    "i got",
                    "i had",
                )
            )
        ).cast(pl.Float64),
        directives={
            "high": "Mention your own situation in about {value} of your messages.",
            "low": "Tell nothing about yourself.",
        },
        examples={
            "high": "I have two cats and my flat is small",
            "low": "which plants are safe for cats",
        },
    ),
)
