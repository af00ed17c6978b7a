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

from persona_extract.traits.kmeans import centres, nearest
from persona_extract.traits.space import Floats, Ints
from persona_extract.traits.user_kept import Kept
from persona_extract.traits.user_refits import UserRefits

_REFITS = 100
_CLOUDS = 199
_REFITS_OF_A_CLOUD = 5
_LEAST_SCALE = 0.01
_QUANTILE = 0.95
_FITTED_ON = 1_000  # users; the time of a Ward tree grows with their square


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
    points: Floats, *, most: int, min_stability: float, rng: np.random.Generator
) -> UserGroups:
    """Groups of users by k-means started from a Ward tree, of 2 to `most`.

    Groups that are found again with a mean Jaccard similarity below `min_stability` are merged
    with the nearest other group if the two together are found again, else dropped. There are no
    groups where 5 % or more of the clouds without groups have some as good. Of more than 1,000
    users as many are drawn; the others go to the nearest centre.

    Args:
        points: (users, axes), in an order that says nothing: draws go by position.
        most: groups at the most.
        min_stability: that a group needs.
        rng: of samples and clouds.
    """
    from threadpoolctl import threadpool_limits

    nobody = np.full(len(points), -1, dtype=np.int64)
    if most < 2 or points.shape[1] == 0:
        return UserGroups(nobody, (), (), None, None)
    with threadpool_limits(1):
        some = points[_some(rng, len(points), _FITTED_ON)]
        refits = UserRefits(some, _REFITS, rng)
        tried, p = _try_numbers(some, refits, range(2, most + 1), rng)
        best = max(tried, key=lambda one: (one.excess, -one.k))
        if p >= 1 - _QUANTILE:
            return UserGroups(nobody, (), tried, p, best.agreement)
        kept = Kept(some, refits, best.k)
        kept.settle(min_stability)
        middles = centres(some, np.ones(len(some)), refits.whole(best.k), best.k)
        everybody = np.array(kept.names, dtype=np.int64)[nearest(points, middles)]
    return UserGroups(everybody, kept.jaccards, tried, p, best.agreement, kept.merged, kept.dropped)


def _try_numbers(
    points: Floats, refits: UserRefits, numbers: range, rng: np.random.Generator
) -> tuple[tuple[Tried, ...], float]:
    """Every number of groups, and how often a cloud without groups has one as far above chance."""
    here = _agreements(refits, numbers)
    clouds = np.array([_in_a_cloud(points, numbers, rng) for _ in range(_CLOUDS)])
    chance, scale = clouds.mean(axis=0), np.maximum(clouds.std(axis=0, ddof=1), _LEAST_SCALE)
    excess = np.round((here - chance) / scale, 4)
    tried = tuple(
        Tried(k, round(float(a), 4), round(float(b), 4), float(c))
        for k, a, b, c in zip(numbers, here, chance, excess, strict=True)
    )
    as_good = ((clouds - chance) / scale).max(axis=1) >= excess.max()
    return tried, float((1 + as_good.sum()) / (1 + _CLOUDS))


def _in_a_cloud(points: Floats, numbers: range, rng: np.random.Generator) -> Floats:
    cloud = rng.normal(size=points.shape) * points.std(axis=0)
    return _agreements(UserRefits(cloud, _REFITS_OF_A_CLOUD, rng), numbers)


def _agreements(refits: UserRefits, numbers: range) -> Floats:
    return np.array([refits.rand_indices(k).mean() for k in numbers], dtype=np.float64)


def _some(rng: np.random.Generator, n: int, limit: int) -> Ints:
    return np.arange(n) if n <= limit else np.sort(rng.choice(n, limit, replace=False))
