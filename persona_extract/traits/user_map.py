"""Where users stand: on a map of two directions, and how well in their own group."""

from __future__ import annotations

import numpy as np

from persona_extract.traits.space import Floats, Ints

_REFERENCE = 2_000
_BLOCK = 512
_DECIMALS = 4


def place_users(points: Floats) -> tuple[Floats, tuple[float, float]]:
    """First two principal components. Signs are fixed by the largest loading.

    Args:
        points: (n, r).

    Returns:
        (n, 2) places, and the share of the users' variance that each of the directions shows.
    """
    n, r = points.shape
    plane = np.zeros((n, 2))
    centred = points - points.mean(axis=0) if n else points
    if n and r:
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
        peaks = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
        scores = centred @ (axes * np.where(peaks < 0, -1.0, 1.0))
        plane[:, : scores.shape[1]] = np.round(scores, _DECIMALS) + 0.0
    whole = max(float((centred**2).sum()), 1e-12)
    x, y = ((plane**2).sum(axis=0) / whole).tolist()
    return plane, (round(x, _DECIMALS), round(y, _DECIMALS))


def silhouettes(points: Floats, groups: Ints) -> Floats:
    """Silhouette (Rousseeuw 1987) of each user, -1 to 1; NaN for those in no group, and for all
    where there is only one. Held against at most 2,000 users, every so many-th."""
    n = len(points)
    reference = np.flatnonzero(groups >= 0)
    reference = reference[:: max(1, -(-len(reference) // _REFERENCE))]
    k = int(groups.max(initial=-1)) + 1
    found = np.full(n, np.nan)
    if k < 2:
        return found
    member = np.zeros((len(reference), k))
    member[np.arange(len(reference)), groups[reference]] = 1.0
    compared = np.isin(np.arange(n), reference).astype(np.int64)
    for start in range(0, n, _BLOCK):
        part = np.arange(start, min(start + _BLOCK, n))
        away = np.linalg.norm(points[part][:, None, :] - points[reference][None], axis=2)
        found[part] = _fits(away @ member, member.sum(axis=0), groups[part], compared[part])
    return np.asarray(np.round(found, _DECIMALS) + 0.0, dtype=np.float64)


def _fits(sums: Floats, sizes: Floats, groups: Ints, compared: Ints) -> Floats:
    """Silhouettes from the sums of distances to each group; who is compared is left out of their
    own group's."""
    inside = groups >= 0
    rows, own = np.arange(len(groups)), np.where(inside, groups, 0)
    others = sizes[own] - compared
    mine = sums[rows, own] / np.maximum(others, 1)
    means = sums / np.maximum(sizes, 1)
    means[:, sizes == 0] = np.inf
    means[rows, own] = np.inf
    near = means.min(axis=1)
    fits = (near - mine) / np.maximum(np.maximum(near, mine), 1e-12)
    return np.where(inside, np.where(others > 0, fits, 0.0), np.nan)
