"""Asking for the answer in another shape, for more of it, or for something else."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, has, where
from persona_extract.dimensions._replies import NEW_TOPIC
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_CONTINUE = (
    r"^[^\p{L}]*(?:please )?(?:continue|go on|keep going|carry on|proceed|next|more)(?-u:\b)"
)
_SHORT_ENOUGH = N_WORDS <= 60


def _asks_for(list_name: str) -> pl.Expr:
    return where(IS_FOLLOW_UP, has(one_of(load_lexicon(list_name))).cast(bool) & _SHORT_ENOUGH)


DIMENSIONS = (
    Dimension(
        name="asks_shorter",
        group="requests",
        definition="A turn after the first asks for the answer in fewer words or with less in it.",
        source="lexicons/shorter.txt",
        unit="share of follow-ups",
        expr=_asks_for("shorter"),
        directives={
            "high": "Ask for shorter, simpler answers in about {value} of your follow-ups.",
            "low": "Do not ask for shorter answers.",
        },
        where="follow-ups",
        label="shorter",
        examples={
            "high": "describe Bruges\n> Bruges is ...\nmake that shorter",
            "low": "describe Bruges\n> Bruges is ...\nand what about Ghent",
        },
    ),
    Dimension(
        name="asks_longer",
        group="requests",
        definition="A turn after the first asks for more of the answer: detail, length or items.",
        source="lexicons/longer.txt",
        unit="share of follow-ups",
        expr=_asks_for("longer"),
        directives={
            "high": "Ask for more detail or more of the same in about {value} of your follow-ups.",
            "low": "Do not ask for more than you were given.",
        },
        where="follow-ups",
        label="longer",
        examples={
            "high": "describe Bruges\n> A town in Flanders.\nmore detail please",
            "low": "describe Bruges\n> A town in Flanders.\nhow do I get there",
        },
    ),
    Dimension(
        name="asks_format",
        group="requests",
        definition="A turn after the first asks for the answer in another form, style or language.",
        source="lexicons/formats.txt",
        unit="share of follow-ups",
        expr=_asks_for("formats"),
        directives={
            "high": "Ask for another form or tone (a table, a list, plainer words) in about "
            "{value} of your follow-ups.",
            "low": "Take answers in the form they come.",
        },
        where="follow-ups",
        label="format",
        examples={
            "high": "three towns in Flanders\n> Bruges, Ghent and Mechelen.\nput it in a table",
            "low": "three towns in Flanders\n> Bruges, Ghent and Mechelen.\nwhich is the largest",
        },
    ),
    Dimension(
        name="continues",
        group="requests",
        definition="A turn after the first merely asks the assistant to go on.",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, LOWER.str.contains(_CONTINUE) & (N_WORDS <= 6)),
        directives={
            "high": 'Say just "continue" in about {value} of your follow-ups.',
        },
        where="follow-ups",
        label="continues",
        examples={
            "high": "tell me a story\n> Once upon a time ...\ncontinue",
            "low": "tell me a story\n> Once upon a time ...\nnow with a dragon in it",
        },
    ),
    Dimension(
        name="pivots",
        group="requests",
        definition="A turn after the first turns to something new: it shares no word of content "
        "with the user's turn before, the answer, or the opening.",
        source="Hearst 1997 (lexical cohesion)",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & LOWER.is_not_null(), NEW_TOPIC),
        directives={
            "high": "Change to a new subject in about {value} of your follow-ups.",
            "low": "Stay with one subject until it is done.",
        },
        where="follow-ups",
        label="pivots",
        examples={
            "high": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "which planets have rings",
            "low": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "how often should I stretch my back",
        },
    ),
)
