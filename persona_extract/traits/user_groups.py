"""Groups of users: how many, found again how well, and whether they are there at all.

A number of groups is as good as its groups are found again on bootstrap samples of users above
chance; the smallest that draws cannot tell from the best is taken. Chance is a cloud without
groups, Gaussian with the same spread along every component (as in SigClust, Liu et al., JASA 2008),
clustered the same way: stability alone favours few groups and finds two in any cloud that is longer
than wide (Lange et al., Neural Computation 2004, correct it alike).
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
from persona_extract.traits.user_number import Drawn, Tried
from persona_extract.traits.user_refits import UserRefits

_REFITS = 200
_CLOUDS = (99, 499)
_USERS_IN_CLOUDS = 100_000  # all clouds together, if these are not too many or few
_REFITS_OF_A_CLOUD = 5
_QUANTILE = 0.95
_FITTED_ON = 1_000  # users; the time of a Ward tree grows with their square


@dataclass(frozen=True, slots=True)
class UserGroups:
    """What was found.

    Attributes:
        groups: int64 (n,); -1 is in none. All are -1 where there are no groups.
        jaccards: of each group, Jaccard similarity on average over the bootstrap samples.
        tried: every number of groups that was tried.
        p: share of the clouds without groups in which some number of groups is found again as
            much above chance; None if nothing was tried.
        chosen: the number taken, before anything is merged or dropped; None if there are no groups.
        likely: the least and the most that other samples and clouds would choose, but for one
            time in ten.
        agreement: adjusted Rand index of the number chosen; of the best where there are no groups.
        merged, dropped: (groups, members) that were not found again.
    """

    groups: Ints
    jaccards: tuple[float, ...]
    tried: tuple[Tried, ...]
    p: float | None
    agreement: float | None
    chosen: int | None = None
    likely: tuple[int, int] | None = None
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
        drawn = _draw(some, refits, range(2, most + 1), rng)
        tried, p, best = drawn.tried(), drawn.p(), drawn.best()
        if p >= 1 - _QUANTILE:
            return UserGroups(nobody, (), tried, p, tried[best].agreement)
        at, likely = drawn.choice(rng)
        k = tried[at].k
        kept = Kept(some, refits, k)
        kept.settle(min_stability)
        middles = centres(some, np.ones(len(some)), refits.whole(k), k)
        everybody = np.array(kept.names, dtype=np.int64)[nearest(points, middles)]
    return UserGroups(
        everybody,
        kept.jaccards,
        tried,
        p,
        tried[at].agreement,
        k,
        likely,
        kept.merged,
        kept.dropped,
    )


def _draw(points: Floats, refits: UserRefits, numbers: range, rng: np.random.Generator) -> Drawn:
    here = np.stack([refits.rand_indices(k) for k in numbers], axis=1)
    n = int(np.clip(_USERS_IN_CLOUDS // len(points), *_CLOUDS))
    clouds = np.array([_in_a_cloud(points, numbers, rng) for _ in range(n)])
    return Drawn(numbers, here, clouds)


def _in_a_cloud(points: Floats, numbers: range, rng: np.random.Generator) -> Floats:
    cloud = rng.normal(size=points.shape) * points.std(axis=0)
    refits = UserRefits(cloud, _REFITS_OF_A_CLOUD, rng)
    return np.array([refits.rand_indices(k).mean() for k in numbers], dtype=np.float64)


def _some(rng: np.random.Generator, n: int, limit: int) -> Ints:
    return np.arange(n) if n <= limit else np.sort(rng.choice(n, limit, replace=False))
