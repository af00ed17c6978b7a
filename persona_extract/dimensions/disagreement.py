"""Taking issue with what the assistant did: correcting, complaining, blaming, asking again."""

from __future__ import annotations

from persona_extract.dimensions._acts import ERRED, REFUSED
from persona_extract.dimensions._objections import (
    ACCUSES,
    CORRECTS,
    DOUBTS,
    FAILS,
    INSISTS,
    OPENS,
)
from persona_extract.dimensions._pivots import PIVOTS
from persona_extract.dimensions._prose import EVEN, HEAD, IS_FOLLOW_UP, LOWER, N_WORDS, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_GLAD = one_of(
    (
        *("thank", "thanks", "thank you", "great", "awesome", "perfect", "love", "wow", "cool"),
        *("amazing", "haha", "lol", "yay", "excited", "nice", "fantastic", "yes", "hi", "hello"),
        *("bye", "goodbye", "wonderful", "excellent", "good", "happy"),
    )
)
_WORDED = IS_FOLLOW_UP & LOWER.is_not_null()
_LOUD = HEAD.str.head(200).str.contains(
    r"[!?]{4,}|!\?|\?!|^\W*(?:[A-Z']+[ ,!]+){4}"
) & ~LOWER.str.contains(_GLAD)
_UNHAPPY = (
    OPENS.str.contains(one_of(load_lexicon("complaints")))
    & ~OPENS.str.contains(r"(?-u:\b)if (?:it|this|that)(?-u:\b)")
    & (N_WORDS <= 60)
)
_FAILED = IS_FOLLOW_UP & (REFUSED | ERRED)

DIMENSIONS = (
    Dimension(
        name="pushback",
        group="disagreement",
        definition="A turn after the first contradicts, turns down or questions the answer, or "
        "blames the assistant: read on its first words.",
        source="lexicons/pushback.txt, accusations.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & LOWER.is_not_null(), DOUBTS),
        directives={
            "high": "Contradict, question or turn down the answer in about {value} of your "
            "follow-ups.",
            "low": "Accept answers; hardly ever push back.",
        },
        where="follow-ups",
        label="doubts",
        examples={
            "high": "capital of Australia?\n> Sydney.\nno, are you sure?",
            "low": "capital of Australia?\n> Canberra.\nand of Austria?",
        },
    ),
    Dimension(
        name="says_error",
        group="disagreement",
        definition="A turn after the first reports that something does not work, or shows the "
        "error that it gave.",
        source="lexicons/errors_reported.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & (EVEN != ""), FAILS),
        directives={
            "high": "Say that it does not work, or show the error, in about {value} of your "
            "follow-ups.",
            "low": "Hardly ever report that something went wrong.",
        },
        where="follow-ups",
        label="fails",
        examples={
            "high": "sort a list in python\n> Use sorted().\ni still get an error",
            "low": "sort a list in python\n> Use sorted().\nand in reverse?",
        },
    ),
    Dimension(
        name="correction",
        group="disagreement",
        definition="A turn after the first says what exactly is wrong with the answer, or what is "
        "right instead.",
        source="lexicons/corrections.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(_WORDED, CORRECTS),
        directives={
            "high": "Say exactly what is wrong, and what it should be, in about {value} of your "
            "follow-ups.",
            "low": "Do not correct details.",
        },
        where="follow-ups",
        label="corrects",
        examples={
            "high": "capital of Australia?\n> Sydney.\nno, it should be Canberra",
            "low": "capital of Australia?\n> Canberra.\nand of Austria?",
        },
    ),
    Dimension(
        name="complaint",
        group="disagreement",
        definition="A turn after the first expresses dissatisfaction with the answer or the "
        "service, or blames it.",
        source="lexicons/complaints.txt, accusations.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(_WORDED, _UNHAPPY | ACCUSES),
        directives={
            "high": "Say that you are not satisfied in about {value} of your follow-ups.",
            "low": "Do not complain about answers.",
        },
        where="follow-ups",
        label="complains",
        examples={
            "high": "a slogan for my cafe\n> Coffee and more.\nthat is not helpful at all",
            "low": "a slogan for my cafe\n> Coffee and more.\none with a pun",
        },
    ),
    Dimension(
        name="frustration",
        group="disagreement",
        definition="A turn after the first shows anger or impatience: a heated phrase, four marks "
        "in a row, or a start in capitals; without words of joy.",
        source="lexicons/heated_words.txt",
        unit="share of follow-ups",
        expr=where(
            _WORDED,
            (OPENS.str.contains(one_of(load_lexicon("heated_words"))) | _LOUD) & (N_WORDS <= 60),
        ),
        directives={
            "high": "Let impatience show in about {value} of your follow-ups.",
            "low": "Stay calm, whatever the answer.",
        },
        where="follow-ups",
        label="frustrated",
        examples={
            "high": "cancel my order\n> Which order?\nTHE ONLY ONE I have, seriously???",
            "low": "cancel my order\n> Which order?\nthe one from Monday",
        },
    ),
    Dimension(
        name="accusation",
        group="disagreement",
        definition="A turn after the first blames the assistant or the service.",
        source="lexicons/accusations.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(_WORDED, ACCUSES),
        directives={
            "high": "Blame the assistant for what goes wrong in about {value} of your follow-ups.",
            "low": "Do not blame the assistant.",
        },
        where="follow-ups",
        label="accuses",
        examples={
            "high": "add a chorus\n> Here is a verse.\nyou ignored what I asked",
            "low": "add a chorus\n> Here is a verse.\nand now the chorus",
        },
    ),
    Dimension(
        name="insistence",
        group="disagreement",
        definition="A turn after the first asks again: it says over what the turn before said, "
        'says what was meant ("I mean", "I said"), or says that something is still not so.',
        source="rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(_WORDED, INSISTS),
        directives={
            "high": "If you do not get what you asked for, ask for it again, in about {value} of "
            "your follow-ups.",
            "low": "Do not ask for the same thing twice.",
        },
        where="follow-ups",
        label="insists",
        examples={
            "high": "give me a list of red fruits\n> Apples are healthy.\na list of red fruits",
            "low": "give me a list of red fruits\n> Cherries, strawberries.\nand yellow ones?",
        },
    ),
    Dimension(
        name="persistence",
        group="disagreement",
        definition="Of the turns after an answer that refused or conceded a fault, those that stay "
        "with the request instead of turning to something else or ending.",
        source="rules for refusals and faults in dimensions/_acts.py",
        unit="share of turns after a failure",
        expr=where(
            _FAILED & LOWER.is_not_null(),
            ~PIVOTS & ~LOWER.str.contains(one_of(load_lexicon("goodbyes"))),
        ),
        directives={
            "high": "When the assistant fails or refuses, keep at it.",
            "low": "When the assistant fails or refuses, let it go and turn to something else.",
        },
        where="follow-ups",
        label="not pivots ends",
        examples={
            "high": "draw me a cat\n> I'm sorry, but I cannot draw.\n"
            "then make the cat out of letters",
            "low": "draw me a cat\n> I'm sorry, but I cannot draw.\n"
            "what is the weather like in Lisbon on Sunday",
        },
    ),
)
