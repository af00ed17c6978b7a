"""What is left of a follow-up when its topic is taken away."""

from __future__ import annotations

import re

import polars as pl

from persona_extract.text import WORD

GAP = "…"
"""Stands for one or more words that too few users used."""

GRAMMAR = frozenset(
    re.findall(
        r"\w+",
        """a an the of for in on to and or with by at from into as than is are be was were am been
        it its this that these those he she they them his her their""",
    )
)
"""Articles, prepositions and pronouns of English: they tie a turn to its topic. Closed class, own
list; in other languages such words stay in the form, where TF-IDF gives them little weight."""

_MIN_USERS = 3
_MIN_SHARE = 0.01
_MAX_BURSTINESS = 1.75
_PIECES = 8


def without_topic(follow_ups: pl.DataFrame) -> pl.DataFrame:
    """The follow-ups with a column `form`: the first words of the turn, their topic made a gap.

    Lower case. A gap stands for numbers, links, `GRAMMAR`; for rare words, those that fewer than
    3 users, or 1 % of them, have in a follow-up (where there are fewer than 3 users, conversations
    count; in a very small corpus half of them will do); and for words that heap up in few
    conversations (Church and Gale, "Poisson mixtures", 1995). The first 8 pieces are kept, and
    whether there is a question mark.

    What people talk about differs from one to the next; what they do with a follow-up ("shorter",
    "why", "another one") is said in words that many use, and mostly at the beginning of the turn
    (Webb, Hepple and Wilks, "Dialogue act classification based on intra-utterance features",
    2005). Hence moves are clustered on forms.
    """
    if follow_ups.is_empty():
        return follow_ups.with_columns(form=pl.lit("", pl.String))
    numbered = follow_ups.with_row_index("row")
    words = _words(numbered)
    kept = _conversational(words).with_columns(known=True)
    pieces = words.join(kept, on="word", how="left", maintain_order="left").with_columns(
        piece=pl.when(pl.col("known")).then("word").otherwise(pl.lit(GAP))
    )
    question = pl.when(pl.col("asks")).then(pl.lit(" ?")).otherwise(pl.lit(""))
    forms = (
        pieces.filter(~_repeats_gap())
        .group_by("row", maintain_order=True)
        .agg(form=pl.col("piece").head(_PIECES).str.join(" "), asks=pl.col("asks").first())
        .select("row", form=pl.col("form") + question)
    )
    return numbered.join(forms, on="row", how="left", maintain_order="left").drop("row")


def has_words(column: str) -> pl.Expr:
    """Whether a form has a piece that is not a gap."""
    return pl.col(column).str.contains(r"[\p{L}\p{N}]")


def plain(column: str) -> pl.Expr:
    """Lower case, one kind of apostrophe, no links."""
    lower = pl.col(column).str.to_lowercase().str.replace_all("’", "'")
    return lower.str.replace_all(r"(?:https?://|www\.)\S*", GAP)


def _words(numbered: pl.DataFrame) -> pl.DataFrame:
    asks = plain("text").str.contains("?", literal=True)
    return (
        numbered.select(
            "row",
            "user_key",
            "conversation_id",
            word=plain("text").str.extract_all(WORD),
            asks=asks,
        )
        .with_columns(
            word=pl.when(pl.col("word").list.len() == 0).then(pl.lit([GAP])).otherwise("word")
        )
        .explode("word")
    )


def _repeats_gap() -> pl.Expr:
    before = pl.col("piece").shift(1).over("row")
    return (pl.col("piece") == GAP) & (before == GAP).fill_null(False)


def _conversational(words: pl.DataFrame) -> pl.DataFrame:
    """Words that enough users have, and that do not heap up in single conversations."""
    topical = pl.col("word").is_in(sorted(GRAMMAR)) | pl.col("word").str.contains(r"^\p{N}")
    kept = _frequent(words).join(_burstiness(words), on="word")
    return (
        kept.filter(~topical, pl.col("burstiness") <= _MAX_BURSTINESS).select("word").sort("word")
    )


def _frequent(words: pl.DataFrame) -> pl.DataFrame:
    many = words["user_key"].n_unique() >= _MIN_USERS
    who = "user_key" if many else "conversation_id"
    n = words[who].n_unique()
    needed = max(min(_MIN_USERS, max(1, n // 2)), n * _MIN_SHARE)
    counted = words.group_by("word").agg(n=pl.col(who).n_unique())
    return counted.filter(pl.col("n") >= needed).select("word")


def _burstiness(words: pl.DataFrame) -> pl.DataFrame:
    """word, burstiness: conversations that would have the word if its turns fell at random, to
    conversations that have it. About 1 for "thanks", 2 and more for what a talk is about."""
    turns = words.select("row", "conversation_id").unique()
    lengths = (
        turns.group_by("conversation_id").len("length").group_by("length").len("n").sort("length")
    )
    used = words.group_by("word").agg(
        share=pl.col("row").n_unique() / turns.height, seen=pl.col("conversation_id").n_unique()
    )
    missed = (1 - pl.col("share")) ** pl.col("length")
    expected = (
        used.join(lengths, how="cross")
        .sort("word", "length")
        .group_by("word", "seen")
        .agg(expected=(pl.col("n") * (1 - missed)).sum())
    )
    return expected.select("word", burstiness=(pl.col("expected") / pl.col("seen")).round(6))
