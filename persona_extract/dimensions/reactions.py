"""What the user does after the assistant asked, refused, erred or answered at length."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED, ERRED, LONG, REFUSED
from persona_extract.dimensions._objections import CORRECTS, DOUBTS, FAILS, INSISTS
from persona_extract.dimensions._pivots import PIVOTS
from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, starts_with_one_of

_WORDED = IS_FOLLOW_UP & LOWER.is_not_null()
_TAKES_UP = LOWER.str.contains(starts_with_one_of(load_lexicon("acknowledgements")))
_ASKS = LOWER.str.contains("?", literal=True) | LOWER.str.contains(
    starts_with_one_of(load_lexicon("question_starts"))
)


def _after(act: pl.Expr, value: pl.Expr) -> pl.Expr:
    return where(_WORDED & act, value)


DIMENSIONS = (
    Dimension(
        name="words_after_question",
        group="reactions",
        definition="Words of the turn after the assistant asked something, as a logarithm.",
        source="rules for questions in dimensions/_acts.py",
        unit="ln(1+words)",
        expr=_after(ASKED, N_WORDS.log1p()),
        directives={
            "high": "When the assistant asks you something, answer in about {value} words.",
            "low": "When the assistant asks you something, answer in about {value} words only.",
        },
        where="follow-ups",
        examples={
            "high": "a table please\n> For how many?\n"
            "We are four adults and a baby, and we would love to sit outside.",
            "low": "a table please\n> For how many?\nfour",
        },
    ),
    Dimension(
        name="doubts_after_refusal",
        group="reactions",
        definition="Of the turns after a refusal, those that contradict or ask again.",
        source="rules for refusals in dimensions/_acts.py, for doubts in dimensions/_objections.py",
        unit="share of turns after a refusal",
        expr=_after(REFUSED, DOUBTS | CORRECTS | INSISTS),
        directives={
            "high": "When you are refused, object or ask again about {value} of the time.",
            "low": "When you are refused, do not argue.",
        },
        where="follow-ups",
        label="doubts insists",
        examples={
            "high": "draw me a cat\n> I'm sorry, but I cannot draw.\nthat's not true, draw it",
            "low": "draw me a cat\n> I'm sorry, but I cannot draw.\na poem about cats then",
        },
    ),
    Dimension(
        name="turns_away_after_refusal",
        group="reactions",
        definition="Of the turns after a refusal, those that turn to something new.",
        source="rules for refusals in dimensions/_acts.py",
        unit="share of turns after a refusal",
        expr=_after(REFUSED, PIVOTS),
        directives={"high": "When you are refused, turn to something else."},
        where="follow-ups",
        label="pivots",
        examples={
            "high": "draw me a cat\n> I'm sorry, but I cannot draw.\n"
            "which planet of the solar system is the largest",
            "low": "draw me a cat\n> I'm sorry, but I cannot draw.\nwhy can't you draw a cat",
        },
    ),
    Dimension(
        name="doubts_after_error",
        group="reactions",
        definition="Of the turns after the assistant conceded a fault, those that find fault "
        "again.",
        source="rules for faults in dimensions/_acts.py, for doubts in dimensions/_objections.py",
        unit="share of turns after a fault",
        expr=_after(ERRED, DOUBTS | CORRECTS | FAILS),
        directives={
            "high": "After the assistant has admitted a mistake, go on checking and objecting.",
            "low": "Once the assistant has admitted a mistake, let it rest.",
        },
        where="follow-ups",
        label="doubts",
        examples={
            "high": "2 + 2 * 2?\n> I apologize for the mistake, it is 8.\nno, still wrong",
            "low": "2 + 2 * 2?\n> I apologize for the mistake, it is 6.\nnow 3 + 3 * 3",
        },
    ),
    Dimension(
        name="words_after_error",
        group="reactions",
        definition="Words of the turn after the assistant conceded a fault, as a logarithm.",
        source="rules for faults in dimensions/_acts.py",
        unit="ln(1+words)",
        expr=_after(ERRED, N_WORDS.log1p()),
        directives={
            "high": "After a mistake of the assistant explain yourself in about {value} words.",
            "low": "After a mistake of the assistant write about {value} words only.",
        },
        where="follow-ups",
        examples={
            "high": "2 + 2 * 2?\n> I apologize for the mistake, it is 8.\n"
            "Multiplication comes before addition, so the two is added at the end.",
            "low": "2 + 2 * 2?\n> I apologize for the mistake, it is 8.\nno",
        },
    ),
    Dimension(
        name="words_after_long_answer",
        group="reactions",
        definition="Words of the turn after an answer of 150 words or more, as a logarithm.",
        unit="ln(1+words)",
        expr=_after(LONG, N_WORDS.log1p()),
        directives={
            "high": "After a long answer write about {value} words.",
            "low": "After a long answer write about {value} words only.",
        },
        where="follow-ups",
        examples={
            "high": "history of tea\n> " + "tea " * 150 + "\n"
            "Now write the same about coffee, with a paragraph for each century.",
            "low": "history of tea\n> " + "tea " * 150 + "\nok",
        },
    ),
    Dimension(
        name="takes_up_long_answer",
        group="reactions",
        definition="Of the turns after an answer of 150 words or more, those that start by taking "
        'it up ("ok", "great").',
        source="lexicons/acknowledgements.txt",
        unit="share of turns after a long answer",
        expr=_after(LONG, _TAKES_UP),
        directives={
            "high": "After a long answer, say first that you have read it.",
            "low": "After a long answer, go on without a word about it.",
        },
        where="follow-ups",
        label="takes_up",
        examples={
            "high": "history of tea\n> " + "tea " * 150 + "\ngreat, now coffee",
            "low": "history of tea\n> " + "tea " * 150 + "\nnow coffee",
        },
    ),
    Dimension(
        name="asks_after_long_answer",
        group="reactions",
        definition="Of the turns after an answer of 150 words or more, those that ask a question.",
        source="lexicons/question_starts.txt",
        unit="share of turns after a long answer",
        expr=_after(LONG, _ASKS),
        directives={
            "high": "After a long answer ask a question about it.",
            "low": "After a long answer go on with the next request instead of asking.",
        },
        where="follow-ups",
        label="asks",
        examples={
            "high": "history of tea\n> " + "tea " * 150 + "\nwho brought it to Europe?",
            "low": "history of tea\n> " + "tea " * 150 + "\nnow coffee",
        },
    ),
)
