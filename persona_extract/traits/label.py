"""Moves by key phrases, without a model: what a cluster says more often than the others do.

Source: class-based TF-IDF, Grootendorst, "BERTopic", 2022, on phrases of one to three words, with
the number of users in place of the number of occurrences.
"""

from __future__ import annotations

import re
from collections import Counter

import polars as pl

from persona_extract.records.catalogue import Label, Move
from persona_extract.text import WORD
from persona_extract.traits.form import GRAMMAR, has_words, plain
from persona_extract.traits.public import PUBLIC_USERS, conversational, public_form

TOPIC_ONLY = "topic words only"
NO_PHRASE = "other wording"

_AUXILIARY = frozenset(
    re.findall(
        r"\S+",
        """i you me my your we us our do does did can could will would should shall may might have
        has had i'm i've i'll it's that's you're not but so if there all any about be""",
    )
)
"""No label alone, though two or three of them are ("can you"). English, closed class, own list."""

_DANGLING = GRAMMAR - {"to", "for", "it", "this", "that", "is", "are", "in", "on"} | {"my", "your"}

_PHRASES = 8
_IN_LABEL = 3
_WORDS = 3


def describe(members: pl.DataFrame) -> tuple[Move, ...]:
    """The catalogue: one `Move` per move of `cluster.MEMBERS`, the most frequent first."""
    sizes = _sizes(members)
    best = _best_phrases(members.filter(has_words("form")))
    phrases = [best.get(move, []) for move in sizes["move"]]
    labels = _numbered(
        [
            TOPIC_ONLY if topic_only else _label(found)
            for topic_only, found in zip(sizes["topic_only"], phrases, strict=True)
        ]
    )
    return tuple(
        Move(
            id=move,
            label=Label(name=label),
            phrases=found,
            n_turns=n_turns,
            n_users=n_users,
            exemplars=public_exemplars(members, move, 5),
            share=round(n_turns / members.height, 4),
        )
        for (move, n_turns, n_users), label, found in zip(
            sizes.select("move", "n_turns", "n_users").iter_rows(), labels, phrases, strict=True
        )
    )


def key_phrases(members: pl.DataFrame) -> pl.DataFrame:
    """Phrases of each move, the best first: move, phrase, n_users, weight.

    All words of a phrase are words of conversation, and at least 3 users used it in that move. It
    is more than articles, pronouns and auxiliaries, though two auxiliaries ("can you") will do;
    those come last.
    """
    # one move at a time: a turn has three times as many phrases as words
    counts = pl.concat(
        _phrases(rows).group_by("move", "phrase").agg(n_users=pl.col("user_key").n_unique())
        for rows in members.partition_by("move", maintain_order=True) or [members]
    )
    average = counts.group_by("move").agg(pl.col("n_users").sum())["n_users"].mean()
    total = pl.col("n_users").sum()
    weight = (
        pl.col("n_users")
        / total.over("move")
        * (1 + pl.lit(average, pl.Float64) / total.over("phrase")).log()
    )
    longer = pl.col("phrase").str.count_matches(" ") + 1  # "give me" says more than "give"
    return (
        counts.with_columns(weight=(weight * longer.sqrt()).round(9))
        .filter(pl.col("n_users") >= PUBLIC_USERS)
        .sort(
            [_says_little("phrase"), "move", "weight", "phrase"],
            descending=[False, False, True, False],
        )
    )


def exemplars(members: pl.DataFrame, move: str, k: int) -> list[str]:
    """The k distinct texts nearest the centre of a move. Text of users: never for a pack."""
    texts = members.filter(pl.col("move") == move).group_by("text").agg(pl.col("distance").min())
    return texts.sort("distance", "text").head(k)["text"].to_list()


def public_exemplars(members: pl.DataFrame, move: str, k: int) -> list[str]:
    """The k most used forms of a move that are words of conversation, each of 3 users or more."""
    forms = (
        members.filter(pl.col("move") == move, has_words("form"))
        .group_by("form")
        .agg(n=pl.col("user_key").n_unique())
        .with_columns(form=public_form("form", "n"))
        .drop_nulls("form")
    )
    return forms.sort(["n", "form"], descending=[True, False]).head(k)["form"].to_list()


def _sizes(members: pl.DataFrame) -> pl.DataFrame:
    """move, n_turns, n_users, first, topic_only; the most frequent move first."""
    counted = members.group_by("move").agg(
        n_turns=pl.len(),
        n_users=pl.col("user_key").n_unique(),
        first=pl.col("form").min(),
        topic_only=(~has_words("form")).all(),
    )
    return counted.sort(["n_turns", "first"], descending=[True, False])


def _best_phrases(members: pl.DataFrame) -> dict[str, list[str]]:
    ranked = key_phrases(members).group_by("move", maintain_order=True).agg("phrase")
    return {str(move): _apart(list(found)) for move, found in ranked.iter_rows()}


def _phrases(members: pl.DataFrame) -> pl.DataFrame:
    """row, user_key, move, phrase: every run of one to three words of conversation."""
    numbered = members.with_row_index("row")
    words = numbered.select("row", "user_key", "move", word=plain("text").str.extract_all(WORD))
    words = words.explode("word").filter(pl.col("word").is_not_null())
    words = words.with_columns(word=pl.when(conversational("word")).then("word"))
    following = [pl.col("word").shift(-i).over("row") for i in range(_WORDS)]
    runs = [
        words.with_columns(phrase=pl.concat_str(following[:n], separator=" "))
        for n in range(1, _WORDS + 1)
    ]
    return pl.concat(runs).filter(_speaks("phrase")).select("row", "user_key", "move", "phrase")


def _speaks(column: str) -> pl.Expr:
    """Whether a phrase is more than closed-class words, and whole at both ends."""
    words = pl.col(column).str.split(" ")
    said = words.list.eval(~pl.element().is_in(sorted(GRAMMAR))).list.sum()
    first = words.list.first().is_in(sorted(_DANGLING | {"to"}))
    ends = first | words.list.last().is_in(sorted(_DANGLING))
    return pl.col(column).is_not_null() & (~_says_little(column) | (said > 1)) & ~ends


def _says_little(column: str) -> pl.Expr:
    """Whether a phrase is pronouns, auxiliaries and the like only."""
    words = pl.col(column).str.split(" ")
    return words.list.eval(pl.element().is_in(sorted(GRAMMAR | _AUXILIARY))).list.all()


def _apart(phrases: list[str]) -> list[str]:
    """Without phrases that are part of a better one, or a better one with more around it."""
    kept: list[str] = []
    for phrase in phrases:
        if not any(f" {a} " in f" {b} " for k in kept for a, b in ((phrase, k), (k, phrase))):
            kept.append(phrase)
        if len(kept) == _PHRASES:
            break
    return kept


def _label(phrases: list[str]) -> str:
    chosen: list[str] = []
    for phrase in phrases:
        words = set(phrase.split()) - GRAMMAR - _AUXILIARY or set(phrase.split())
        if len(chosen) < _IN_LABEL and not any(words & set(other.split()) for other in chosen):
            chosen.append(phrase)
    return " / ".join(chosen) if chosen else NO_PHRASE


def _numbered(labels: list[str]) -> list[str]:
    """Labels told apart: of those that are the same, all but the first get a number."""
    seen: Counter[str] = Counter()
    told: list[str] = []
    for label in labels:
        seen[label] += 1
        told.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return told
