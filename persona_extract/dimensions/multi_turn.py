"""What turns do in a conversation: how it is opened, taken up, contradicted, continued."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from persona_extract.dimensions._enact import drop, flip, one, put_before, whole_words
from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    IS_OPENING,
    LOWER,
    N_WORDS,
    has,
    where,
)
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_STARTS_NO = starts_with_one_of(("no", "nope", "not", "nah", "stop"))
_ASKS = (
    r"(?-u:\b)(?:how|what|why|where|when|which|who)(?:'s)? (?:do|does|did|is|are|was|were|can|"
    r"could|should|would|will|much|many|long|often|far|come|about)(?-u:\b)"
)
_VERBS = one_of((*load_lexicon("verbs"), *load_lexicon("imperatives")))
_STATES = ~(
    LOWER.str.contains("?", literal=True)
    | LOWER.str.contains(starts_with_one_of(load_lexicon("question_starts")))
    | LOWER.str.contains(_ASKS)
    | LOWER.str.contains(starts_with_one_of((*load_lexicon("imperatives"), "please", "pls")))
    | LOWER.str.contains(one_of((*load_lexicon("polite_requests"), *load_lexicon("wants"))))
)
_ACKNOWLEDGE = load_lexicon("acknowledgements")


def _take_up(text: str, rng: np.random.Generator) -> str:
    if re.match(rf"\W*{whole_words(_ACKNOWLEDGE)}", text, re.IGNORECASE):
        return text
    return put_before(text, one(("Ok, ", "Okay, ", "Alright, ", "Great, "), rng))


DIMENSIONS = (
    Dimension(
        name="conversation_turns",
        group="multi_turn",
        definition="User turns of the conversation, as a logarithm, read on its first turn.",
        unit="ln(turns)",
        expr=where(IS_OPENING, pl.col("n_turns").cast(pl.Float64).log()),
        directives={
            "high": "Stay for about {value} messages before you end the conversation.",
            "low": "End the conversation after about {value} messages.",
        },
        where="openings",
    ),
    Dimension(
        name="back_reference",
        group="multi_turn",
        definition="A turn after the first names something said before "
        '("the second one", "you said", "above").',
        source="lexicons/back_references.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("back_references")))),
        directives={
            "high": 'Point back at what was said ("the second one", "as you said above") in '
            "{value} of your follow-ups.",
            "low": "Hardly ever point back at what was said before.",
        },
        where="follow-ups",
    ),
    Dimension(
        name="pointers",
        group="multi_turn",
        definition='A turn after the first has a pronoun for something said before ("it", "that").',
        source="lexicons/pointers.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("pointers")))),
        directives={
            "high": 'Say "it" and "that" instead of naming things again.',
            "low": 'Name things again instead of saying "it" or "that".',
        },
        where="follow-ups",
    ),
    Dimension(
        name="pushback",
        group="multi_turn",
        definition="A turn after the first contradicts, corrects or turns down the answer.",
        source="lexicons/pushback.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(f"{one_of(load_lexicon('pushback'))}|{_STARTS_NO}")),
        directives={
            "high": "Contradict or correct the answer in about {value} of your follow-ups.",
            "low": "Accept answers; hardly ever push back.",
        },
        where="follow-ups",
    ),
    Dimension(
        name="acknowledgement",
        group="multi_turn",
        definition='A turn after the first starts by taking up the answer ("ok", "great").',
        source="lexicons/acknowledgements.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(starts_with_one_of(_ACKNOWLEDGE))),
        directives={
            "high": 'Start about {value} of your follow-ups by taking up the answer ("ok, ...").',
            "low": "Go straight to the next request without taking up the answer.",
        },
        enact=flip(_take_up, drop(rf"^\W*{whole_words(_ACKNOWLEDGE)}[,.!]*\s*")),
        where="follow-ups",
    ),
    Dimension(
        name="links",
        group="multi_turn",
        definition='A turn after the first starts with a linking word ("and", "but", "now").',
        source="lexicons/links.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(starts_with_one_of(load_lexicon("links")))),
        directives={
            "high": 'Start about {value} of your follow-ups with "and", "but", "so" or "now".',
        },
        where="follow-ups",
        formal=-1,
    ),
    Dimension(
        name="questions",
        group="multi_turn",
        definition="The turn asks: it has a question mark, starts with a question word, or has a "
        'clause such as "how do I" or "why is".',
        source="lexicons/question_starts.txt",
        unit="share of turns",
        expr=(
            LOWER.str.contains("?", literal=True)
            | LOWER.str.contains(starts_with_one_of(load_lexicon("question_starts")))
            | LOWER.str.contains(_ASKS)
        ).cast(pl.Float64),
        directives={
            "high": "Word about {value} of your messages as questions.",
            "low": "State what you want instead of asking questions.",
        },
    ),
    Dimension(
        name="imperatives",
        group="multi_turn",
        definition='The turn starts with a command verb ("write", "make", "fix").',
        source="lexicons/imperatives.txt",
        unit="share of turns",
        expr=has(starts_with_one_of(load_lexicon("imperatives"))),
        directives={
            "high": 'Give commands: start about {value} of your messages with a verb ("make ...").',
            "low": "Do not start messages with a bare command.",
        },
    ),
    Dimension(
        name="how_questions",
        group="multi_turn",
        definition='The turn asks "how" or "what".',
        unit="share of turns",
        expr=has(r"(?-u:\b)(?:how|what|whats|which)(?-u:\b)"),
        directives={"high": 'Ask "how" and "what" in about {value} of your messages.'},
    ),
    Dimension(
        name="wants",
        group="multi_turn",
        definition='The turn states a need ("I need", "I want", "I\'m trying").',
        source="lexicons/wants.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("wants"))),
        directives={
            "high": 'State needs ("I need ...", "I want ...") in about {value} of your messages.',
        },
    ),
    Dimension(
        name="says_error",
        group="multi_turn",
        definition="The turn reports an error or a fault.",
        source="lexicons/errors_reported.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("errors_reported"))),
        directives={
            "high": "Report what went wrong in about {value} of your messages.",
        },
    ),
    Dimension(
        name="numbers",
        group="multi_turn",
        definition="The turn's wording has a number in figures.",
        unit="share of turns",
        expr=has(r"(?:^|[\s(,$€£-])\d"),
        directives={"high": "Give figures and quantities in about {value} of your messages."},
    ),
    Dimension(
        name="statements",
        group="multi_turn",
        definition="The turn neither asks nor commands: it informs, answers or reports.",
        source="Stolcke et al. 2000 (dialogue acts)",
        unit="share of turns",
        expr=_STATES.cast(pl.Float64),
        directives={
            "high": "State facts and findings in about {value} of your messages instead of asking.",
            "low": "Always ask or tell the assistant to do something.",
        },
        label="states",
        examples={
            "high": "the second one was cheaper",
            "low": "which one was cheaper?",
        },
    ),
    Dimension(
        name="fragments",
        group="multi_turn",
        definition="The turn has at most twelve words and no verb: a topic, a name, a phrase.",
        source="lexicons/verbs.txt, lexicons/imperatives.txt",
        unit="share of turns",
        expr=((N_WORDS <= 12) & ~LOWER.str.contains(_VERBS)).cast(pl.Float64),
        directives={
            "high": "Write about {value} of your messages as bare phrases without a verb.",
            "low": "Write whole sentences, not bare phrases.",
        },
        formal=-1,
        examples={
            "high": "cheap hotels ghent",
            "low": "which hotels in Ghent are cheap?",
        },
    ),
)
