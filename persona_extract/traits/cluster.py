"""Follow-up moves: the forms of follow-up turns, embedded and clustered."""

# scikit-learn ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.encoders.protocol import Encoder
from persona_extract.records.catalogue import Move
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import MOVES, Schema, conform, empty
from persona_extract.text import content_hash
from persona_extract.traits.form import has_words, without_topic
from persona_extract.traits.label import describe
from persona_extract.traits.partition import Partition, partition
from persona_extract.traits.public import public_form

MEMBERS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "turn": pl.UInt32(),
    "text": pl.String(),
    "form": pl.String(),
    "move": pl.String(),
    "distance": pl.Float64(),  # of the form from the centre of its cluster
}
"""The clustered turns with their text. Stays inside the workspace."""

MAP: Schema = {
    "x": pl.Float64(),
    "y": pl.Float64(),
    "move": pl.String(),
    "n_users": pl.UInt32(),
    "form": pl.String(),  # null unless `public.public_form`
}
"""Forms as points of a plane (first two principal components), the most used ones."""

_MAP_POINTS = 600


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the follow-ups of a corpus do.

    Attributes:
        moves: `records.tables.MOVES`, one row a follow-up.
        members: `MEMBERS`, holds text of users.
        map: `MAP`, safe to show.
        criterion: (number of clusters, mean silhouette) of each number that was tried.
        stability: mean adjusted Rand index between clusterings of random four fifths; None if
            there was nothing to compare.
    """

    moves: pl.DataFrame
    members: pl.DataFrame = field(default_factory=lambda: empty(MEMBERS))
    map: pl.DataFrame = field(default_factory=lambda: empty(MAP))
    criterion: tuple[tuple[int, float], ...] = ()
    stability: float | None = None

    @property
    def catalogue(self) -> tuple[Move, ...]:
        """The moves, the most frequent first."""
        return describe(self.members) if self.members.height else ()


def cluster_moves(
    follow_ups: pl.DataFrame, encoder: Encoder, settings: ClusterSettings, *, seed: int
) -> Clusters:
    """Follow-ups grouped by what they do. The order of the rows does not matter.

    The distinct forms (`without_topic`) are embedded and clustered, each weighing as many users
    as wrote it; forms of nothing but a gap make a move of their own ("topic words only").

    Args:
        follow_ups: what `moves.follow_ups` gives.
        encoder: its vectors are reduced to at most 32 principal components.
        settings: range of the number of clusters, and how many forms are clustered at most.
        seed: of the encoder and of the clustering.
    """
    if follow_ups.is_empty():
        return Clusters(moves=empty(MOVES))
    turns = without_topic(follow_ups).sort("user_key", "conversation_id", "turn", "text")
    forms = _distinct_forms(turns)
    worded = forms.filter(has_words("form"))
    parts = _partition(worded, encoder, settings, seed)
    numbered = pl.concat(
        [
            worded.with_columns(group=pl.Series(parts.groups), distance=pl.Series(parts.distances)),
            forms.filter(~has_words("form")).with_columns(
                group=pl.lit(-1, pl.Int64), distance=pl.lit(0.0)
            ),
        ]
    )
    named = _named(numbered)
    members = conform(
        turns.join(named.select("form", "move", "distance"), on="form", maintain_order="left"),
        MEMBERS,
    )
    return Clusters(
        moves=members.select(list(MOVES)),
        members=members,
        map=_plane(worded, parts, named),
        criterion=parts.criterion,
        stability=parts.stability,
    )


def _distinct_forms(turns: pl.DataFrame) -> pl.DataFrame:
    counts = turns.group_by("form").agg(
        n_users=pl.col("user_key").n_unique(), n_turns=pl.len().cast(pl.UInt32)
    )
    return counts.sort("form")


def _partition(
    forms: pl.DataFrame, encoder: Encoder, settings: ClusterSettings, seed: int
) -> Partition:
    vectors = encoder.encode(forms["form"].to_list(), seed=seed)
    weights = forms["n_users"].cast(pl.Float64).to_numpy()
    return partition(vectors, weights, settings, seed=seed)


def _named(forms: pl.DataFrame) -> pl.DataFrame:
    """Forms with the id of their move: a hash of the members, so no number leaks the order."""
    groups = forms.group_by("group").agg(pl.col("form").sort())
    ids = [f"m_{content_hash(*group, length=8)}" for group in groups["form"]]
    return forms.join(groups.select("group", move=pl.Series(ids, dtype=pl.String)), on="group")


def _plane(worded: pl.DataFrame, parts: Partition, named: pl.DataFrame) -> pl.DataFrame:
    points: NDArray[np.float64] = parts.plane
    placed = worded.with_columns(x=pl.Series(points[:, 0]), y=pl.Series(points[:, 1]))
    shown = placed.sort(["n_users", "form"], descending=[True, False]).head(_MAP_POINTS)
    located = shown.join(named.select("form", "move"), on="form", maintain_order="left")
    return conform(located.with_columns(form=public_form("form", "n_users")).select(list(MAP)), MAP)
