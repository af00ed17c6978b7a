"""Which turns are follow-up moves, and what is left of them when their topic is taken away."""

from __future__ import annotations

import polars as pl

from persona_extract.text import WORD

GAP = "…"
"""Stands for one or more words that too few users used."""

_CHARS_PER_WORD = 12  # longer on average is pasted code, a link or a script without blanks
_MIN_USERS = 3
_MIN_SHARE = 0.02


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


def without_topic(follow_ups: pl.DataFrame) -> pl.DataFrame:
    """The follow-ups with a column `form`: lower case, rare words made a gap, digits made 0.

    A word is rare if fewer than 3 users, or 2 % of the users, have it in a follow-up (in a corpus
    of fewer than 3 users conversations are counted instead). What people talk about differs from
    one to the next; what they do with a follow-up ("shorter", "why", "another one") is said in
    words that many use. Hence moves are clustered on forms.
    """
    if follow_ups.is_empty():
        return follow_ups.with_columns(form=pl.lit("", pl.String))
    kept = _frequent(_words(follow_ups), _who(follow_ups))
    forms = (
        _words(follow_ups)
        .join(kept.with_columns(known=True), on="word", how="left", maintain_order="left")
        .with_columns(word=pl.when(pl.col("known")).then("word").otherwise(pl.lit(GAP)))
        .group_by("row", maintain_order=True)
        .agg(form=pl.col("word").str.join(" "))
        .with_columns(form=pl.col("form").str.replace_all(f"{GAP}(?: {GAP})+", GAP))
    )
    return follow_ups.with_row_index("row").join(forms, on="row", how="left").drop("row")


def _words(follow_ups: pl.DataFrame) -> pl.DataFrame:
    plain = (
        pl.col("text").str.to_lowercase().str.replace_all("’", "'").str.replace_all(r"\p{N}+", "0")
    )
    token = rf"{WORD}|[?!]"
    return (
        follow_ups.with_row_index("row")
        .with_columns(word=plain.str.extract_all(token))
        .explode("word")
        .with_columns(pl.col("word").fill_null(GAP))
    )


def _who(follow_ups: pl.DataFrame) -> str:
    return "user_key" if follow_ups["user_key"].n_unique() >= _MIN_USERS else "conversation_id"


def _frequent(words: pl.DataFrame, who: str) -> pl.DataFrame:
    needed = max(_MIN_USERS, words[who].n_unique() * _MIN_SHARE)
    counted = words.group_by("word").agg(n=pl.col(who).n_unique())
    return counted.filter(pl.col("n") >= needed).select("word").sort("word")
