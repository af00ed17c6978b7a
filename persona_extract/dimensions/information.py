"""How information is given: facts, background before the request, new against known content."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
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
from persona_extract.dimensions._wording import COMMANDS, EDGES
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_FIGURES = HEAD.str.count_matches(r"(?:^|[\s(,$€£#-])\d[\d.,:/-]*")
_NAMES = HEAD.str.count_matches(r"[\p{Ll},;:] (?:\p{Lu}\p{Ll}+ ?)+")
_QUOTES = HEAD.str.count_matches('["“][^"”\n]{1,80}["”]|`[^`\n]+`')
_FACTS = (_FIGURES + _NAMES + _QUOTES).cast(pl.Float64)

_EARLIER = keywords_of("previous_text").list.set_union(keywords_of("opening_text"))
_HEARD = _EARLIER.list.set_union(keywords_of("assistant_before"))
_NEW = KEYWORDS.list.set_difference(_HEARD).list.len()

_OPENS_ASKING = starts_with_one_of(
    (
        *load_lexicon("imperatives"),
        *load_lexicon("question_starts"),
        *("pls", "as a", "as an", "if", "yes", "yeah", "sure", "continuing", "you're right"),
    )
)
_LEADING = (
    r"(?s)^[^\p{L}]*([^?]{15,}?)(?:[.!;:\n]+|,\s|"
    r"\s(?:so|but) (?:please|can|could|give|how|what|i need))"
)
_TOLD = pl.when(N_WORDS >= 10).then(EDGES).otherwise(pl.lit(""))
_FIRST = _TOLD.str.extract(_LEADING, 1).fill_null("")
_LATER = _TOLD.str.slice(_FIRST.str.len_chars())
_SITUATION = (
    r"(?-u:\b)(?:i|i'm|im|i've|ive|i'll|i'd|my|we|we're|we've|our|here is|here's|suppose|say that"
    r"|let's say)"
    r"(?-u:\b)"
)
_REQUEST = (
    r"(?-u:\b)(?:can|could|would|will) (?:you|u|we|i)(?-u:\b)|(?-u:\b)(?:i|we|i'm|im|i'd) (?:need"
    r"|want|wanna|"
    r"would like|like to|would love|looking for|trying to|must|am looking)(?-u:\b)|please"
    r"|(?-u:\b)my name|"
    r"(?-u:\b)name is|wondering|(?:don't|dont|do not|didn't) (?:understand|know|remember|recall"
    r"|get|like|think)|"
    r"(?:can't|cant|cannot) (?:remember|believe|recall)|i promise|i'll stick|i'll take|i mean|i"
    r" guess|hope|"
    r"i will leave|i like that|excited|(?-u:\b)i (?:don't|do not) want|let's|lets |thank|sorry to"
    r"|can't wait|can i"
)
_ASKED_LATER = (
    r"\?|(?-u:\b)(?:please|can you|could you|would you|will you|can we|can i|could i|could we|i"
    r" need|i want|"
    r"i'd like|i would like|i wanna|help me|tell me|give me|show me|let's|how do|how to|how can"
    r"|what is|what"
    r" are|what should|what do|why is|why do|how about|what about|i wish|wish for you|is it"
    r" possible)(?-u:\b)"
)
_NEWS = r"(?-u:\b)(?:just|realized|learned|remembered|friend|found out)(?-u:\b)"
_SELF_TOLD = (
    (~ASKED | _FIRST.str.contains(_NEWS))
    & _FIRST.str.contains(_SITUATION)
    & ~_FIRST.str.contains(_REQUEST)
    & ~_FIRST.str.contains(_OPENS_ASKING)
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
            "high": "Give about {value} concrete facts (names, figures or quotations) in each "
            "message.",
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
        definition="The turn gives background before its request: its first clause tells of the "
        "user's situation and asks nothing, and a request follows.",
        unit="share of turns",
        expr=where(
            EDGES.is_not_null(),
            _SELF_TOLD & (_LATER.str.contains(_ASKED_LATER) | COMMANDS) & (N_WORDS >= 10),
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
