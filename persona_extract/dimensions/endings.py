"""How and when conversations end."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED, concedes, refuses, start_of
from persona_extract.dimensions._prose import IS_LAST, LOWER, N_WORDS, where
from persona_extract.dimensions._wording import COMMANDS, EDGES, INDIRECT
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_GOES_ON = r"(?-u:\b)(?:what|how|why|which|more|next|another|but)(?-u:\b)"
_SAID = pl.when(IS_LAST).then(EDGES).otherwise(pl.lit(""))  # what is empty costs nothing
_WRAPS_UP = _SAID.str.contains(one_of(load_lexicon("goodbyes"))) & (N_WORDS <= 45)
_THANKS = _SAID.str.contains(one_of(load_lexicon("thanks"))) & (N_WORDS <= 25)
_ONLY_TAKES_UP = (
    _SAID.str.contains(starts_with_one_of(load_lexicon("acknowledgements")))
    & (N_WORDS <= 5)
    & ~(ASKED | COMMANDS | _SAID.str.contains(_GOES_ON))
)
_ASKS = _SAID.str.contains("?", literal=True)
_ENDS = (_WRAPS_UP | (_THANKS & ~(COMMANDS | INDIRECT)) | _ONLY_TAKES_UP) & ~_ASKS
_AFTER = start_of(pl.when(IS_LAST).then(pl.col("assistant_after")).otherwise(pl.lit("")))
_GIVES_IN = concedes(_AFTER) & (pl.col("assistant_after").str.len_chars() < 250)
_AT_THE_END = IS_LAST & LOWER.is_not_null()

DIMENSIONS = (
    Dimension(
        name="wraps_up",
        group="endings",
        definition="The last turn of a conversation of two turns or more closes it: goodbye, "
        "thanks, or a bare ok.",
        source="Schegloff and Sacks 1973 (closings); lexicons/goodbyes.txt",
        unit="share of last turns",
        expr=where(_AT_THE_END, _ENDS),
        directives={
            "high": "Close the conversation with a word of goodbye or thanks.",
            "low": "Do not say goodbye; stop when you have what you need.",
        },
        where="last turn",
        label="ends",
        examples={
            "high": "is the museum open today?\n> Yes, until 6.\ngreat, that's all, bye",
            "low": "is the museum open today?\n> Yes, until 6.\nand on Sundays?",
        },
    ),
    Dimension(
        name="silent_ending",
        group="endings",
        definition="The last turn of a conversation of two turns or more is a request, and after "
        "the answer to it the user is silent.",
        unit="share of last turns",
        expr=where(_AT_THE_END, ~_ENDS & (_AFTER != "")),
        directives={
            "high": "When you have your answer, just stop writing.",
        },
        where="last turn",
        label="not ends",
        examples={
            "high": "is the museum open today?\n> Yes, until 6.\nand on Sundays?\n> Until 5.",
            "low": "is the museum open today?\n> Yes, until 6.\nthanks, bye\n> Goodbye!",
        },
    ),
    Dimension(
        name="abandonment",
        group="endings",
        definition="The last turn of a conversation of two turns or more is followed by nothing, "
        "by a refusal or by a fault conceded without a new answer, and does not close it.",
        source="rules for refusals and faults in dimensions/_acts.py",
        unit="share of last turns",
        expr=where(_AT_THE_END, ~_ENDS & ((_AFTER == "") | refuses(_AFTER) | _GIVES_IN)),
        directives={
            "high": "If you are refused or failed, give up and leave.",
        },
        where="last turn",
        examples={
            "high": "draw me a cat\n> A cat is an animal.\nno, draw it\n"
            "> I'm sorry, but I cannot draw.",
            "low": "name a cat\n> Tom.\nanother\n> Felix.",
        },
    ),
)
