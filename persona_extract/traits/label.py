"""Clusters named by key phrases, without a model.

A label says what its cluster says and the others do not (`phrases`); where no phrase may be shown
it says what can be told without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

from persona_extract.records.catalogue import Label, Move
from persona_extract.traits.form import has_words
from persona_extract.traits.phrases import best_phrases, content_words, key_phrases
from persona_extract.traits.public import PUBLIC_USERS, public_form

__all__ = [
    "PUBLIC_USERS",
    "describe",
    "exemplars",
    "key_phrases",
    "numbered",
    "phrase_labels",
    "public_exemplars",
]

TOPIC_ONLY = "topic words only"
NO_PHRASE = "other wording"

_IN_LABEL = 3
_MOSTLY = 0.6
_SHORT_WORDS, _LONG_WORDS = 4, 10


def describe(
    members: pl.DataFrame,
    made_from: pl.DataFrame | None = None,
    stability: Mapping[str, float | None] | None = None,
    of: int | None = None,
) -> tuple[Move, ...]:
    """The moves of `cluster.MEMBERS`, the most frequent first, named by key phrases.

    Args:
        members: all of them; rows without a move are in none that is published.
        made_from: those of them that phrases and labels are made from; None takes all.
        stability: of each move, if it is known.
        of: follow-ups that were clustered, those of no move included; None: there are no others.
    """
    kept = members.filter(pl.col("move").is_not_null())
    source = kept if made_from is None else made_from.filter(pl.col("move").is_not_null())
    sizes = _sizes(kept)
    order: list[str] = sizes["move"].to_list()
    phrases, labels = phrase_labels(source, order)
    return tuple(
        Move(
            id=move,
            label=Label(name=label),
            phrases=phrases.get(move, []),
            n_turns=n_turns,
            n_users=n_users,
            exemplars=public_exemplars(kept, move, 5),
            share=round(n_turns / (of or members.height), 4),
            stability=(stability or {}).get(move),
        )
        for (move, n_turns, n_users), label in zip(
            sizes.select("move", "n_turns", "n_users").iter_rows(), labels, strict=True
        )
    )


def phrase_labels(
    members: pl.DataFrame, order: Sequence[str], beside: Sequence[str] = ()
) -> tuple[dict[str, list[str]], list[str]]:
    """Key phrases by cluster, and the names of the clusters in the order asked for, all different.

    Args:
        members: user_key, move (id of the cluster), text, form.
        order: ids of clusters; who comes first keeps the plain name where two are the same.
        beside: words that may be shown besides those of conversation.
    """
    phrases = best_phrases(members, beside) if members.height else {}
    shapes = _shapes(members)
    topic_only = _topic_only(members)
    names = [
        TOPIC_ONLY
        if one in topic_only
        else _label(phrases.get(one, [])) or f"{NO_PHRASE}{shapes.get(one, '')}"
        for one in order
    ]
    twice = {name for name, n in Counter(names).items() if n > 1}
    apart = [
        name + shapes.get(one, "") if name in twice and "(" not in name else name
        for one, name in zip(order, names, strict=True)
    ]
    return phrases, numbered(apart)


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


def numbered(labels: Sequence[str]) -> list[str]:
    """Labels told apart: of those that are the same, all but the first get a number."""
    seen: Counter[str] = Counter()
    told: list[str] = []
    for label in labels:
        seen[label.casefold()] += 1
        n = seen[label.casefold()]
        told.append(label if n == 1 else f"{label} {n}")
    return told


def _sizes(members: pl.DataFrame) -> pl.DataFrame:
    """move, n_turns, n_users, first; the most frequent move first."""
    counted = members.group_by("move").agg(
        n_turns=pl.len(), n_users=pl.col("user_key").n_unique(), first=pl.col("form").min()
    )
    return counted.sort(["n_turns", "first"], descending=[True, False])


def _topic_only(members: pl.DataFrame) -> set[str]:
    wordless = members.group_by("move").agg(topic_only=(~has_words("form")).all())
    return set(wordless.filter("topic_only")["move"])


def _label(phrases: Sequence[str]) -> str:
    chosen: list[str] = []
    for phrase in phrases:
        words = content_words(phrase)
        if len(chosen) < _IN_LABEL and not any(words & set(other.split()) for other in chosen):
            chosen.append(phrase)
    return " / ".join(chosen)


def _shapes(members: pl.DataFrame) -> dict[str, str]:
    """What can be said of clusters without any of their words, e.g. " (short questions)"."""
    words = pl.col("text").str.count_matches(r"\S+")
    measured = members.group_by("move").agg(
        asks=pl.col("text").str.contains("?", literal=True).mean(), words=words.median()
    )
    shapes: dict[str, str] = {}
    for move, asks, length in measured.iter_rows():
        size = "short" if length <= _SHORT_WORDS else "long" if length >= _LONG_WORDS else ""
        kind = "questions" if asks >= _MOSTLY else ""
        if said := f"{size} {kind}".strip():
            shapes[str(move)] = f" ({said})"
    return shapes
