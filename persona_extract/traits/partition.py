"""Vectors into groups: k-means with a number of groups chosen by a stated criterion."""

# scikit-learn ships no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from persona_extract.records.settings import ClusterSettings

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

Floats = NDArray[np.float64]

_COMPONENTS = 32
_STARTS = 4
_PER_GROUP = 4  # distinct texts that a group needs on average
_TRIED_ON = 2_000
_REFITS = 4
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows in groups.

    Attributes:
        groups: int64 (n,), 0-based, in no order that means something.
        distances: float64 (n,), from the centre of the group.
        plane: float64 (n, 2), first two principal components.
        criterion: (number of groups, mean silhouette) of each number tried.
        stability: mean adjusted Rand index over pairs of refits on random four fifths.
    """

    groups: NDArray[np.int64]
    distances: Floats
    plane: Floats
    criterion: tuple[tuple[int, float], ...]
    stability: float | None


def partition(
    vectors: NDArray[np.float32], weights: Floats, settings: ClusterSettings, *, seed: int
) -> Partition:
    """Groups of similar rows by weighted k-means (Lloyd) on at most `settings.sample` rows; the
    others go to the nearest centre.

    The number of groups has the best mean silhouette (Rousseeuw 1987) between `min_clusters` and
    `max_clusters`, measured on at most 2,000 rows; fewer than 4 distinct rows a group are not
    split further. Stability (Hennig 2007) is reported, not optimised: it favours few groups.

    Args:
        vectors: (n, d), sorted by something that does not depend on the input's order.
        weights: (n,), positive.
        settings: range of the number of groups, sample.
        seed: of the sample and of the starts.
    """
    from threadpoolctl import threadpool_limits

    if len(vectors) == 0:
        nothing = np.zeros(0, dtype=np.float64)
        return Partition(nothing.astype(np.int64), nothing, np.zeros((0, 2)), (), None)
    import_module("sklearn.cluster")  # the limit finds only libraries that are loaded
    with threadpool_limits(1):
        rng = np.random.default_rng(seed)
        chosen = _some(rng, len(vectors), settings.sample)
        points, plane = _components(vectors.astype(np.float64), chosen)
        criterion = _criterion(points[chosen], weights[chosen], settings, rng, seed)
        k = _best(criterion) if criterion else _few(points[chosen], settings)
        fitted = _fit(points[chosen], weights[chosen], k, seed)
        groups = np.asarray(fitted.predict(points), dtype=np.int64)
        distances = np.linalg.norm(points - fitted.cluster_centers_[groups], axis=1)
        stability = _stability(points[chosen], weights[chosen], k, rng, seed)
    return Partition(
        groups, np.round(distances, _DECIMALS), np.round(plane, _DECIMALS), criterion, stability
    )


def _some(rng: np.random.Generator, n: int, limit: int) -> NDArray[np.int64]:
    if n <= limit:
        return np.arange(n)
    return np.sort(rng.choice(n, limit, replace=False))


def _components(vectors: Floats, chosen: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Rows on the principal components of the chosen ones, made unit length again; and the first
    two before that. Signs are fixed by the largest loading."""
    centre = vectors[chosen].mean(axis=0)
    part = vectors[chosen] - centre
    _, axes = np.linalg.eigh(part.T @ part)
    axes = axes[:, ::-1][:, :_COMPONENTS]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1, 1)
    scores = (vectors - centre) @ axes
    plane = np.pad(scores, ((0, 0), (0, 2)))[:, :2]
    sizes = np.linalg.norm(scores, axis=1, keepdims=True)
    points = np.where(sizes > 1e-9, scores / np.maximum(sizes, 1e-9), 0.0)
    rounded = np.asarray(np.round(points, _DECIMALS) + 0.0, dtype=np.float64)
    return rounded, np.asarray(plane, dtype=np.float64)


def _few(points: Floats, settings: ClusterSettings) -> int:
    """Number of groups that so few rows allow."""
    distinct = len(np.unique(points, axis=0))
    return max(1, min(distinct, settings.min_clusters, distinct // _PER_GROUP))


def _criterion(
    points: Floats, weights: Floats, settings: ClusterSettings, rng: np.random.Generator, seed: int
) -> tuple[tuple[int, float], ...]:
    from sklearn.metrics import silhouette_score

    allowed = len(np.unique(points, axis=0)) // _PER_GROUP
    highest = min(max(settings.min_clusters, settings.max_clusters), allowed)
    tried = _some(rng, len(points), _TRIED_ON)
    scores: list[tuple[int, float]] = []
    for k in range(settings.min_clusters, highest + 1):
        groups = _fit(points, weights, k, seed).predict(points[tried])
        if len(np.unique(groups)) > 1:
            scores.append((k, round(float(silhouette_score(points[tried], groups)), 4)))
    return tuple(scores)


def _best(criterion: tuple[tuple[int, float], ...]) -> int:
    return max(criterion, key=lambda tried: (tried[1], -tried[0]))[0]


def _stability(
    points: Floats, weights: Floats, k: int, rng: np.random.Generator, seed: int
) -> float | None:
    from sklearn.metrics import adjusted_rand_score

    if k < 2:
        return None
    refits: list[NDArray[np.int64]] = []
    for _ in range(_REFITS):
        part = np.sort(rng.choice(len(points), len(points) * 4 // 5, replace=False))
        fitted = _fit(points[part], weights[part], k, seed)
        refits.append(np.asarray(fitted.predict(points), dtype=np.int64))
    pairs = combinations(refits, 2)
    return round(float(np.mean([adjusted_rand_score(a, b) for a, b in pairs])), 3)


def _fit(points: Floats, weights: Floats, k: int, seed: int) -> KMeans:
    from sklearn.cluster import KMeans as Fitted

    return Fitted(k, n_init=_STARTS, random_state=seed).fit(points, sample_weight=weights)
