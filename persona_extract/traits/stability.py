"""Whether clusters are found again: refits on bootstrap samples of users.

Sources: Hennig, "Cluster-wise assessment of cluster stability", CSDA 2007 (Jaccard similarity with
the most similar cluster of a bootstrap sample); Hubert and Arabie, "Comparing partitions", 1985
(adjusted Rand index).
"""

# scikit-learn ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_extract.traits.kmeans import branches, settled, ward
from persona_extract.traits.space import Floats, Ints


@dataclass(frozen=True, slots=True)
class Shown:
    """Which users show which rows: pairs, each once.

    Attributes:
        rows: int64 (m,), 0-based.
        users: int64 (m,), 0-based.
    """

    rows: Ints
    users: Ints

    def only(self, chosen: Ints, n_rows: int) -> Shown:
        """Of the chosen rows (sorted), numbered anew."""
        number = np.full(n_rows, -1, dtype=np.int64)
        number[chosen] = np.arange(len(chosen))
        rows = number[self.rows]
        return Shown(rows[rows >= 0], self.users[rows >= 0])

    def n_users(self, n_rows: int) -> Floats:
        """float64 (n_rows,): users of each row."""
        return np.bincount(self.rows, minlength=n_rows).astype(np.float64)

    def users_of(self, groups: Ints, k: int) -> Ints:
        """int64 (k,): users of each group; rows of group -1 are in none."""
        mine = groups[self.rows]
        pairs = np.unique(np.stack([mine, self.users]), axis=1)
        return np.bincount(pairs[0][pairs[0] >= 0], minlength=k).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Sample:
    """One bootstrap sample of users.

    Attributes:
        present: rows that a drawn user shows.
        weights: of these, by the draws of users that show them; what is fitted.
        users: of these, different users that show them; what is compared.
        tree: Ward's, of these.
    """

    present: Ints
    weights: Floats
    users: Floats
    tree: Floats


class Refits:
    """The same clustering on bootstrap samples of users, for any number of clusters.

    Every sample is clustered from nothing, never from the centres of the whole: k-means started
    there stays near them even in pure noise, and everything looks stable (docs/adr/0011).
    """

    def __init__(
        self, points: Floats, weights: Floats, shown: Shown, n: int, rng: np.random.Generator
    ) -> None:
        self._points = points
        drawn = (_sample(points, weights, shown, rng) for _ in range(n))
        self.samples = tuple(sample for sample in drawn if len(sample.present) > 1)
        self._groups: dict[int, tuple[Ints, ...]] = {}

    def at(self, k: int) -> tuple[Ints, ...]:
        """Groups of the rows present in each sample, k of them (or as many as there can be)."""
        if k not in self._groups:
            self._groups[k] = tuple(
                settled(self._points[s.present], s.weights, branches(s.tree, k))[0]
                for s in self.samples
            )
        return self._groups[k]

    def jaccards(self, groups: Ints, k: int, *, into: int) -> Floats:
        """float64 (samples, k): how well each of k groups is found again in each sample.

        Members are weighed by the users that show them. A sample without any of a group's members
        says nothing about it: there stands the mean of the others, and 0 where there are none.

        Args:
            groups: of all rows; -1 is no group.
            k: number of groups.
            into: number of clusters that the samples are cut into.
        """
        found = np.zeros((len(self.samples), k))
        there = np.zeros((len(self.samples), k), dtype=np.bool_)
        for i, (sample, refit) in enumerate(zip(self.samples, self.at(into), strict=True)):
            found[i], there[i] = _best_matches(groups[sample.present], refit, sample.users, k)
        mean = np.where(there, found, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        return np.where(there, found, mean)

    def rand_index(self, groups: Ints, k: int) -> float | None:
        """Mean adjusted Rand index between groups and refits on the rows present; None without
        samples."""
        from sklearn.metrics import adjusted_rand_score

        pairs = zip(self.samples, self.at(k), strict=True)
        scores = [float(adjusted_rand_score(groups[s.present], refit)) for s, refit in pairs]
        return round(float(np.mean(scores)), 3) if scores else None


def _sample(points: Floats, weights: Floats, shown: Shown, rng: np.random.Generator) -> Sample:
    everybody = np.unique(shown.users)
    drawn = rng.choice(everybody, len(everybody))
    times = np.bincount(drawn, minlength=int(everybody.max()) + 1)[shown.users]
    share = weights / np.maximum(shown.n_users(len(points)), 1)
    again = times * share[shown.rows]
    drawn_weights = np.bincount(shown.rows, again, len(points)).astype(np.float64)
    once = (times > 0).astype(np.float64)
    users = np.bincount(shown.rows, once, len(points)).astype(np.float64)
    present = np.flatnonzero(drawn_weights > 0)
    tree = ward(points[present]) if len(present) > 1 else np.zeros((0, 4))
    return Sample(present, drawn_weights[present], users[present], tree)


def _best_matches(
    groups: Ints, refit: Ints, users: Floats, k: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Of each group its largest Jaccard similarity with a cluster of the refit, and whether it has
    members here."""
    both = np.zeros((k, int(refit.max()) + 1))
    inside = groups >= 0
    np.add.at(both, (groups[inside], refit[inside]), users[inside])
    mine = both.sum(axis=1)
    theirs = np.bincount(refit, users, both.shape[1])
    union = mine[:, None] + theirs[None, :] - both
    return (both / np.maximum(union, 1e-12)).max(axis=1), mine > 0
