"""Taking issue with what the assistant did: correcting, complaining, blaming, asking again."""

from __future__ import annotations

from persona_extract.dimensions._acts import ERRED, REFUSED
from persona_extract.dimensions._prose import (
    HEAD,
    IS_FOLLOW_UP,
    KEYWORDS,
    LIKENESS,
    LOWER,
    N_WORDS,
    has,
    where,
)
from persona_extract.dimensions._replies import NEW_TOPIC
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_LOUD = HEAD.str.contains(r"[!?]{3,}|!\?|\?!|(?-u:\b)[A-Z]{4,}[ ,]+[A-Z]{3,}(?-u:\b)")
_AGAIN = LOWER.str.contains(
    one_of(("again", "once more", "i said", "as i said", "like i said", "i asked", "try again"))
)
_FAILED = IS_FOLLOW_UP & (REFUSED | ERRED)

DIMENSIONS = (
    Dimension(
        name="correction",
        group="disagreement",
        definition="A turn after the first says what exactly is wrong with the answer, or what is "
        "right instead.",
        source="lexicons/corrections.txt",
        unit="share of follow-ups",
        expr=where(
            IS_FOLLOW_UP, has(one_of(load_lexicon("corrections"))).cast(bool) & (N_WORDS >= 3)
        ),
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
        "service.",
        source="lexicons/complaints.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("complaints")))),
        directives={
            "high": "Say that you are not satisfied in about {value} of your follow-ups.",
            "low": "Do not complain about answers.",
        },
        where="follow-ups",
        label="complains",
        examples={
            "high": "a slogan for my cafe\n> Coffee and more.\nthat is terrible",
            "low": "a slogan for my cafe\n> Coffee and more.\none with a pun",
        },
    ),
    Dimension(
        name="frustration",
        group="disagreement",
        definition="A turn after the first shows anger or impatience: a heated word, several marks "
        "in a row, or words in capitals.",
        source="lexicons/heated_words.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("heated_words"))).cast(bool) | _LOUD),
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
        source="lexicons/accusations.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("accusations")))),
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
        definition="A turn after the first asks again for what an earlier turn asked: it repeats "
        "most of that turn's words, or says that it asks again.",
        unit="share of follow-ups",
        expr=where(
            IS_FOLLOW_UP & LOWER.is_not_null(),
            ((KEYWORDS.list.len() >= 3) & (LIKENESS >= 0.6)) | _AGAIN,
        ),
        directives={
            "high": "If you do not get what you asked for, ask for it again, in about {value} of "
            "your follow-ups.",
            "low": "Do not ask for the same thing twice.",
        },
        where="follow-ups",
        label="insists",
        examples={
            "high": "give me a list of red fruits\n> Apples are healthy.\n"
            "give me the list of red fruits",
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
            ~NEW_TOPIC & ~LOWER.str.contains(one_of(load_lexicon("goodbyes"))),
        ),
        directives={
            "high": "When the assistant fails or refuses, keep at it.",
            "low": "When the assistant fails or refuses, let it go and turn to something else.",
        },
        where="follow-ups",
        examples={
            "high": "draw me a cat\n> I'm sorry, but I cannot draw.\n"
            "then make the cat out of letters",
            "low": "draw me a cat\n> I'm sorry, but I cannot draw.\n"
            "what is the weather like in Lisbon",
        },
    ),
)
