"""How much is written, and where."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    APART,
    HEAD,
    HEAD_WORDS,
    IS_FOLLOW_UP,
    IS_OPENING,
    N_WORDS,
    share,
    where,
)
from persona_extract.dimensions.protocol import Dimension

_N_APART = APART.str.count_matches(" ", literal=True).cast(pl.Int64) - 1
_LOG_WORDS = N_WORDS.log1p()
_OPENING_WORDS = pl.when(IS_OPENING).then(_LOG_WORDS).max().over("conversation_id")
_MARKS = HEAD.str.count_matches(r"\p{L}[\"')]*[.!?…]+(?:\s|$)|\n+\s*\S").cast(pl.Float64)
_OPEN_END = (~HEAD.str.contains(r"[.!?…][^\p{L}\p{N}]*$")).cast(pl.Float64)
_SENTENCES = (_MARKS + _OPEN_END).clip(lower_bound=1)

DIMENSIONS = (
    Dimension(
        name="turn_words",
        group="message_length",
        definition="Words of the turn outside code, as a logarithm, so that one pasted page does "
        "not outweigh a hundred short turns.",
        unit="ln(1+words)",
        expr=_LOG_WORDS,
        directives={
            "high": "Write messages of about {value} words.",
            "low": "Keep your messages to about {value} words.",
        },
        examples={
            "high": "I am planning a weekend in the hills with my parents, who cannot walk far, "
            "and we would like a small inn with a garden and a good kitchen near the station.",
            "low": "inn near the station",
        },
    ),
    Dimension(
        name="opening_words",
        group="message_length",
        definition="Words of the first turn of a conversation outside code, as a logarithm.",
        unit="ln(1+words)",
        expr=where(IS_OPENING, _LOG_WORDS),
        directives={
            "high": "Open the conversation with a message of about {value} words.",
            "low": "Open the conversation with about {value} words only.",
        },
        where="openings",
        examples={
            "high": "I am planning a weekend in the hills with my parents, who cannot walk far, "
            "and we would like a small inn with a garden.",
            "low": "inn in the hills",
        },
    ),
    Dimension(
        name="followup_words",
        group="message_length",
        definition="Words of the turns after the first outside code, as a logarithm.",
        unit="ln(1+words)",
        expr=where(IS_FOLLOW_UP, _LOG_WORDS),
        directives={
            "high": "Write about {value} words in each message after the first.",
            "low": "After the first message write about {value} words at a time.",
        },
        where="follow-ups",
        examples={
            "high": "find me an inn\n> The Old Mill has rooms.\n"
            "That sounds nice, but my parents cannot walk far, so is there a lift and can we "
            "park right at the door?",
            "low": "find me an inn\n> The Old Mill has rooms.\nwith parking?",
        },
    ),
    Dimension(
        name="front_loading",
        group="message_length",
        definition="How many times as many words the opening has as this later turn, as a "
        "logarithm: above 0 the need is told at once, below 0 bit by bit.",
        unit="ln(opening words/follow-up words)",
        expr=where(IS_FOLLOW_UP, _OPENING_WORDS - _LOG_WORDS),
        directives={
            "high": "Tell the whole need in the first message; keep later messages short.",
            "low": "Start with little and give details later, message by message.",
        },
        where="follow-ups",
        examples={
            "high": "I need an inn in the hills for two nights in May with a garden, a lift and a "
            "place to park at the door.\n> The Old Mill.\nbook it",
            "low": "an inn\n> Where?\n"
            "In the hills, for two nights in May, with a garden, a lift and a place to park "
            "at the door",
        },
    ),
    Dimension(
        name="short_turns",
        group="message_length",
        definition="The turn has at most five words outside code.",
        unit="share of turns",
        expr=(N_WORDS <= 5).cast(pl.Float64),
        directives={
            "high": "Keep about {value} of your messages to five words at the most.",
            "low": "Write more than five words in nearly every message.",
        },
        formal=-1,
        examples={
            "high": "and in green?",
            "low": "do you also have the same coat in green or in a dark blue",
        },
    ),
    Dimension(
        name="sentences",
        group="message_length",
        definition="Sentences of the turn outside code, at most twenty.",
        unit="sentences per turn",
        expr=_SENTENCES.clip(upper_bound=20),
        directives={
            "high": "Write about {value} sentences per message.",
            "low": "Write a single sentence per message.",
        },
        examples={
            "high": "The parcel came today. The box was wet. Two cups are broken. What can I do?",
            "low": "The parcel that came today was wet and two cups are broken, what can I do?",
        },
    ),
    Dimension(
        name="sentence_words",
        group="message_length",
        definition="Words per sentence outside code, as a logarithm.",
        unit="ln(words per sentence)",
        expr=(HEAD_WORDS / _SENTENCES).log(),
        directives={
            "high": "Write long sentences of about {value} words.",
            "low": "Write short sentences of about {value} words.",
        },
        formal=1,
        examples={
            "high": "The parcel that came today was wet on one side and two of the six cups in it "
            "are broken.",
            "low": "Parcel came. Box wet. Two cups broken.",
        },
    ),
    Dimension(
        name="word_length",
        group="message_length",
        definition="Letters a to z per word outside code and identifiers.",
        unit="letters per word",
        expr=share(APART.str.len_bytes() - 1 - _N_APART, _N_APART),
        directives={
            "high": "Prefer longer, more technical words.",
            "low": "Prefer short, everyday words.",
        },
        formal=1,
        examples={
            "high": "compare municipal regulations concerning photovoltaic installations",
            "low": "can I put a sun cell on my roof or not",
        },
    ),
    Dimension(
        name="length_spread",
        group="message_length",
        definition="How far the turn's length is from the mean of the conversation's turns, both "
        "as logarithms.",
        unit="ln(times as long or short)",
        expr=where(
            pl.col("n_turns") > 2,
            (_LOG_WORDS - _LOG_WORDS.mean().over("conversation_id", order_by="turn")).abs(),
        ),
        directives={
            "high": "Vary the length of your messages a lot: some {value} times as long as others.",
            "low": "Keep your messages about equally long.",
        },
        examples={
            "high": "ok\n> Sure.\nok\n> Yes?\nplease find me a quiet hotel near the old harbour "
            "with a room for three and a garden",
            "low": "a hotel\n> Where?\nin Ghent\n> When?\nin May",
        },
    ),
)
