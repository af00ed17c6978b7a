"""Key phrases: what a cluster says more often than the others do, in words that may be shown.

Sources: candidates by class-based TF-IDF, Grootendorst, "BERTopic", 2022, on phrases of one to
three words, with the number of users in place of the number of occurrences; of these the ones that
together cover a cluster, greedily, as in the maximum-coverage problem (Nemhauser et al., 1978).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import polars as pl

from persona_extract.text import WORD
from persona_extract.traits.form import GRAMMAR, has_words, plain
from persona_extract.traits.public import PUBLIC_USERS, conversational

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
_WORDS = 3
_CANDIDATES = 40
_COVERED = 0.25
_LITTLE = 0.5  # what "can you" counts against "show me"


def key_phrases(members: pl.DataFrame, beside: Iterable[str] = ()) -> pl.DataFrame:
    """Phrases of each move, the best first: move, phrase, n_users, n_turns, weight.

    All words of a phrase are words of conversation (or stand in `beside`), and at least 3 users
    used it in that move. It is more than articles, pronouns and auxiliaries, though two auxiliaries
    ("can you") will do; those come last.

    Args:
        members: user_key, move, text.
        beside: further words that may be shown.
    """
    # one move at a time: a turn has three times as many phrases as words
    counts = pl.concat(
        _phrases(rows, beside)
        .group_by("move", "phrase")
        .agg(n_users=pl.col("user_key").n_unique(), n_turns=pl.col("row").n_unique())
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
        counts.with_columns(
            weight=(weight * longer.sqrt()).round(9),
            n_elsewhere=pl.col("n_turns").sum().over("phrase") - pl.col("n_turns"),
        )
        .filter(pl.col("n_users") >= PUBLIC_USERS)
        .sort(
            [_says_little("phrase"), "move", "weight", "phrase"],
            descending=[False, False, True, False],
        )
    )


def best_phrases(members: pl.DataFrame, beside: Sequence[str] = ()) -> dict[str, list[str]]:
    """Of each move at most 8 key phrases, the most telling first; moves without any are missing.

    Each phrase adds what most turns say that no phrase before it covers (covered ones count a
    quarter), times the logarithm of how much more often it is said here than elsewhere; longer ones
    count more, none is part of another.

    Args:
        members: user_key, move, text, form.
        beside: further words that may be shown.
    """
    worded = members.filter(has_words("form"))
    ranked = key_phrases(worded, beside)
    candidates = (
        ranked.sort(["move", "weight", "phrase"], descending=[False, True, False])
        .group_by("move", maintain_order=True)
        .head(_CANDIDATES)
        .with_columns(little=_says_little("phrase"))
    )
    chosen: dict[str, list[str]] = {}
    for rows in worded.partition_by("move", maintain_order=True):
        move = str(rows["move"][0])
        mine = candidates.filter(pl.col("move") == move)
        said = _phrases(rows, beside).join(mine.select("phrase"), on="phrase", how="semi")
        where = {
            str(phrase): frozenset(found)
            for phrase, found in said.group_by("phrase").agg("row").iter_rows()
        }
        if found := _cover(mine, where, rows.height, worded.height - rows.height):
            chosen[move] = found
    return chosen


def _cover(
    candidates: pl.DataFrame, where: dict[str, frozenset[int]], n: int, n_elsewhere: int
) -> list[str]:
    """Phrases in the order in which they add most. `n`: turns of the move, and of all others."""
    telling: dict[str, float] = {}
    columns = candidates.select("phrase", "n_turns", "n_elsewhere", "little")
    for phrase, here, elsewhere, little in columns.iter_rows():
        # half a turn more elsewhere: what is said nowhere else is not infinitely telling
        lift = (here / n) / ((elsewhere + 0.5) / (n_elsewhere + 1))
        apart = math.log(max(lift, 1.0)) if n_elsewhere else 1.0  # a single move is told from none
        longer = math.sqrt(phrase.count(" ") + 1)
        telling[phrase] = apart * longer * (_LITTLE if little else 1.0)
    chosen: list[str] = []
    covered: frozenset[int] = frozenset()
    while len(chosen) < _PHRASES:
        gains = [
            (round(_worth(where[phrase], covered) / n * weight, 9), phrase)
            for phrase, weight in telling.items()
            if not any(_overlap(phrase, other) for other in chosen)
        ]
        gain, phrase = min(gains, key=lambda one: (-one[0], one[1]), default=(0.0, ""))
        if gain <= 0:
            break
        chosen.append(phrase)
        covered |= where[phrase]
    return chosen


def _worth(turns: frozenset[int], covered: frozenset[int]) -> float:
    """Turns that a phrase adds; one that is covered already counts a little, for a second phrase
    says more about it ("make it" / "shorter")."""
    return len(turns - covered) + _COVERED * len(turns & covered)


def _overlap(one: str, other: str) -> bool:
    """Whether one phrase is part of the other."""
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def _phrases(members: pl.DataFrame, beside: Iterable[str]) -> pl.DataFrame:
    """row, user_key, move, phrase: every run of one to three words that may be shown."""
    numbered = members.with_row_index("row")
    words = numbered.select("row", "user_key", "move", word=plain("text").str.extract_all(WORD))
    words = words.explode("word").filter(pl.col("word").is_not_null())
    shown = conversational("word") | pl.col("word").is_in(sorted(beside))
    words = words.with_columns(word=pl.when(shown).then("word"))
    following = [pl.col("word").shift(-i).over("row") for i in range(_WORDS)]
    runs = [
        words.with_columns(phrase=pl.concat_str(following[:n], separator=" "))
        for n in range(1, _WORDS + 1)
    ]
    return pl.concat(runs).filter(_speaks("phrase")).select("row", "user_key", "move", "phrase")


def content_words(phrase: str) -> frozenset[str]:
    """The words of a phrase that say something, or all of them if none does."""
    words = frozenset(phrase.split())
    return words - GRAMMAR - _AUXILIARY or words


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
