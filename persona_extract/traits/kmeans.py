"""Weighted k-means that starts from a Ward tree: no randomness, and one tree for every k.

Sources: Lloyd, "Least squares quantization in PCM", 1982; Ward, "Hierarchical grouping to optimize
an objective function", JASA 1963; as a start for k-means: Milligan, "An examination of the effect
of six types of error perturbation on fifteen clustering algorithms", Psychometrika 1980.
"""

# scipy ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

import numpy as np

from persona_extract.traits.space import Floats, Ints

_ROUNDS = 12
_FAR = 1e6


def ward(points: Floats) -> Floats:
    """The tree (scipy's linkage, (n - 1, 4)) of at least two points. Memory and time grow with
    n squared: 0.3 s for 3,000."""
    from scipy.cluster.hierarchy import linkage

    return np.asarray(linkage(points, "ward"), dtype=np.float64)


def branches(tree: Floats, k: int) -> Ints:
    """The k branches (fewer where distances tie) of a tree: group of each point, 0-based."""
    from scipy.cluster.hierarchy import fcluster

    return np.asarray(fcluster(tree, k, "maxclust"), dtype=np.int64) - 1


def settled(points: Floats, weights: Floats, groups: Ints) -> tuple[Ints, Floats]:
    """Groups after at most 12 rounds of Lloyd from the given ones, and their centres (k, d).

    A group that loses all its points stays empty: its centre is then nobody's nearest.
    """
    k = int(groups.max()) + 1
    for _ in range(_ROUNDS):
        middles = centres(points, weights, groups, k)
        moved = nearest(points, middles)
        if np.array_equal(moved, groups):
            break
        groups = moved
    return groups, centres(points, weights, groups, k)


def centres(points: Floats, weights: Floats, groups: Ints, k: int) -> Floats:
    """Weighted means (k, d); far away for a group without points."""
    order = np.argsort(groups, kind="stable")
    used, starts = np.unique(groups[order], return_index=True)
    total = np.add.reduceat(weights[order], starts)
    sums = np.add.reduceat(points[order] * weights[order, None], starts)
    found = np.full((k, points.shape[1]), _FAR)
    found[used] = sums / total[:, None]
    return found


def nearest(points: Floats, middles: Floats) -> Ints:
    """The nearest centre of each point, the first one of equally near."""
    lengths = (middles**2).sum(axis=1)[None, :]
    found = np.zeros(len(points), dtype=np.int64)
    for start in range(0, len(points), 8_192):
        part = slice(start, start + 8_192)
        found[part] = (lengths - 2 * points[part] @ middles.T).argmin(axis=1)
    return found
