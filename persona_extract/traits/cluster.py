"""Follow-up moves: the forms of follow-up turns, embedded and clustered.

A follow-up whose cluster is not found again in other users, or that too few users show, is no move:
it is in no table of moves, but still counts as a follow-up in the share of a move of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from persona_extract.encoders.protocol import Encoder
from persona_extract.records.catalogue import Left, Move
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import MOVES, Schema, conform, empty
from persona_extract.traits.form import has_words, without_topic
from persona_extract.traits.groups import (
    NO_VECTORS,
    Groups,
    described,
    left_out,
    shown_by,
    stability_by_id,
    summed,
    with_ids,
)
from persona_extract.traits.label import describe
from persona_extract.traits.partition import Partition, partition
from persona_extract.traits.public import public_form

MEMBERS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "turn": pl.UInt32(),
    "text": pl.String(),
    "form": pl.String(),
    "move": pl.String(),  # of the catalogue
    "distance": pl.Float64(),  # of the form from the centre of its cluster
}
"""The turns that are a move, with their text. Stays inside the workspace."""

UNLISTED: Schema = {name: MEMBERS[name] for name in ("user_key", "conversation_id", "turn")}
"""The follow-ups that are no move."""

MAP: Schema = {
    "x": pl.Float64(),
    "y": pl.Float64(),
    "move": pl.String(),
    "n_users": pl.UInt32(),
    "form": pl.String(),  # null unless `public.public_form`
}
"""Forms as points of a plane (first two principal components), the most used ones."""

_MAP_POINTS = 600
_TOPIC_GROUP = -2


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the follow-ups of a corpus do.

    Attributes:
        moves: `records.tables.MOVES`, one row a follow-up that is a move.
        members: `MEMBERS`, of the same follow-ups; holds text of users.
        unlisted: `UNLISTED`, the others.
        map: `MAP`, safe to show.
        groups: stability, centre and nearest other move of each move but that of topic words only.
        criterion: (number of clusters, bits told) of each number that was tried; see
            `number.told`.
        chosen: the number taken, before anything was merged or dropped; None if none was tried.
        silhouette: mean, of the number chosen; None for one cluster.
        stability: mean adjusted Rand index with clusterings of bootstrap samples of users; None if
            there was nothing to compare.
        left: what was merged or is not listed; members are turns.
    """

    moves: pl.DataFrame
    members: pl.DataFrame = field(default_factory=lambda: empty(MEMBERS))
    unlisted: pl.DataFrame = field(default_factory=lambda: empty(UNLISTED))
    map: pl.DataFrame = field(default_factory=lambda: empty(MAP))
    groups: Groups = field(default_factory=Groups)
    criterion: tuple[tuple[int, float], ...] = ()
    silhouette: float | None = None
    stability: float | None = None
    left: tuple[Left, ...] = ()
    chosen: int | None = None

    @property
    def catalogue(self) -> tuple[Move, ...]:
        """The moves, the most frequent first."""
        return describe(self.members) if self.members.height else ()


def cluster_moves(
    follow_ups: pl.DataFrame,
    encoder: Encoder,
    settings: ClusterSettings,
    *,
    seed: int,
    k_users: int = 1,
) -> Clusters:
    """Follow-ups grouped by what they do. The order of the rows does not matter.

    The distinct forms (`without_topic`) are embedded and clustered, each weighing as many users
    as wrote it; forms of nothing but a gap make a move of their own ("topic words only").

    Args:
        follow_ups: what `moves.follow_ups` gives.
        encoder: its vectors are reduced to at most 32 principal components.
        settings: range of the number of clusters, how many forms are clustered at most, and how
            stable a move must be.
        seed: of the encoder and of the clustering.
        k_users: users that a move needs.
    """
    if follow_ups.is_empty():
        return Clusters(moves=empty(MOVES))
    turns = without_topic(follow_ups).sort("user_key", "conversation_id", "turn", "text")
    worded = _forms(turns.filter(has_words("form")))
    vectors = encoder.encode(worded["form"].to_list(), seed=seed) if worded.height else NO_VECTORS
    parts = partition(
        vectors,
        worded["n_users"].cast(pl.Float64).to_numpy(),
        settings,
        seed=seed,
        shown=shown_by(turns, worded, "form"),
        k_users=k_users,
    )
    bare, too_few = _topic_only(turns, k_users)
    placed = worded.with_columns(group=pl.Series(parts.groups), distance=pl.Series(parts.distances))
    named = with_ids(pl.concat([placed, bare]), "form", "move", "m_")
    found = turns.join(named.select("form", "move", "distance"), on="form", maintain_order="left")
    members = conform(found.filter(pl.col("move").is_not_null()), MEMBERS)
    mine = named.head(worded.height)
    weights = worded["n_users"].cast(pl.Float64).to_numpy()
    return Clusters(
        moves=members.select(list(MOVES)),
        members=members,
        unlisted=found.filter(pl.col("move").is_null()).select(list(UNLISTED)),
        map=_plane(mine, parts),
        groups=described(vectors, weights, mine["move"], stability_by_id(mine, parts, "move")),
        criterion=parts.criterion,
        silhouette=parts.silhouette[0] if parts.silhouette else None,
        stability=parts.stability,
        left=summed([*left_out("move", parts, worded["n_turns"].to_numpy()), *too_few]),
        chosen=parts.chosen,
    )


def _forms(turns: pl.DataFrame) -> pl.DataFrame:
    counts = turns.group_by("form").agg(
        n_users=pl.col("user_key").n_unique(), n_turns=pl.len().cast(pl.Int64)
    )
    return counts.sort("form")


def _topic_only(turns: pl.DataFrame, k_users: int) -> tuple[pl.DataFrame, list[Left]]:
    """Forms of nothing but a gap as a group of their own, or in none if too few users have one."""
    bare = turns.filter(~has_words("form"))
    listed = bare["user_key"].n_unique() >= k_users
    group = pl.lit(_TOPIC_GROUP if listed else -1, pl.Int64)
    forms = _forms(bare).with_columns(group=group, distance=pl.lit(0.0))
    if listed or bare.is_empty():
        return forms, []
    return forms, [Left(kind="move", reason="too few users", n_clusters=1, n_members=bare.height)]


def _plane(named: pl.DataFrame, parts: Partition) -> pl.DataFrame:
    x, y = (pl.Series(parts.plane[:, axis]) for axis in (0, 1))
    listed = named.with_columns(x=x, y=y).filter(pl.col("move").is_not_null())
    shown = listed.sort(["n_users", "form"], descending=[True, False]).head(_MAP_POINTS)
    return conform(shown.with_columns(form=public_form("form", "n_users")).select(list(MAP)), MAP)
