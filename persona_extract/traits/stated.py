"""Clusters of statements as traits of the catalogue, named by key phrases."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from persona_extract.records.catalogue import Label, Trait
from persona_extract.records.tables import Schema
from persona_extract.traits.label import phrase_labels
from persona_extract.traits.public import ordinary_words, shared_words

STATED: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "trait": pl.String(),  # null if in none that is published
    "group": pl.String(),
    "text": pl.String(),
    "polarity": pl.String(),
    "situation": pl.String(),
    "distance": pl.Float64(),
}
"""`records.tables.TRAIT_MEMBERS` with what was stated."""


def describe_traits(
    stated: pl.DataFrame,
    made_from: pl.DataFrame,
    *,
    n_users: int,
    stability: Mapping[str, float | None],
) -> tuple[Trait, ...]:
    """The traits, those of most users first.

    Phrases may hold words of conversation and ordinary English words that at least 3 users' own
    statements have: a reader's sentences about behaviour speak of "corrections" and "examples".

    Args:
        stated: `STATED`.
        made_from: those of its rows that phrases and labels are made from.
        n_users: users read.
        stability: of each trait, if it is known.
    """
    kept = stated.filter(pl.col("trait").is_not_null())
    sizes = _sizes(kept)
    members, beside = _worded(made_from)
    phrases, names = phrase_labels(members, sizes["trait"].to_list(), beside)
    kinds = {
        column: dict(_most_frequent(kept, column).iter_rows())
        for column in ("group", "polarity", "situation")
    }
    return tuple(
        Trait(
            id=trait,
            label=Label(name=name),
            group=kinds["group"][trait],
            polarity=kinds["polarity"][trait],
            situation=kinds["situation"][trait],
            phrases=phrases.get(trait, []),
            n_statements=n_statements,
            n_conversations=n_conversations,
            n_users=users,
            share=round(min(1.0, users / max(n_users, 1)), 4),
            stability=stability.get(trait),
        )
        for (trait, n_statements, n_conversations, users), name in zip(
            sizes.iter_rows(), names, strict=True
        )
    )


def _worded(made_from: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    kept = made_from.filter(pl.col("trait").is_not_null())
    members = kept.select("user_key", "text", move="trait", form="text")
    return members, sorted(set(shared_words(members)) & ordinary_words())


def _sizes(kept: pl.DataFrame) -> pl.DataFrame:
    counted = kept.group_by("trait").agg(
        n_statements=pl.len(),
        n_conversations=pl.col("conversation_id").n_unique(),
        n_users=pl.col("user_key").n_unique(),
    )
    order = ["n_users", "n_statements", "trait"]
    return counted.sort(order, descending=[True, True, False])


def _most_frequent(kept: pl.DataFrame, column: str) -> pl.DataFrame:
    """trait, its most frequent value of a column; of equals the first by name."""
    counted = kept.group_by("trait", column).len("n")
    ordered = counted.sort("trait", "n", column, descending=[False, True, False])
    return ordered.group_by("trait", maintain_order=True).agg(pl.col(column).first())
