"""Saying the same thing again."""

from __future__ import annotations

from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    KEYWORDS,
    LIKENESS,
    REPEATED,
    overlap_with,
    where,
)
from persona_extract.dimensions.protocol import Dimension

DIMENSIONS = (
    Dimension(
        name="self_repetition",
        group="repetition",
        definition="A turn after the first says one of the user's last four turns again: of the "
        "distinct words of three letters or more of the shorter one, at least seven in ten (and "
        "three) are in both.",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & (KEYWORDS.list.len() >= 3), LIKENESS >= 0.7),
        directives={
            "high": "Ask for the same thing again, in nearly the same words, in {value} of your "
            "follow-ups.",
            "low": "Do not repeat a request.",
        },
        where="follow-ups",
        examples={
            "high": "show me blue winter coats\n> Here is a raincoat.\nshow me blue winter coats",
            "low": "show me blue winter coats\n> Here is a parka.\nwhat does the parka cost",
        },
    ),
    Dimension(
        name="carried_words",
        group="repetition",
        definition="Of the turn's distinct words of three letters or more, those that the user's "
        "turn before already had.",
        unit="share of words",
        expr=REPEATED,
        directives={
            "high": "Repeat much of your last message when you follow up ({value} of the words).",
            "low": "Do not repeat your earlier wording when you follow up.",
        },
        where="follow-ups",
        examples={
            "high": "show me blue winter coats\n> Here is a raincoat.\nblue winter coats with hood",
            "low": "show me blue winter coats\n> Here is a parka.\nwhat does this parka cost",
        },
    ),
    Dimension(
        name="opening_repetition",
        group="repetition",
        definition="Of the turn's distinct words of three letters or more, those that the "
        "conversation's first turn had.",
        unit="share of words",
        expr=overlap_with("opening_text"),
        directives={
            "high": "Keep coming back to the words of your first request.",
            "low": "Do not come back to the words of your first request.",
        },
        where="follow-ups",
        examples={
            "high": "show me blue winter coats\n> Here is a parka.\nis it warm\n> Yes.\n"
            "other blue winter coats",
            "low": "show me blue winter coats\n> Here is a parka.\nis it warm\n> Yes.\n"
            "add this parka to the basket",
        },
    ),
    Dimension(
        name="echo",
        group="repetition",
        definition="Of the turn's distinct words of three letters or more, those that the "
        "assistant's answer just before had.",
        source="Danescu-Niculescu-Mizil and Lee, 2011 (linguistic coordination)",
        unit="share of words",
        expr=overlap_with("assistant_before"),
        directives={
            "high": "Take up the assistant's own words when you follow up.",
            "low": "Use your own words when you follow up, not the assistant's.",
        },
        where="follow-ups",
        examples={
            "high": "where do I keep basil\n> Keep basil in a glass of water near the window.\n"
            "a glass of water near which window",
            "low": "where do I keep basil\n> Keep basil in a glass of water near the window.\n"
            "does mint like shade too",
        },
    ),
)
