"""Which groups of users are found again: the others are merged or dropped."""

from __future__ import annotations

import numpy as np

from persona_extract.traits.space import Floats
from persona_extract.traits.user_refits import UserRefits


class Kept:
    """Which groups of a fit are kept, merged or dropped."""

    def __init__(self, points: Floats, refits: UserRefits, k: int) -> None:
        self._points, self._groups, self._k = points, refits.whole(k), k
        samples = zip(refits.present, refits.again(k), strict=True)
        self._samples = [(present, again[present]) for present, again in samples]
        self._sets: list[frozenset[int]] = [frozenset([group]) for group in range(k)]
        self._found = {one: self._jaccard(one) for one in self._sets}
        self.merged = self.dropped = (0, 0)

    def settle(self, least: float) -> None:
        """Goes on until every group is found again; the least stable first."""
        while unstable := [one for one in self._sets if self._found[one] < least]:
            weakest = min(unstable, key=lambda one: (self._found[one], sorted(one)))
            self._sets.remove(weakest)
            partner = self._nearest(weakest)
            both = weakest | partner if partner else weakest
            self._found[both] = self._jaccard(both)
            whole = len(self._sets) < 2  # everybody together is found again, and says nothing
            if partner is None or whole or self._found[both] < least:
                self.dropped = self._counted(self.dropped, weakest)
            else:
                self._sets.remove(partner)
                self._sets.append(both)
                self.merged = self._counted(self.merged, weakest)

    @property
    def names(self) -> list[int]:
        """Number of the kept group that each group of the fit belongs to; -1 for none."""
        return [
            next((at for at, one in enumerate(self._sets) if group in one), -1)
            for group in range(self._k)
        ]

    @property
    def jaccards(self) -> tuple[float, ...]:
        """Of the kept groups."""
        return tuple(round(self._found[one], 3) for one in self._sets)

    def _counted(self, counts: tuple[int, int], one: frozenset[int]) -> tuple[int, int]:
        return counts[0] + 1, counts[1] + int(np.isin(self._groups, list(one)).sum())

    def _nearest(self, one: frozenset[int]) -> frozenset[int] | None:
        mine = self._middle(one)
        away = {other: float(np.linalg.norm(self._middle(other) - mine)) for other in self._sets}
        return min(away, key=lambda other: (round(away[other], 9), sorted(other)), default=None)

    def _middle(self, one: frozenset[int]) -> Floats:
        inside = np.isin(self._groups, list(one)).astype(np.float64)
        if not inside.any():
            return np.zeros(self._points.shape[1]) + 1e6
        return np.asarray(inside @ self._points / inside.sum(), dtype=np.float64)

    def _jaccard(self, one: frozenset[int]) -> float:
        """Mean similarity with the most similar group of a sample; several groups together are
        held against the groups of the sample that are mostly theirs."""
        scores: list[float] = []
        for present, refit in self._samples:
            mine = np.isin(self._groups[present], list(one))
            if not mine.any():
                continue
            sizes = np.bincount(refit)
            both = np.bincount(refit[mine], minlength=len(sizes))
            union = mine.sum() + sizes - both
            mostly = 2 * both > sizes
            joint = both[mostly].sum() / (mine.sum() + sizes[mostly].sum() - both[mostly].sum())
            single = float((both / np.maximum(union, 1)).max())
            scores.append(max(single, float(joint)) if len(one) > 1 else single)
        return float(np.mean(scores)) if scores else 0.0
