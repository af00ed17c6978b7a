"""Clarification: asking back, and answering what the assistant asked."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, keywords_of, where
from persona_extract.dimensions._replies import ANSWERS, DODGES, VAGUE
from persona_extract.dimensions._wording import EDGES
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_ASKED = IS_FOLLOW_UP & ASKED
_ASKS_BACK = (
    r"^[^\p{L}]*(?:(?:huh|what|sorry|pardon|how)\s?\?*|why\?)\W*$|^[^\p{L}]*(?:oh |so )?(?:you|u)"
    r" mean(?-u:\b)|"
    r"^[^\p{L}]*(?:and |but )?what(?:'?s| is| are| was) (?:that|this|those|these|it)\W*$"
)
_CHECKS = (
    r"^[^\p{L}]*(?:(?:ok|okay|oh|and|then|i see|wait|ah)[\s,.]+)*so(?:,| )[^?]{8,}\?\W*$|"
    r"[^?]{10,}(?:,|\s)(?:right|correct|am i right|is that right|is it right|is that"
    r" correct)\s?\?+\W*$"
)
_SO_WHAT = (
    r"so(?:,| ) ?(?:\p{L}+ )?(?:what|how|when|where|which|why|who|is there|are there|can|could|do"
    r"|does|should|"
    r"would|will|what's|now|besides|give|if|in general)(?-u:\b)"
)
_TERM = (
    r"^[^\p{L}]*(?:(?:ok|okay|and|but|so)[ ,]+)*(?:what(?:'?s| is| are| does)|where(?:'?s| is|"
    r" are)|"
    r"who(?:'?s| is| are)) [^.?!\n]+\W*$"
)
_BRIEF = pl.when(N_WORDS <= 35).then(EDGES).otherwise(pl.lit(""))  # long turns ask something else
_MARKED = pl.when(_BRIEF.str.contains("?", literal=True)).then(_BRIEF).otherwise(pl.lit(""))
_BARE = pl.when(N_WORDS <= 10).then(EDGES).otherwise(pl.lit(""))
_TAKEN_UP = (
    _BARE.str.replace_all(
        r"(?-u:\b)(?:what|where|who|does|are|the|mean|and|for|but|stand)(?-u:\b)", " "
    )
    .str.extract_all(r"\w{3,}")
    .list.eval(pl.element().hash())
    .list.unique()
)
_FROM_ANSWER = (
    _TAKEN_UP.list.set_intersection(keywords_of("assistant_before")).list.len()
    == _TAKEN_UP.list.len()
) & (_TAKEN_UP.list.set_intersection(keywords_of("previous_text")).list.len() == 0)
_CLARIFIES = (
    (
        _BRIEF.str.contains(f"{one_of(load_lexicon('clarifications'))}|{_ASKS_BACK}")
        & (N_WORDS <= 25)
    )
    | (
        _MARKED.str.contains(_CHECKS)
        & ~_MARKED.str.contains(_SO_WHAT)
        & ~ASKED
        & (pl.col("assistant_before").str.len_chars() >= 150)
    )
    | (_BARE.str.contains(_TERM) & _FROM_ANSWER & (_TAKEN_UP.list.len() >= 1))
)

DIMENSIONS = (
    Dimension(
        name="asks_clarification",
        group="answers",
        definition="A turn after the first asks the assistant to explain or say again what it "
        "said, checks how it was understood, or asks what a word of the answer means.",
        source="Stolcke et al. 2000 (signal-non-understanding); lexicons/clarifications.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & EDGES.is_not_null(), _CLARIFIES),
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
            "high": "book me a table\n> For how many people, and when?\nmaybe four, up to you",
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
            "high": "write a toast\n> Who is it for?\nwrite it now, please",
            "low": "write a toast\n> Who is it for?\nfor my uncle",
        },
    ),
)
