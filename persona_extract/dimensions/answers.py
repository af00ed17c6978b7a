"""Clarification: asking back, and answering what the assistant asked."""

from __future__ import annotations

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, has, where
from persona_extract.dimensions._replies import ANSWERS, DODGES, VAGUE
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_ASKED = IS_FOLLOW_UP & ASKED

DIMENSIONS = (
    Dimension(
        name="asks_clarification",
        group="answers",
        definition="A turn after the first asks the assistant to explain or say again what it "
        "said.",
        source="Stolcke et al. 2000 (signal-non-understanding); lexicons/clarifications.txt",
        unit="share of follow-ups",
        expr=where(
            IS_FOLLOW_UP, has(one_of(load_lexicon("clarifications"))).cast(bool) & (N_WORDS <= 40)
        ),
        directives={
            "high": "Ask what the assistant means in about {value} of your follow-ups.",
            "low": "Do not ask for explanations of what was said; work with what you got.",
        },
        where="follow-ups",
        label="clarifies",
        examples={
            "high": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "what do you mean by cat-cow?",
            "low": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "Give me one for the neck too.",
        },
    ),
    Dimension(
        name="answers_fully",
        group="answers",
        definition="Of the turns after a question of the assistant, those that answer it.",
        source="Stolcke et al. 2000 (answers); rules for questions in dimensions/_acts.py",
        unit="share of turns after a question",
        expr=where(_ASKED & LOWER.is_not_null(), ANSWERS),
        directives={
            "high": "When the assistant asks you something, answer it.",
            "low": "Answer only about {value} of the assistant's questions; otherwise go on with "
            "what you want.",
        },
        where="follow-ups",
        label="answers_fully",
        examples={
            "high": "book me a table\n> For how many people?\nfour, at 7",
            "low": "book me a table\n> For how many people?\nis there parking nearby?",
        },
    ),
    Dimension(
        name="answers_vaguely",
        group="answers",
        definition="Of the turns after a question of the assistant, those that answer it in part "
        'or vaguely ("not sure", "any").',
        source="rules for questions in dimensions/_acts.py",
        unit="share of turns after a question",
        expr=where(_ASKED & LOWER.is_not_null(), VAGUE),
        directives={
            "high": "When the assistant asks, answer vaguely or in part about {value} of the time.",
        },
        where="follow-ups",
        label="answers_partly",
        examples={
            "high": "book me a table\n> For how many people, and when?\nnot sure yet, friday maybe",
            "low": "book me a table\n> For how many people, and when?\nfour, on Friday at 7",
        },
    ),
    Dimension(
        name="ignores_question",
        group="answers",
        definition="Of the turns after a question of the assistant, those that do not answer it.",
        source="rules for questions in dimensions/_acts.py",
        unit="share of turns after a question",
        expr=where(_ASKED & LOWER.is_not_null(), DODGES),
        directives={
            "high": "Pass over about {value} of the assistant's questions without answering.",
        },
        where="follow-ups",
        label="answers_not",
        examples={
            "high": "write a toast\n> Who is it for?\njust write it already",
            "low": "write a toast\n> Who is it for?\nfor my uncle",
        },
    ),
)
