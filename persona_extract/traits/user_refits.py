"""The same users grouped again and again: refits on bootstrap samples, all of them at once.

As `stability.Refits`, of which every sample is fitted by itself: of a few hundred users on a few
axes that takes ten times as long, and archetypes need about a thousand refits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from persona_extract.traits.kmeans import ward
from persona_extract.traits.space import Floats, Ints

_ROUNDS = 12
_FAR = 1e6


class UserRefits:
    """Groups of users, and of bootstrap samples of them, for any number of groups.

    Every sample is clustered from nothing, by k-means from its own Ward tree.
    """

    def __init__(self, points: Floats, n: int, rng: np.random.Generator) -> None:
        """Draws `n` samples of users, (users, axes) `points`, with replacement."""
        users = len(points)
        drawn = rng.integers(0, users, (n, users)) + users * np.arange(n)[:, None]
        times = np.bincount(drawn.ravel(), minlength=n * users).reshape(n, users)
        times = times[(times > 0).sum(axis=1) > 1]
        self._points = points
        self._weights = np.vstack([np.ones((1, users)), times.astype(np.float64)])
        self._trees = [ward(points[weights > 0]) for weights in self._weights]
        self._found: dict[int, Ints] = {}

    @property
    def present(self) -> NDArray[np.bool_]:
        """(samples, users): who is in a sample."""
        return self._weights[1:] > 0

    def whole(self, k: int) -> Ints:
        """(users,): everybody in k groups, or as many as there can be."""
        return self._at(k)[0]

    def again(self, k: int) -> Ints:
        """(samples, users): groups of each sample; who is absent is where the nearest centre is."""
        return self._at(k)[1:]

    def rand_indices(self, k: int) -> Floats:
        """(samples,): adjusted Rand index (Hubert and Arabie 1985) of everybody's groups with
        those of each sample, over the users present."""
        whole, again = self.whole(k), self.again(k)
        cells = np.arange(len(again))[:, None] * k * k + whole * k + again
        inside = self.present.ravel().astype(np.float64)
        counts = np.bincount(cells.ravel(), inside, len(again) * k * k)
        return rand_indices(counts.astype(np.float64).reshape(-1, k, k))

    def _at(self, k: int) -> Ints:
        if k not in self._found:
            start = np.zeros(self._weights.shape, dtype=np.int64)
            for row, weights, tree in zip(start, self._weights, self._trees, strict=True):
                row[weights > 0] = cut(tree, k)
            self._found[k] = _settled(self._points, self._weights, start, k)
        return self._found[k]


def cut(tree: Floats, k: int) -> Ints:
    """As `kmeans.branches`, in a tenth of scipy's time: the last k - 1 mergers are undone."""
    n = len(tree) + 1
    nodes = np.arange(2 * n - 1)
    above = nodes.copy()
    above[tree[:, :2].astype(np.int64)] = nodes[n:, None]
    above = np.where(above > 2 * n - 1 - min(k, n), nodes, above)
    while not np.array_equal(further := above[above], above):
        above = further
    tops = np.flatnonzero((above == nodes) & (nodes <= 2 * n - 1 - min(k, n)))
    return np.searchsorted(tops, above[:n]).astype(np.int64)


def rand_indices(tables: Floats) -> Floats:
    """Adjusted Rand index of each contingency table, (tables, rows, columns); 1 where both
    groupings are a single group, or nothing but single users."""
    n = tables.sum(axis=(1, 2))
    cells = _pairs(tables).sum(axis=(1, 2))
    rows, columns = (_pairs(tables.sum(axis=axis)).sum(axis=1) for axis in (2, 1))
    expected = rows * columns / np.maximum(_pairs(n), 1.0)
    room = (rows + columns) / 2 - expected
    return np.where(room > 0, (cells - expected) / np.where(room > 0, room, 1.0), 1.0)


def _pairs(counts: Floats) -> Floats:
    return counts * (counts - 1) / 2


def _settled(points: Floats, weights: Floats, groups: Ints, k: int) -> Ints:
    """As `kmeans.settled`, of every row of weights and groups."""
    for _ in range(_ROUNDS):
        moved = _nearest(points, _centres(points, weights, groups, k))
        if not ((moved != groups) & (weights > 0)).any():
            return moved
        groups = moved
    return groups


def _centres(points: Floats, weights: Floats, groups: Ints, k: int) -> Floats:
    """(rows, k, axes)."""
    member = (groups[:, None, :] == np.arange(k)[:, None]) * weights[:, None, :]
    totals = member.sum(axis=2)[:, :, None]
    sums = (member.reshape(-1, len(points)) @ points).reshape(len(groups), k, -1)
    return np.where(totals > 0, sums / np.maximum(totals, 1.0), _FAR)


def _nearest(points: Floats, middles: Floats) -> Ints:
    """(rows, users): the nearest centre, the first one of equally near."""
    rows, k, axes = middles.shape
    away = (middles**2).sum(axis=2)[:, :, None] - 2 * (
        middles.reshape(-1, axes) @ points.T
    ).reshape(rows, k, -1)
    least, found = away[:, 0].copy(), np.zeros((rows, len(points)), dtype=np.int64)
    for group in range(1, k):  # several times as fast as argmin along so short an axis
        nearer = away[:, group] < least
        found[nearer] = group
        np.minimum(least, away[:, group], out=least)
    return found
