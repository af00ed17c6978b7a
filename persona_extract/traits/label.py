"""Moves by key phrases, without a model: what a cluster says more often than the others do.

Source: class-based TF-IDF, Grootendorst, "BERTopic", 2022, on phrases of one to three words, with
the number of users in place of the number of occurrences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from persona_extract.records.moves import Move
from persona_extract.text import WORD
from persona_extract.traits.form import GRAMMAR, has_words, plain

TOPIC_ONLY = "topic words only"
NO_PHRASE = "other wording"

PUBLIC_USERS = 3
"""So many users must have written a form before it may be shown in a report."""

_AUXILIARY = frozenset(
    re.findall(
        r"\S+",
        """i you me my your we us our do does did can could will would should shall may might have
        has had i'm not but so if there all any about be""",
    )
)
"""No label alone, though two or three of them are ("can you"). English, closed class, own list."""

_DANGLING = GRAMMAR - {"to", "for", "it", "this", "that", "is", "are", "in", "on"} | {"my", "your"}

_MANY_USERS = 30
_PHRASES = 8
_IN_LABEL = 3
_WORDS = 3


def describe(members: pl.DataFrame) -> tuple[Move, ...]:
    """The catalogue: one `Move` per move of `cluster.MEMBERS`, the most frequent first."""
    phrases = {
        str(move): list(found)
        for move, found in key_phrases(members).group_by("move").agg("phrase").iter_rows()
    }
    sizes = members.group_by("move").agg(
        n_turns=pl.len(),
        n_users=pl.col("user_key").n_unique(),
        first=pl.col("form").min(),
        topic_only=(~has_words("form")).all(),
    )
    shown = {move: public_exemplars(members, move, 5) for move in sizes["move"]}
    return tuple(
        Move(
            id=move,
            label=_label([] if topic_only else phrases.get(move, []), topic_only),
            phrases=[] if topic_only else phrases.get(move, [])[:_PHRASES],
            n_turns=n_turns,
            n_users=n_users,
            exemplars=shown[move],
            share=round(n_turns / members.height, 4),
        )
        for move, n_turns, n_users, _, topic_only in sizes.sort(
            ["n_turns", "first"], descending=[True, False]
        ).iter_rows()
    )


def key_phrases(members: pl.DataFrame) -> pl.DataFrame:
    """Phrases of each move, the best first: move, phrase, n_users, weight.

    A phrase was used by at least 3 users in that move (2 in a corpus of fewer than 30 users; in
    that of one user, in 2 turns), for users without id may be one person twice; and
    is more than articles, pronouns and auxiliaries, though two auxiliaries ("can you") will do.
    """
    everyone = members["user_key"].n_unique()
    who = "user_key" if everyone > 1 else "row"
    needed = PUBLIC_USERS if everyone >= _MANY_USERS else 2
    # one move at a time: a turn has three times as many phrases as words
    counts = pl.concat(
        _phrases(rows).group_by("move", "phrase").agg(n_users=pl.col(who).n_unique())
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
        .filter(pl.col("n_users") >= needed)
        .sort(["move", "weight", "phrase"], descending=[False, True, False])
    )


def exemplars(members: pl.DataFrame, move: str, k: int) -> list[str]:
    """The k distinct texts nearest the centre of a move. Text of users: never for a pack."""
    texts = members.filter(pl.col("move") == move).group_by("text").agg(pl.col("distance").min())
    return texts.sort("distance", "text").head(k)["text"].to_list()


def public_exemplars(members: pl.DataFrame, move: str, k: int) -> list[str]:
    """The k most used forms of a move that at least 3 users wrote: safe in any report."""
    forms = (
        members.filter(pl.col("move") == move, has_words("form"))
        .group_by("form")
        .agg(n=pl.col("user_key").n_unique())
        .filter(pl.col("n") >= PUBLIC_USERS)
    )
    return forms.sort(["n", "form"], descending=[True, False]).head(k)["form"].to_list()


@dataclass(frozen=True, slots=True)
class LabelAccuracy:
    """How well the key phrases of half of the users tell the moves of the other half.

    Attributes:
        accuracy: share of the other half's turns that their phrases assign to their own move.
        chance: what naming the largest move every time would give.
        n: turns assigned.
    """

    accuracy: float
    chance: float
    n: int


def label_accuracy(members: pl.DataFrame, *, seed: int) -> LabelAccuracy | None:
    """Key phrases learnt on one half of the users, tried on the turns of the other half.

    A turn goes to the move whose phrases in it weigh most; a turn without any phrase counts as
    wrong. Moves of topic words only are left out: no phrase names them. None if a half is empty.
    The clusters themselves were made of both halves.
    """
    worded = members.filter(has_words("form"))
    users = worded["user_key"].unique().sort()
    learnt = users.sample(len(users) // 2, seed=seed)
    known = worded.filter(pl.col("user_key").is_in(learnt.implode()))
    asked = worded.filter(~pl.col("user_key").is_in(learnt.implode())).with_row_index("row")
    if known.is_empty() or asked.is_empty():
        return None
    said = _phrases(asked.drop("row")).select("row", "phrase", true="move").unique()
    votes = said.join(key_phrases(known), on="phrase").group_by("row", "true", "move")
    weighed = votes.agg(pl.col("weight").sum().round(6)).sort(
        ["row", "weight", "move"], descending=[False, True, False]
    )
    named = weighed.group_by("row", maintain_order=True).first()
    largest = asked.group_by("move").len()["len"].max()
    return LabelAccuracy(
        accuracy=round(named.filter(pl.col("move") == pl.col("true")).height / asked.height, 3),
        chance=round(float(str(largest)) / asked.height, 3),
        n=asked.height,
    )


def _phrases(members: pl.DataFrame) -> pl.DataFrame:
    """row, user_key, move, phrase: every run of one to three words of the clustered turns."""
    numbered = members.with_row_index("row")
    words = numbered.select("row", "user_key", "move", word=plain("text").str.extract_all(WORD))
    words = words.explode("word").filter(pl.col("word").is_not_null())
    following = [pl.col("word").shift(-i).over("row") for i in range(_WORDS)]
    runs = [
        words.with_columns(phrase=pl.concat_str(following[:n], separator=" "))
        for n in range(1, _WORDS + 1)
    ]
    return pl.concat(runs).filter(_speaks("phrase")).select("row", "user_key", "move", "phrase")


def _speaks(column: str) -> pl.Expr:
    """Whether a phrase is more than closed-class words, and whole at both ends."""
    words = pl.col(column).str.split(" ")
    is_number = pl.element().str.contains(r"^\p{N}")
    said = words.list.eval(~(pl.element().is_in(sorted(GRAMMAR)) | is_number)).list.sum()
    content = words.list.eval(
        ~(pl.element().is_in(sorted(GRAMMAR | _AUXILIARY)) | is_number)
    ).list.sum()
    ends = words.list.first().is_in(sorted(_DANGLING)) | words.list.last().is_in(sorted(_DANGLING))
    return pl.col(column).is_not_null() & ((content > 0) | (said > 1)) & ~ends


def _label(phrases: list[str], topic_only: bool) -> str:
    if topic_only:
        return TOPIC_ONLY
    chosen: list[str] = []
    for phrase in phrases:
        words = set(phrase.split()) - GRAMMAR - _AUXILIARY or set(phrase.split())
        if len(chosen) < _IN_LABEL and not any(words & set(other.split()) for other in chosen):
            chosen.append(phrase)
    return " / ".join(chosen) if chosen else NO_PHRASE
