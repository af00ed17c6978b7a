"""How many clusters: as many as can be found again, judged by what they tell.

Stability alone favours few clusters (von Luxburg, "Clustering stability: an overview", 2010), a
silhouette alone many small ones. Hence `told`; and what it picks must be better separated than the
same number of clusters in a cloud without any (Tibshirani, Walther and Hastie, "Estimating the
number of clusters in a data set via the gap statistic", 2001; the cloud as in Liu et al.,
"Statistical significance of clustering", JASA 2008).
"""

# scikit-learn ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from persona_extract.traits.kmeans import branches, settled, ward
from persona_extract.traits.space import Floats, Ints, unit_rows
from persona_extract.traits.stability import Refits, Shown

CRITERION = "bits told by clusters that are found again"

_CLOUDS = 5
_APART = 1.4
"""Times the silhouette of the clouds. Most elongated clouds stay below it; two planted clusters
reach 1.5 times and more of them 1.9 times (docs/adr/0011)."""
_MEASURED_ON = 1_500  # rows, for the silhouette
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """What is clustered.

    Attributes:
        points: float64 (n, d).
        weights: float64 (n,), positive.
        shown: who shows which row.
    """

    points: Floats
    weights: Floats
    shown: Shown


@dataclass(frozen=True, slots=True)
class Number:
    """The number of clusters.

    Attributes:
        k: the number; 1 where nothing is found again or stands apart.
        groups: of every row.
        tried: (k, `told`) of each number tried.
        apart: mean silhouette (Rousseeuw 1987), and the largest of k clusters in clouds without
            any; None for one cluster.
    """

    k: int
    groups: Ints
    tried: tuple[tuple[int, float], ...]
    apart: tuple[float, float] | None


def number_of_clusters(
    rows: Rows,
    refits: Refits,
    tried: range,
    min_stability: float,
    rng: np.random.Generator,
) -> Number:
    """The number of clusters that tells most, and the clusters.

    Args:
        rows: at least two.
        refits: of these rows.
        tried: numbers from the least to the most; of many only some are tried, and those around the
            best of these.
        min_stability: that a cluster needs to tell anything.
        rng: for the clouds.
    """
    tree = ward(rows.points)
    found: dict[int, tuple[Floats, Ints]] = {}
    for some in _in_two_rounds(tried, found):
        for k in some:
            groups, _ = settled(rows.points, rows.weights, branches(tree, k))
            found[k] = told(rows, refits, groups, k, min_stability), groups
    scores = tuple((k, round(float(found[k][0].mean()), _DECIMALS)) for k in sorted(found))
    clouds = _clouds(rows.points, rng)
    for k in _candidates({k: bits for k, (bits, _) in found.items()}):
        apart = _silhouette(rows.points, found[k][1])
        by_chance = max(_silhouette(cloud, _cut(cloud, tree, k)) for cloud, tree in clouds)
        if apart >= _APART * by_chance:
            return Number(k, found[k][1], scores, (apart, by_chance))
    return Number(1, np.zeros(len(rows.points), dtype=np.int64), scores, None)


def told(rows: Rows, refits: Refits, groups: Ints, k: int, min_stability: float) -> Floats:
    """float64 (samples,): bits that k clusters tell of a row, as far as a sample finds them again.

    The sum, over the clusters with at least that mean stability, of share x Jaccard similarity in
    the sample x log2(1 / share): the entropy of the clusters, each term discounted by how well the
    cluster is found again. How many users show a cluster plays no part, or groups of few users
    would be lumped together with others.
    """
    stability = refits.jaccards(groups, k, into=k)
    share = np.bincount(groups, rows.weights, k) / rows.weights.sum()
    counted = (stability.mean(axis=0) >= min_stability) & (share > 0)
    return stability[:, counted] @ (share[counted] * np.log2(1 / share[counted]))


def _candidates(bits: dict[int, Floats]) -> Iterator[int]:
    """Numbers in the order in which they are to be taken: first the smallest of those that the
    samples cannot tell from the best, then from the best of the rest, and so on.

    Told apart means: better by more than one bootstrap standard error of the difference (the rule
    of Breiman et al., "Classification and regression trees", 1984).
    """
    left = {k: b for k, b in bits.items() if b.mean() > 0}
    while left:
        best = left[max(left, key=lambda k: (left[k].mean(), -k))]
        as_good = [k for k, b in left.items() if (best - b).mean() <= (best - b).std()]
        yield min(as_good)
        del left[min(as_good)]


def _in_two_rounds(tried: range, found: dict[int, tuple[Floats, Ints]]) -> Iterator[list[int]]:
    coarse = [k for k in _ladder(tried.stop - 1) if k in tried]
    yield coarse
    best = max(coarse, key=lambda k: (found[k][0].mean(), -k))
    at = coarse.index(best)
    around = range(coarse[max(0, at - 1)], coarse[min(len(coarse) - 1, at + 1)])
    yield [k for k in around if k not in found]


def _ladder(most: int) -> list[int]:
    """2, 3, ... 16, then in steps of a sixth, and the last."""
    steps = [2]
    while steps[-1] < most:
        steps.append(min(most, max(steps[-1] + 1, steps[-1] * 7 // 6)))
    return [k for k in steps if k <= most]


def _clouds(points: Floats, rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    """As many rows with the same mean and covariance, but no clusters; and their trees."""
    n = min(len(points), _MEASURED_ON)
    spread = np.cov(points, rowvar=False).reshape(points.shape[1], -1)
    sizes, axes = np.linalg.eigh(spread)
    root = axes * np.sqrt(np.maximum(sizes, 0.0))
    drawn = (rng.standard_normal((n, len(sizes))) @ root.T for _ in range(_CLOUDS))
    clouds = [unit_rows(points.mean(axis=0) + rows) for rows in drawn]
    return [(cloud, ward(cloud)) for cloud in clouds]


def _cut(points: Floats, tree: Floats, k: int) -> Ints:
    return settled(points, np.ones(len(points)), branches(tree, k))[0]


def _silhouette(points: Floats, groups: Ints) -> float:
    """On at most 1,500 rows, evenly spaced; 1 where every group is a single point."""
    from sklearn.metrics import silhouette_score

    some = np.unique(np.linspace(0, len(points) - 1, _MEASURED_ON).astype(np.int64))
    part, mine = points[some], groups[some]
    k = len(np.unique(mine))
    if len(np.unique(np.column_stack([part, mine]), axis=0)) == k:
        return 1.0
    return round(float(silhouette_score(part, mine)), _DECIMALS) if 1 < k < len(part) else 0.0
