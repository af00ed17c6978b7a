"""What becomes of clusters that are not found again: merged into the nearest, or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from persona_extract.traits.kmeans import centres
from persona_extract.traits.number import Rows
from persona_extract.traits.space import Floats, Ints, apart
from persona_extract.traits.stability import Refits

Reason = Literal["too few users", "unstable, merged", "unstable, dropped"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a cluster: it went into another one, or is none any more (`into` -1)."""

    reason: Reason
    cluster: int
    into: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Stability of each of k clusters, and what became of those that are no more, in order."""

    stability: Floats
    fates: tuple[Fate, ...]

    def apply(self, groups: Ints) -> Ints:
        """Groups of any rows after all that."""
        kept = groups.copy()
        for fate in self.fates:
            kept[kept == fate.cluster] = fate.into
        return kept


def merge_or_drop(rows: Rows, refits: Refits, groups: Ints, k: int, min_stability: float) -> Kept:
    """Of k clusters those below `min_stability`, the worst first: each goes into the cluster with
    the nearest centre if both together are found again better than either alone and well enough;
    else it is dropped.

    Two halves of one cluster are found again together; noise beside a good cluster makes that one
    worse. The samples are cut into as many clusters as are left after the merging.
    """
    stability = refits.jaccards(groups, k, into=k).mean(axis=0)
    kept, alive, cut = groups.copy(), set(range(k)), k
    fates: list[Fate] = []
    while unstable := [c for c in alive if stability[c] < min_stability]:
        worst = min(unstable, key=lambda c: (stability[c], c))
        near = _nearest_alive(rows, kept, k, worst, alive)
        together = 0.0
        if near is not None:
            both = np.where((kept == worst) | (kept == near), 0, -1)
            together = float(refits.jaccards(both, 1, into=cut - 1).mean())
        alive.remove(worst)
        if near is not None and together >= max(
            min_stability, stability[worst] + 1e-9, stability[near] + 1e-9
        ):
            kept[kept == worst], stability[near], cut = near, together, cut - 1
            fates.append(Fate("unstable, merged", worst, near))
        else:
            kept[kept == worst] = -1
            fates.append(Fate("unstable, dropped", worst, -1))
    return Kept(stability.round(4), tuple(fates))


def _nearest_alive(rows: Rows, groups: Ints, k: int, cluster: int, alive: set[int]) -> int | None:
    others = sorted(alive - {cluster})
    inside = groups >= 0
    middles = centres(rows.points[inside], rows.weights[inside], groups[inside], k)
    away = apart(middles[others], middles[cluster])
    return others[int(away.argmin())] if others else None
