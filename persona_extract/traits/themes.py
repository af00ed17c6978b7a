"""Statements of a reader, clustered: what several users do alike is a trait."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from persona_extract.encoders.protocol import Encoder
from persona_extract.records.catalogue import Left
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import TRAIT_MEMBERS, TRAIT_SUPPORT, conform, empty
from persona_extract.traits.groups import (
    Groups,
    Vectors,
    described,
    left_out,
    shown_by,
    summed,
    with_ids,
)
from persona_extract.traits.partition import Partition, partition

POLARITIES = ("does", "avoids")

EVERY_TIME = ("always", "other")
"""Situations of which the rules cannot say whether they came up: every conversation read counts."""

_KEYS = ("user_key", "conversation_id", "statement")


@dataclass(frozen=True, slots=True)
class Search:
    """How the clusters of the statements of one polarity were found; as in `cluster.Clusters`."""

    polarity: str
    criterion: tuple[tuple[int, float], ...]
    silhouette: float | None
    stability: float | None


@dataclass(frozen=True, slots=True)
class StatementClusters:
    """What readers said alike of several users.

    Attributes:
        members: `records.tables.TRAIT_MEMBERS`, one row a statement, with provisional ids.
        groups: stability, centre and nearest other of each trait.
        searches: one a polarity of which there are statements.
        left: what was merged or is not listed; members are statements.
    """

    members: pl.DataFrame = field(default_factory=lambda: empty(TRAIT_MEMBERS))
    groups: Groups = field(default_factory=Groups)
    searches: tuple[Search, ...] = ()
    left: tuple[Left, ...] = ()


def cluster_statements(
    statements: pl.DataFrame,
    encoder: Encoder,
    settings: ClusterSettings,
    *,
    seed: int,
    k_users: int = 1,
) -> StatementClusters:
    """Statements grouped by what they say. The order of the rows does not matter.

    The distinct sentences are embedded, each weighing as many users as it was said of. What users
    do and what they avoid is clustered apart, for sentences that differ in a "not" lie close
    together; `max_traits` is shared out by their numbers. Statements that do not fall into
    several clusters are no trait: one that everything belongs to says nothing of anybody.

    Args:
        statements: `records.tables.STATEMENTS`; the group, situation and quotes are not read.
        encoder: of the scrubbed sentences, all together.
        settings: `max_traits`, sample, bootstraps, min_stability.
        seed: of the encoder and of the clustering.
        k_users: users that a trait needs.
    """
    if statements.is_empty():
        return StatementClusters()
    texts = _texts(statements)
    sentences = texts["text"].unique().sort()
    every = encoder.encode(sentences.to_list(), seed=seed)
    vectors = every[sentences.search_sorted(texts["text"]).to_numpy()]
    named, searches, left = _by_polarity(statements, texts, vectors, settings, seed, k_users)
    weights = named["n_users"].cast(pl.Float64).to_numpy()
    stability = {
        name: value
        for name, value in named.select("trait", "stability").unique().iter_rows()
        if name is not None
    }
    members = statements.join(named, on=["polarity", "text"], how="left").sort(_KEYS)
    return StatementClusters(
        members=conform(members.select(list(TRAIT_MEMBERS)), TRAIT_MEMBERS),
        groups=described(vectors, weights, named["trait"], stability),
        searches=tuple(searches),
        left=summed(left),
    )


def trait_support(
    members: pl.DataFrame, statements: pl.DataFrame, read: pl.DataFrame
) -> pl.DataFrame:
    """In how many of the conversations in which it could have been seen a user shows a trait.

    Args:
        members: `TRAIT_MEMBERS`; statements in no trait are passed over.
        statements: `STATEMENTS` of the same.
        read: `READ`; conversations of which no call had a usable answer do not count.

    Returns:
        `TRAIT_SUPPORT`, sorted. `n` counts conversations with a statement of the trait; `of` those
        read in which its situation (`trait_facts`) came up, or every one read where rules cannot
        say. A conversation in which the trait was seen always counts as one where it could be.
    """
    inside = members.filter(pl.col("trait").is_not_null())
    keys = ["user_key", "conversation_id"]
    seen = inside.select(*keys, "trait").unique().with_columns(seen=True)
    facts = trait_facts(members, statements).select("trait", "situation")
    usable = (pl.col("calls") > pl.col("failed")) | (pl.col("accepted") > 0)
    tried = read.filter(usable).select(*keys, "situations")
    shows = seen.select("user_key", "trait").unique().join(facts, on="trait")
    chances = shows.join(tried, on="user_key").join(seen, on=[*keys, "trait"], how="left")
    could = pl.col("situation").is_in(EVERY_TIME) | pl.col("situations").list.contains(
        pl.col("situation")
    )
    counted = chances.group_by("user_key", "trait").agg(
        n=pl.col("seen").sum().cast(pl.UInt32),
        of=(could.fill_null(False) | pl.col("seen").fill_null(False)).sum().cast(pl.UInt32),
    )
    return conform(counted.filter(pl.col("n") > 0).sort("user_key", "trait"), TRAIT_SUPPORT)


def trait_facts(members: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """trait, group, polarity, situation: of each trait the most frequent among its statements,
    the first in the alphabet of equally frequent ones; sorted by trait."""
    inside = members.filter(pl.col("trait").is_not_null()).join(statements, on=_KEYS)
    facts = inside.select(pl.col("trait").unique().sort())
    for column in ("group", "polarity", "situation"):
        counts = (
            inside.group_by("trait", column).len().sort(["len", column], descending=[True, False])
        )
        most = counts.group_by("trait", maintain_order=True).first().select("trait", column)
        facts = facts.join(most, on="trait", how="left", maintain_order="left")
    return facts


def _texts(statements: pl.DataFrame) -> pl.DataFrame:
    counts = statements.group_by("polarity", "text").agg(
        n_users=pl.col("user_key").n_unique(), n_statements=pl.len().cast(pl.Int64)
    )
    return counts.sort("polarity", "text")


def _by_polarity(
    statements: pl.DataFrame,
    texts: pl.DataFrame,
    vectors: Vectors,
    settings: ClusterSettings,
    seed: int,
    k_users: int,
) -> tuple[pl.DataFrame, list[Search], list[Left]]:
    """The texts with trait, distance and stability, in their order."""
    named: list[pl.DataFrame] = []
    searches: list[Search] = []
    left: list[Left] = []
    for polarity in sorted(POLARITIES):
        mine = (texts["polarity"] == polarity).to_numpy()
        some = texts.filter(pl.Series(mine))
        if some.is_empty():
            continue
        said = statements.filter(pl.col("polarity") == polarity)
        share = _shared_out(settings, some.height / texts.height)
        parts = _partition(said, some, vectors[mine], share, seed, k_users)
        if len(parts.stabilities) == 1 and parts.stability is None and some.height > 1:
            left.append(_all_alike(some))
            parts = _none(parts)
        named.append(_named(some, parts, polarity))
        silhouette = parts.silhouette[0] if parts.silhouette else None
        searches.append(Search(polarity, parts.criterion, silhouette, parts.stability))
        left += left_out("trait", parts, some["n_statements"].to_numpy())
    return pl.concat(named), searches, left


def _partition(
    said: pl.DataFrame,
    some: pl.DataFrame,
    vectors: Vectors,
    settings: ClusterSettings,
    seed: int,
    k_users: int,
) -> Partition:
    weights = some["n_users"].cast(pl.Float64).to_numpy()
    shown = shown_by(said, some, "text")
    return partition(vectors, weights, settings, seed=seed, shown=shown, k_users=k_users)


def _shared_out(settings: ClusterSettings, share: float) -> ClusterSettings:
    most = max(2, round(settings.max_traits * share))
    return settings.model_copy(update={"min_clusters": 2, "max_clusters": most})


def _all_alike(some: pl.DataFrame) -> Left:
    n = int(some["n_statements"].sum())
    return Left(kind="trait", reason="unstable, dropped", n_clusters=1, n_members=n)


def _none(parts: Partition) -> Partition:
    nothing = np.full(len(parts.groups), -1, dtype=np.int64)
    return Partition(nothing, parts.distances, parts.plane, parts.criterion)


def _named(some: pl.DataFrame, parts: Partition, polarity: str) -> pl.DataFrame:
    placed = some.with_columns(group=pl.Series(parts.groups), distance=pl.Series(parts.distances))
    named = with_ids(placed, "text", "trait", "t_", polarity)
    stability = pl.Series(
        [parts.stabilities[group] if group >= 0 else None for group in parts.groups.tolist()],
        dtype=pl.Float64,
    )
    return named.with_columns(stability=stability)
