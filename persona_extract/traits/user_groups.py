"""Groups of users: how many, found again how well, and whether they are there at all.

The number of groups is the one whose groups are found again on bootstrap samples of users most
above chance. Chance is a cloud without groups, Gaussian with the same spread along every component
(as in SigClust, Liu et al., JASA 2008), clustered the same way: stability alone favours few groups
and finds two in any cloud that is longer than wide (Lange et al., Neural Computation 2004, correct
it alike).
"""

# scikit-learn ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from persona_extract.traits.kmeans import branches, centres, nearest, settled, ward
from persona_extract.traits.space import Floats, Ints
from persona_extract.traits.stability import Refits, Shown
from persona_extract.traits.user_kept import Kept

_CLOUDS = 20
_REFITS_OF_A_CLOUD = 4
_LEAST_SCALE = 0.01
_QUANTILE = 0.95
_TRIED_ON = 1_000
_FITTED_ON = 3_000  # users; the memory of a Ward tree grows with their square


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of groups.

    Attributes:
        k: the number.
        agreement: mean adjusted Rand index between the groups and those of bootstrap samples.
        by_chance: the same on average over clouds without groups.
        excess: how far above them, in standard deviations between clouds.
    """

    k: int
    agreement: float
    by_chance: float
    excess: float


@dataclass(frozen=True, slots=True)
class UserGroups:
    """What was found.

    Attributes:
        groups: int64 (n,); -1 is in none. All are -1 where there are no groups.
        jaccards: of each group, Jaccard similarity on average over the bootstrap samples.
        tried: every number of groups that was tried.
        p: share of the clouds without groups in which some number of groups is found again as
            much above chance; None if nothing was tried.
        agreement: adjusted Rand index of the number chosen.
        merged, dropped: (groups, members) that were not found again.
    """

    groups: Ints
    jaccards: tuple[float, ...]
    tried: tuple[Tried, ...]
    p: float | None
    agreement: float | None
    merged: tuple[int, int] = (0, 0)
    dropped: tuple[int, int] = (0, 0)


def find_groups(
    points: Floats, *, most: int, refits: int, min_stability: float, rng: np.random.Generator
) -> UserGroups:
    """Groups of users by k-means started from a Ward tree, of 2 to `most`.

    Groups that are found again with a mean Jaccard similarity below `min_stability` are merged
    with the nearest other group if the two together are found again, else dropped. There are no
    groups where 5 % or more of the clouds without groups have some as good.
    """
    from threadpoolctl import threadpool_limits

    nobody = np.full(len(points), -1, dtype=np.int64)
    if most < 2 or points.shape[1] == 0:
        return UserGroups(nobody, (), (), None, None)
    with threadpool_limits(1):
        some = _some(rng, len(points), _TRIED_ON)
        tried, p = _try_numbers(points[some], most, refits, rng)
        best = max(tried, key=lambda one: (one.excess, -one.k))
        if p is None or p >= 1 - _QUANTILE:
            return UserGroups(nobody, (), tried, p, best.agreement)
        some = _some(rng, len(points), _FITTED_ON)
        found, again = _fit(points[some], best.k), _refits(points[some], refits, rng)
        kept = Kept(points[some], found, again, best.k)
        kept.settle(min_stability)
        middles = centres(points[some], np.ones(len(some)), found, best.k)
        everybody = np.array(kept.names, dtype=np.int64)[nearest(points, middles)]
    return UserGroups(everybody, kept.jaccards, tried, p, best.agreement, kept.merged, kept.dropped)


def _try_numbers(
    points: Floats, most: int, refits: int, rng: np.random.Generator
) -> tuple[tuple[Tried, ...], float | None]:
    """Every number of groups, and how often a cloud without groups has one as far above chance."""
    numbers = range(2, most + 1)
    here = _agreements(points, numbers, refits, rng)
    spread = points.std(axis=0)
    clouds = np.array(
        [
            _agreements(rng.normal(size=points.shape) * spread, numbers, _REFITS_OF_A_CLOUD, rng)
            for _ in range(_CLOUDS)
        ]
    )
    chance, scale = clouds.mean(axis=0), np.maximum(clouds.std(axis=0, ddof=1), _LEAST_SCALE)
    excess = np.round((here - chance) / scale, 4)
    tried = tuple(
        Tried(k, round(float(a), 4), round(float(b), 4), float(c))
        for k, a, b, c in zip(numbers, here, chance, excess, strict=True)
    )
    as_good = ((clouds - chance) / scale).max(axis=1) >= excess.max()
    return tried, float((1 + as_good.sum()) / (1 + _CLOUDS))


def _agreements(points: Floats, numbers: range, refits: int, rng: np.random.Generator) -> Floats:
    tree = ward(points)
    ones = np.ones(len(points))
    again = _refits(points, refits, rng)
    scores = [_agreement(settled(points, ones, branches(tree, k))[0], again, k) for k in numbers]
    return np.array(scores, dtype=np.float64)


def _agreement(groups: Ints, again: Refits, k: int) -> float:
    """Mean adjusted Rand index with the refits. `Refits.rand_index` is the same; the library it
    asks takes a hundred times as long over so few users, and this is asked some thousand times."""
    pairs = zip(again.samples, again.at(k), strict=True)
    scores = [_rand_index(groups[sample.present], refit) for sample, refit in pairs]
    return sum(scores) / len(scores) if scores else 0.0


def _rand_index(a: Ints, b: Ints) -> float:
    """Hubert and Arabie, "Comparing partitions", 1985."""
    width = int(b.max()) + 1
    cells, rows, columns = (
        _pairs(x) for x in (np.bincount(a * width + b), *map(np.bincount, (a, b)))
    )
    expected = rows * columns / max(len(a) * (len(a) - 1) / 2, 1.0)
    most = (rows + columns) / 2
    return (cells - expected) / (most - expected) if most > expected else 1.0


def _pairs(counts: Ints) -> float:
    return float((counts * (counts - 1)).sum()) / 2


def _refits(points: Floats, n: int, rng: np.random.Generator) -> Refits:
    each = np.arange(len(points))
    return Refits(points, np.ones(len(points)), Shown(each, each), n, rng)


def _fit(points: Floats, k: int) -> Ints:
    return settled(points, np.ones(len(points)), branches(ward(points), k))[0]


def _some(rng: np.random.Generator, n: int, limit: int) -> Ints:
    if n <= limit:
        return np.arange(n)
    return np.sort(rng.choice(n, limit, replace=False))
