"""Vectors into groups that are found again in other users; the rest in none."""

# scikit-learn and threadpoolctl ship no types:
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.kmeans import centres, nearest, settled
from persona_extract.traits.merging import Fate, Reason, merge_or_drop
from persona_extract.traits.number import Rows, number_of_clusters
from persona_extract.traits.space import Floats, Ints, apart, space
from persona_extract.traits.stability import Refits, Shown

WORKING = 2_500
"""Rows on which numbers of groups are tried and the bootstrap runs. Fewer rows are found again
less well, so this errs on the side of dropping."""

_PER_GROUP = 4  # weight that a group needs on average


@dataclass(frozen=True, slots=True)
class Gone:
    """A group that is not listed, or not by itself: why, and its rows."""

    reason: Reason
    rows: Ints


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows in groups.

    Attributes:
        groups: int64 (n,), 0-based, in no order that means something; -1 is in none.
        distances: float64 (n,), from the nearest centre there was before anything was merged
            or dropped.
        plane: float64 (n, 2), first two principal components.
        criterion: (number of groups, bits told) of each number tried, see `number.told`.
        chosen: the number taken, before anything is merged or dropped; None if none was tried.
        stability: mean adjusted Rand index with refits on bootstrap samples of users, before
            anything is merged or dropped.
        stabilities: of each group, its mean Jaccard similarity with the most similar group of the
            refits; None where there was nothing to compare.
        silhouette: mean, before anything is merged or dropped; and the largest of as many groups
            in clouds without groups.
        gone: what was merged or dropped, in order.
    """

    groups: Ints
    distances: Floats
    plane: Floats
    criterion: tuple[tuple[int, float], ...] = ()
    stability: float | None = None
    stabilities: tuple[float | None, ...] = ()
    silhouette: tuple[float, float] | None = None
    gone: tuple[Gone, ...] = ()
    chosen: int | None = None


def partition(
    vectors: NDArray[np.float32],
    weights: Floats,
    settings: ClusterSettings,
    *,
    seed: int,
    shown: Shown | None = None,
    k_users: int = 1,
) -> Partition:
    """Groups of similar rows by weighted k-means from a Ward tree.

    The number of groups, up to `max_clusters`, is the one that tells most about a row by groups
    that are found again in bootstrap samples of users (`number.told`), if they stand apart more
    than in a cloud without groups; else there is one group. It is found on 2,500 rows, refined on
    `sample` rows, and all others go to the nearest centre. Groups below `min_stability` are merged
    or dropped (`merging`), and those of fewer than `k_users` users are dropped.

    Args:
        vectors: (n, d), sorted by something that does not depend on the input's order.
        weights: (n,), positive.
        settings: range of the number of groups, sample, bootstraps, min_stability.
        seed: of the samples of rows and of users.
        shown: which users show which rows; None: every row is a user.
        k_users: users that a group needs.
    """
    from threadpoolctl import threadpool_limits

    n = len(vectors)
    if n == 0:
        nothing = np.zeros(0, dtype=np.float64)
        return Partition(nothing.astype(np.int64), nothing, np.zeros((0, 2)))
    for library in ("sklearn.metrics", "scipy.cluster.hierarchy"):
        import_module(library)  # the limit finds only libraries that are loaded
    with threadpool_limits(1):
        rng = np.random.default_rng(seed)
        chosen = _some(rng, np.arange(n), settings.sample)
        placed = space(vectors, chosen)
        every = Rows(placed.points, weights, shown or Shown(np.arange(n), np.arange(n)))
        return _partition(every, placed.plane, chosen, settings, k_users, rng)


def _partition(
    every: Rows,
    plane: Floats,
    chosen: Ints,
    settings: ClusterSettings,
    k_users: int,
    rng: np.random.Generator,
) -> Partition:
    work = _some(rng, chosen, WORKING)
    rows = _only(every, work)
    tried = _range(rows, settings)
    if len(tried) == 0:
        return _one(every, plane, (), k_users)
    refits = Refits(rows.points, rows.weights, rows.shown, settings.bootstraps, rng)
    number = number_of_clusters(rows, refits, tried, settings.min_stability, rng)
    if number.k == 1:
        return _one(every, plane, number.tried, k_users)
    groups, middles, k = _refined(every, chosen, rows, number.groups)
    kept = merge_or_drop(rows, refits, groups[work], k, settings.min_stability)
    fates = (*kept.fates, *_few(every.shown, kept.apply(groups), k, k_users))
    final, gone = _follow(groups, fates)
    listed, numbered = np.unique(final, return_inverse=True)
    return Partition(
        groups=numbered.astype(np.int64) - int(listed[0] == -1),
        distances=apart(every.points, middles[groups]),
        plane=plane,
        criterion=number.tried,
        stability=refits.rand_index(groups[work], k),
        stabilities=tuple(float(kept.stability[c]) for c in listed if c >= 0),
        silhouette=number.apart,
        gone=gone,
        chosen=number.k,
    )


def _some(rng: np.random.Generator, rows: Ints, limit: int) -> Ints:
    return rows if len(rows) <= limit else np.sort(rng.choice(rows, limit, replace=False))


def _only(every: Rows, work: Ints) -> Rows:
    shown = every.shown.only(work, len(every.points))
    return Rows(every.points[work], every.weights[work], shown)


def _range(rows: Rows, settings: ClusterSettings) -> range:
    """Numbers of groups that so many rows and users allow; none where only one group can be."""
    distinct = len(np.unique(rows.points, axis=0))
    heavy = int(rows.weights.sum() // _PER_GROUP)
    most = min(settings.max_clusters, distinct, heavy)
    enough = most > 1 and len(np.unique(rows.shown.users)) > 1
    return range(max(2, min(settings.min_clusters, most)), most + 1) if enough else range(0)


def _one(
    every: Rows, plane: Floats, criterion: tuple[tuple[int, float], ...], k_users: int
) -> Partition:
    """Everything in one group, or in none if too few users show anything."""
    n = len(every.points)
    groups = np.zeros(n, dtype=np.int64)
    middle = centres(every.points, every.weights, groups, 1)
    final, gone = _follow(groups, _few(every.shown, groups, 1, k_users))
    distances = apart(every.points, middle)
    stabilities = (None,) if not gone else ()
    chosen = 1 if criterion else None
    return Partition(final, distances, plane, criterion, None, stabilities, None, gone, chosen)


def _refined(every: Rows, chosen: Ints, rows: Rows, groups: Ints) -> tuple[Ints, Floats, int]:
    """Groups of all rows, their centres and number, from the groups of the working rows."""
    middles = centres(rows.points, rows.weights, groups, int(groups.max()) + 1)
    part, weights = every.points[chosen], every.weights[chosen]
    _, middles = settled(part, weights, nearest(part, middles))
    found = nearest(every.points, middles)
    used, numbered = np.unique(found, return_inverse=True)
    return numbered.astype(np.int64), middles[used], len(used)


def _few(shown: Shown, groups: Ints, k: int, k_users: int) -> tuple[Fate, ...]:
    users = shown.users_of(groups, k)
    return tuple(Fate("too few users", c, -1) for c in range(k) if 0 < users[c] < k_users)


def _follow(groups: Ints, fates: tuple[Fate, ...]) -> tuple[Ints, tuple[Gone, ...]]:
    """Groups after the fates, and the rows that each of them moved."""
    final, gone = groups.copy(), list[Gone]()
    for fate in fates:
        rows = np.flatnonzero(final == fate.cluster)
        gone.append(Gone(fate.reason, rows))
        final[rows] = fate.into
    return final, tuple(gone)
