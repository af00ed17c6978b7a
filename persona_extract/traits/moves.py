"""Which turns are follow-up moves."""

from __future__ import annotations

import polars as pl

from persona_extract.text import WORD

_CHARS_PER_WORD = 12  # longer on average is pasted code, a link or a script without blanks


def follow_ups(turns: pl.DataFrame, max_words: int) -> pl.DataFrame:
    """User turns after the first, of 1 character to `max_words` words, without code fences.

    Args:
        turns: `records.tables.TURNS`; only user_key, conversation_id, turn and text are read.
        max_words: also limits the length, to 12 characters a word.

    Returns:
        user_key, conversation_id, turn, text (white space folded), sorted by the first three.
    """
    folded = pl.col("text").str.replace_all(r"\s+", " ").str.strip_chars()
    return (
        turns.filter(pl.col("turn") > 0, ~pl.col("text").str.contains("```", literal=True))
        .select("user_key", "conversation_id", "turn", folded)
        .filter(
            pl.col("text") != "",
            pl.col("text").str.count_matches(WORD) <= max_words,
            pl.col("text").str.len_chars() <= max_words * _CHARS_PER_WORD,
        )
        .sort("user_key", "conversation_id", "turn")
    )
