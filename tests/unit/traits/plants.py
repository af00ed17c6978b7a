"""Made-up vectors with clusters of which it is known who belongs to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from persona_extract.traits.stability import Shown


def planted(
    n: int, k: int, cosine: float = 0.5, noise: float = 0.0, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, 384) unit vectors and the cluster of each, -1 for noise."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(k, 384))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    group = rng.integers(0, k, n)
    group[rng.random(n) < noise] = -1
    vectors = rng.normal(size=(n, 384)) * np.sqrt((1 / cosine - 1) / 384)
    vectors[group >= 0] += middles[group[group >= 0]]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), group


def cloud(n: int, d: int, slope: float = 0.0, seed: int = 0) -> NDArray[np.float32]:
    """One cloud of points without clusters; elongated if the slope is not 0."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, d)) * (1 / np.arange(1, d + 1)) ** slope
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def by_users(n: int, n_users: int, seed: int = 1) -> Shown:
    """Every row shown by one of so many users."""
    users = np.random.default_rng(seed).integers(0, n_users, n)
    return Shown(np.arange(n), users.astype(np.int64))
