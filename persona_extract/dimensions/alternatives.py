"""Asking for something else, something better, or a reason."""

from __future__ import annotations

from persona_extract.dimensions._prose import IS_FOLLOW_UP, has, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

DIMENSIONS = (
    Dimension(
        name="asks_alternative",
        group="alternatives",
        definition="A turn after the first asks for another or a further option.",
        source="lexicons/alternatives.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("alternatives")))),
        directives={
            "high": "Ask for another option or a different way in {value} of your follow-ups.",
            "low": "Take the first option offered; do not ask for alternatives.",
        },
        where="follow-ups",
        label="alternative",
        examples={
            "high": "name a cheap dessert\n> A baked apple.\ngive me another one",
            "low": "name a cheap dessert\n> A baked apple.\nhow long does it bake",
        },
    ),
    Dimension(
        name="asks_rework",
        group="alternatives",
        definition="A turn after the first asks for the answer to be changed or done again.",
        source="lexicons/rework.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("rework")))),
        directives={
            "high": "Ask for the answer to be changed or redone in {value} of your follow-ups.",
            "low": "Do not ask for an answer to be redone; move on.",
        },
        where="follow-ups",
        label="reworks",
        examples={
            "high": "write a note to my landlord\n> Dear landlord, the tap drips.\n"
            "make it shorter and rewrite the ending",
            "low": "write a note to my landlord\n> Dear landlord, the tap drips.\n"
            "where do I send it",
        },
    ),
    Dimension(
        name="asks_reason",
        group="alternatives",
        definition="The turn asks why, what something means, or for an explanation.",
        source="lexicons/reasons.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("reasons"))),
        directives={
            "high": "Ask why or for an explanation in about {value} of your messages.",
            "low": "Do not ask for reasons; ask for results.",
        },
        examples={
            "high": "my bread does not rise, why is that?",
            "low": "give me a recipe for rye bread",
        },
    ),
    Dimension(
        name="asks_example",
        group="alternatives",
        definition="The turn asks for an example or a demonstration.",
        source="lexicons/examples.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("examples"))),
        directives={
            "high": "Ask for an example in about {value} of your messages.",
            "low": "Do not ask for examples.",
        },
        examples={
            "high": "can you give me an example of a haiku",
            "low": "write a haiku about rain",
        },
    ),
)
