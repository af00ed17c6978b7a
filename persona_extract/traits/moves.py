"""Which turns are follow-up moves, and what is left of them when their topic is taken away."""

from __future__ import annotations

import polars as pl

from persona_extract.text import WORD

GAP = "…"
"""Stands for one or more words that too few users used."""

GRAMMAR = frozenset(
    "a an the of for in on to and or with by at from into as than is are be was were am been "
    "it its this that these those he she they them his her their".split()
)
"""Articles, prepositions and pronouns of English: they tie a turn to its topic. Closed class, own
list; in other languages such words stay in the form, where TF-IDF gives them little weight."""

_CHARS_PER_WORD = 12  # longer on average is pasted code, a link or a script without blanks
_MIN_USERS = 3
_MIN_SHARE = 0.01
_PIECES = 8


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
    """The follow-ups with a column `form`: the first words of the turn, their topic made a gap.

    Lower case; a gap stands for numbers, `GRAMMAR`, and rare words: those that
    fewer than 3 users, or 1 % of the users, have in a follow-up (in a corpus of fewer than 3 users
    conversations are counted instead; in a very small one, half of them will do). The first 8 pieces are kept, and a question mark anywhere.

    What people talk about differs from one to the next; what they do with a follow-up ("shorter",
    "why", "another one") is said in words that many use, and mostly at the beginning of the turn
    (Webb, Hepple and Wilks, "Dialogue act classification based on intra-utterance features",
    2005). Hence moves are clustered on forms.
    """
    if follow_ups.is_empty():
        return follow_ups.with_columns(form=pl.lit("", pl.String))
    numbered = follow_ups.with_row_index("row")
    words = _words(numbered)
    kept = _frequent(words, _who(follow_ups)).with_columns(known=True)
    forms = (
        words.join(kept, on="word", how="left", maintain_order="left")
        .with_columns(piece=pl.when(pl.col("known")).then("word").otherwise(pl.lit(GAP)))
        .filter(
            (pl.col("piece") != GAP) | (pl.col("piece").shift(1).over("row") != GAP).fill_null(True)
        )
        .group_by("row", maintain_order=True)
        .agg(form=pl.col("piece").head(_PIECES).str.join(" "), asks=pl.col("asks").first())
        .with_columns(
            form=pl.concat_str("form", pl.when("asks").then(pl.lit(" ?")).otherwise(pl.lit("")))
        )
        .select("row", "form")
    )
    return numbered.join(forms, on="row", how="left", maintain_order="left").drop("row")


def has_words(column: str) -> pl.Expr:
    """Whether a form has a piece that is not a gap."""
    return pl.col(column).str.contains(r"[\p{L}\p{N}]")


def _words(numbered: pl.DataFrame) -> pl.DataFrame:
    plain = pl.col("text").str.to_lowercase().str.replace_all("’", "'")
    return (
        numbered.with_columns(
            word=plain.str.extract_all(WORD), asks=plain.str.contains("?", literal=True)
        )
        .explode("word")
        .with_columns(pl.col("word").fill_null(GAP))
    )


def _who(follow_ups: pl.DataFrame) -> str:
    return "user_key" if follow_ups["user_key"].n_unique() >= _MIN_USERS else "conversation_id"


def _frequent(words: pl.DataFrame, who: str) -> pl.DataFrame:
    n = words[who].n_unique()
    needed = max(min(_MIN_USERS, max(1, n // 2)), n * _MIN_SHARE)
    counted = words.group_by("word").agg(n=pl.col(who).n_unique())
    topical = pl.col("word").is_in(sorted(GRAMMAR)) | pl.col("word").str.contains(r"^\p{N}")
    return counted.filter(pl.col("n") >= needed, ~topical).select("word").sort("word")
