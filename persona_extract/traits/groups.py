"""A partition put into words: ids, stability, centre and nearest other of each group."""

# numpy's and polars' types are only partly known to pyright here:
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.records.catalogue import Left
from persona_extract.text import content_hash
from persona_extract.traits.partition import Partition
from persona_extract.traits.space import DECIMALS, unit_rows
from persona_extract.traits.stability import Shown

Vectors = NDArray[np.float32]

NO_VECTORS: Vectors = np.zeros((0, 1), dtype=np.float32)


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
    the order of the vectors.

    Users are numbered by the texts that they have, for they are drawn by number: by their keys,
    which are salted, another salt would draw others.
    """
    numbered_texts = texts.select(column).with_row_index("row")
    pairs = rows.select("user_key", column).unique().join(numbered_texts, on=column)
    users = _by_texts(pairs)
    numbered = pairs.join(users, on="user_key").sort("row", "user")
    row, user = (numbered[name].cast(pl.Int64).to_numpy() for name in ("row", "user"))
    return Shown(row, user)


def _by_texts(pairs: pl.DataFrame) -> pl.DataFrame:
    """user_key, user: numbers in the order of what each user has; users of the same texts, who are
    drawn alike whichever comes first, by key."""
    texts = pl.col("row").sort().cast(pl.String).str.join(" ")
    users = pairs.group_by("user_key").agg(texts=texts).sort("texts", "user_key")
    return users.select("user_key").with_row_index("user")


def with_ids(
    groups: pl.DataFrame, text: str, column: str, prefix: str, of: str = ""
) -> pl.DataFrame:
    """The rows with a provisional id of their group: a hash of its texts, so that no number leaks
    the order; null for group -1.

    Args:
        groups: the column `text`, distinct, and `group`.
        text: name of that column.
        column: name of the new one.
        prefix: of the ids.
        of: tells apart groups of the same texts.
    """
    listed = groups.filter(pl.col("group") != -1)
    texts = listed.group_by("group").agg(pl.col(text).sort()).sort("group")
    more = [of] if of else []
    ids = [prefix + content_hash(*more, *some, length=8) for some in texts[text]]
    named = texts.select("group", pl.Series(column, ids, dtype=pl.String))
    return groups.join(named, on="group", how="left", maintain_order="left")


def described(
    vectors: Vectors,
    weights: NDArray[np.float64],
    ids: pl.Series,
    stability: dict[str, float | None],
) -> Groups:
    """The groups of the rows: their weighted centroids and which of them lie nearest.

    Args:
        vectors: (n, d).
        weights: (n,).
        ids: of each row its group, or null.
        stability: by id.
    """
    known = sorted(ids.drop_nulls().unique())
    if not known:
        return Groups()
    centroids = np.stack(
        [_centroid(vectors, weights, ids.eq_missing(name).to_numpy()) for name in known]
    )
    return Groups(tuple(known), stability, centroids, _nearest(known, centroids))


def stability_by_id(rows: pl.DataFrame, parts: Partition, column: str) -> dict[str, float | None]:
    """Stability by the id in `column` of rows that lie as in the partition."""
    pairs = dict(zip(parts.groups.tolist(), rows[column].to_list(), strict=True))
    return {name: parts.stabilities[group] for group, name in pairs.items() if name is not None}


def left_out(
    kind: Literal["move", "trait"], parts: Partition, members: NDArray[np.int64]
) -> list[Left]:
    """What of a partition was merged or is not listed. `members`: of each row, how many turns or
    statements it stands for."""
    return [
        Left(kind=kind, reason=g.reason, n_clusters=1, n_members=int(members[g.rows].sum()))
        for g in parts.gone
    ]


def summed(left: Iterable[Left]) -> tuple[Left, ...]:
    """One entry a kind and reason."""
    found: dict[tuple[str, str], Left] = {}
    for one in left:
        before = found.get((one.kind, one.reason))
        found[one.kind, one.reason] = Left(
            kind=one.kind,
            reason=one.reason,
            n_clusters=one.n_clusters + (before.n_clusters if before else 0),
            n_members=one.n_members + (before.n_members if before else 0),
        )
    return tuple(found[key] for key in sorted(found))


def _centroid(vectors: Vectors, weights: NDArray[np.float64], mine: NDArray[np.bool_]) -> Vectors:
    middle = (vectors[mine] * weights[mine, None]).sum(axis=0, keepdims=True)
    return np.asarray(np.round(unit_rows(middle)[0], DECIMALS), dtype=np.float32)


def _nearest(names: list[str], centroids: Vectors) -> dict[str, str | None]:
    if len(names) < 2:
        return dict.fromkeys(names)
    likeness = np.round(centroids.astype(np.float64) @ centroids.T.astype(np.float64), DECIMALS)
    np.fill_diagonal(likeness, -np.inf)
    return {name: names[int(row.argmax())] for name, row in zip(names, likeness, strict=True)}
