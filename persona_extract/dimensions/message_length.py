"""How much is written, and where."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    HEAD,
    HEAD_WORDS,
    IS_FOLLOW_UP,
    IS_OPENING,
    N_WORDS,
    prose_of,
    share,
    where,
)
from persona_extract.dimensions.protocol import Dimension

_LOG_WORDS = N_WORDS.log1p()
_OPENING_WORDS = (
    prose_of("opening_text", 1500).str.count_matches(r"\p{L}[\p{L}']*").cast(pl.Float64)
)
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
    ),
    Dimension(
        name="front_loading",
        group="message_length",
        definition="How many times as many words the opening has as this later turn, as a "
        "logarithm: above 0 the need is told at once, below 0 bit by bit.",
        unit="ln(opening words/follow-up words)",
        expr=where(IS_FOLLOW_UP, _OPENING_WORDS.log1p() - _LOG_WORDS),
        directives={
            "high": "Tell the whole need in the first message; keep later messages short.",
            "low": "Start with little and give details later, message by message.",
        },
        where="follow-ups",
    ),
    Dimension(
        name="short_turns",
        group="message_length",
        definition="The turn has at most five words outside code.",
        unit="share of turns",
        expr=(N_WORDS <= 5).cast(pl.Float64),
        directives={"high": "Keep about {value} of your messages to five words at the most."},
        formal=-1,
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
    ),
    Dimension(
        name="word_length",
        group="message_length",
        definition="Letters per word outside code.",
        unit="letters per word",
        expr=share(HEAD.str.count_matches(r"\p{L}"), HEAD_WORDS),
        directives={
            "high": "Prefer longer, more technical words.",
            "low": "Prefer short, everyday words.",
        },
        formal=1,
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
