"""A partition put into words: ids, stability, centre and nearest other of each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.records.catalogue import Left
from persona_extract.text import content_hash
from persona_extract.traits.partition import Partition
from persona_extract.traits.stability import Shown

Vectors = NDArray[np.float32]

NO_VECTORS: Vectors = np.zeros((0, 1), dtype=np.float32)

_REASONS = ("too few users", "unstable, merged", "unstable, dropped")


@dataclass(frozen=True, slots=True)
class Groups:
    """The listed groups of one kind.

    Attributes:
        ids: sorted.
        stability: by id, mean Jaccard (Hennig 2007); None where there was nothing to compare.
        centroids: float32 (len(ids), d), mean of the encoder's vectors, of length 1. Of two runs
            they can be compared only if the encoder's vectors depend on the text alone.
        nearest: by id, the other group with the most similar centroid; None for the only one.
    """

    ids: tuple[str, ...] = ()
    stability: dict[str, float | None] = field(default_factory=dict[str, float | None])
    centroids: Vectors = field(default_factory=lambda: NO_VECTORS)
    nearest: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def renamed(self, names: dict[str, str]) -> Groups:
        """The same groups by other ids."""
        order = sorted(range(len(self.ids)), key=lambda i: names[self.ids[i]])
        return Groups(
            ids=tuple(names[self.ids[i]] for i in order),
            stability={names[old]: value for old, value in self.stability.items()},
            centroids=self.centroids[order] if order else self.centroids,
            nearest={names[a]: b and names[b] for a, b in self.nearest.items()},
        )


def shown_by(rows: pl.DataFrame, texts: pl.DataFrame, column: str) -> Shown:
    """Which users have which texts: `rows` has user_key and the column, `texts` each text once, in
    the order of the vectors."""
    users = rows.select("user_key").unique().sort("user_key").with_row_index("user")
    numbered_texts = texts.select(column).with_row_index("row")
    pairs = (
        rows.select("user_key", column)
        .unique()
        .join(numbered_texts, on=column)
        .join(users, on="user_key")
        .sort("row", "user")
    )
    row, user = (pairs[name].cast(pl.Int64).to_numpy() for name in ("row", "user"))
    return Shown(row, user)


def named(groups: pl.DataFrame, text: str, prefix: str) -> dict[int, str]:
    """Provisional id of each group: a hash of its texts, so that no number leaks the order.

    Args:
        groups: the column `text`, and `group` (-1 is none and gets no id).
        text: name of that column.
        prefix: of the ids.
    """
    listed = groups.filter(pl.col("group") != -1)
    texts = listed.group_by("group").agg(pl.col(text).sort()).sort("group")
    return {
        group: prefix + content_hash(*some, length=8)
        for group, some in texts.select("group", text).iter_rows()
    }


def described(parts: Partition, vectors: Vectors, weights: Sequence[float], ids: dict[int, str]) -> Groups:
    """Stability, centroid and nearest other of every group that has an id."""
    order = sorted((g for g in ids if g < len(parts.stabilities)), key=lambda g: ids[g])
    if not order:
        return Groups()
    centroids = np.stack([_centroid(vectors, np.asarray(weights), parts.groups == g) for g in order])
    names = [ids[g] for g in order]
    return Groups(
        ids=tuple(names),
        stability={ids[g]: parts.stabilities[g] for g in order},
        centroids=centroids,
        nearest=_nearest(names, centroids),
    )


def left_out(
    kind: Literal["move", "trait"], parts: Partition, members: NDArray[np.int64]
) -> tuple[Left, ...]:
    """What of a partition was merged or is not listed, by reason.

    Args:
        kind: of the clusters.
        parts: the partition.
        members: of each row, how many turns or statements it stands for.
    """
    return add_left(
        Left(kind=kind, reason=gone.reason, n_clusters=1, n_members=int(members[gone.rows].sum()))
        for gone in parts.gone
    )
