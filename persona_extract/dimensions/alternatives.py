"""Asking for something else, something better, or a reason."""

from __future__ import annotations

from persona_extract.dimensions._acts import LAST_QUESTION, REFUSED
from persona_extract.dimensions._prose import IS_FOLLOW_UP, N_WORDS, has, where
from persona_extract.dimensions._reshaping import REWORKED
from persona_extract.dimensions._wording import COMMANDS, EDGES, INDIRECT, QUESTIONS
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_OTHER = (
    r"(?-u:\b)(?:give|show|suggest|tell|find|list|provide|want|need|try|have|get|use|write"
    r"|generate|make|"
    r"recommend|choose|pick|see|check|book|offer|is there|are there|with)(?: me| us| for| out| it)?"
    r"(?: \p{L}+| \d+){0,2} (?:another|an other|one more|a different|some other|any other|other"
    r"|different|"
    r"\d+ other|alternative|something else|anything else|any similar|similar)(?-u:\b)"
    r"|(?-u:\b)another (?:one|way|option|time|day|date|place|example|version|idea|suggestion"
    r"|approach)(?-u:\b)"
    r"|^[^\p{L}]*(?:(?:ok|okay|and|now|yes|no|please|give me|just|can i have)[ ,]+)*(?:another|an"
    r" other|a "
    r"different|different|more|other|some more)(?: (?:ones?|options?|ideas?|examples?"
    r"|suggestions?|captions?|"
    r"names?|titles?|answers?|quotes?|versions?|prompts?|emails?|ways?|reasons?|jokes?|lyrics"
    r"|questions?)"
    r"(?: like .*| from .*)?)?(?: please| pls)?\W*$|(?-u:\b)instead(?:[.?!,]|\W*$)"
    r"|(?-u:\b)(?:do|write|make|solve) (?:it|this|that) without|way (?:to \p{L}+ (?:it|this|that)"
    r" )?without"
    r"|(?-u:\b)(?:is|are) there (?:also|anything (?:later|earlier|cheaper|closer|sooner|better"
    r"|similar))|"
    r"(?-u:\b)(?:anything|something|any|one) (?:sooner|earlier|cheaper|quicker|faster|closer"
    r"|better|different)"
    r"(?-u:\b)"
)
_ELSEWHERE = (
    r"(?-u:\b)(?:how about|what about|try|check|any ?time|any day|any other|any|are there|is"
    r" there|do you have|"
    r"does|can (?:you|we|i)|could (?:you|we|i)|change|let'?s|later|earlier|move it|make it|need"
    r" it)(?-u:\b)"
)
_SLOT = (
    r"#|(?-u:\b)(?:\d{1,2} ?(?:am|pm|a\.m|p\.m|o'?clock|:)|(?:at|for|on|to|about|around|the) \d"
    r"|(?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day|tomorrow|time|day|morning|evening|afternoon|later|earlier"
    r"|inn|hotel|"
    r"venue|hilton|hyatt|place|week|dates?|other|how about|what about)(?-u:\b)"
)
_CLINGS = (
    r"^[^\p{L}]*(?:yes|yeah|yep|sure|ok please|please (?:book|do|go))(?-u:\b)|try again|again"
    r" later|pin|"
    r"(?-u:\b)same time(?-u:\b)"
)
_WORDED = IS_FOLLOW_UP & EDGES.is_not_null()
_ASKS_FOR = COMMANDS | QUESTIONS | INDIRECT | (N_WORDS <= 6)
_MADE_OFFER = LAST_QUESTION.str.contains(r"(?-u:\b)(?:book|reserve|schedule)(?-u:\b)")
_WANTS_OTHER = (
    EDGES.str.contains(f"{one_of(load_lexicon('alternatives'))}|{_OTHER}")
    & _ASKS_FOR
    & (N_WORDS <= 25)
) | (
    (REFUSED | _MADE_OFFER)
    & EDGES.str.contains(_ELSEWHERE)
    & EDGES.str.contains(_SLOT)
    & ~EDGES.str.contains(_CLINGS)
    & (N_WORDS <= 30)
)

DIMENSIONS = (
    Dimension(
        name="asks_alternative",
        group="alternatives",
        definition="A turn after the first asks for another or a further option.",
        source="lexicons/alternatives.txt",
        unit="share of follow-ups",
        expr=where(_WORDED, _WANTS_OTHER),
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
        expr=where(_WORDED, REWORKED),
        directives={
            "high": "Ask for the answer to be changed or redone in {value} of your follow-ups.",
            "low": "Do not ask for an answer to be redone; move on.",
        },
        where="follow-ups",
        label="reworks",
        examples={
            "high": "write a note to my landlord\n> Dear landlord, the tap in the kitchen has been "
            "dripping since Monday, and the floor below it is wet. I would be glad if somebody "
            "came to look at it this week.\nrewrite it without the kitchen",
            "low": "write a note to my landlord\n> Dear landlord, the tap in the kitchen has been "
            "dripping since Monday, and the floor below it is wet. I would be glad if somebody "
            "came to look at it this week.\nwhere do I send it",
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
