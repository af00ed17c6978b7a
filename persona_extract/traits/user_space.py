"""Users as points: the directions in which they differ together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from persona_extract.traits.space import Floats

_SHUFFLES = 10
_QUANTILE = 0.95
_MOST_COMPONENTS = 32
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class UserSpace:
    """Users as points.

    Attributes:
        points: float64 (n, r), on the r principal components that are above chance, each
            scaled to the square root of its standard deviation, so that many dimensions that say
            the same do not outvote few that say something else. r may be 0.
        variance: share of the whole variance that each component has.
    """

    points: Floats
    variance: tuple[float, ...]


def user_space(matrix: Floats, rng: np.random.Generator) -> UserSpace:
    """Points of users. A component counts if it is larger than in 95 % of tables in which every
    column was shuffled by itself (parallel analysis, Horn 1965)."""
    n, d = matrix.shape
    if n < 2 or d == 0:
        return UserSpace(np.zeros((n, 0)), ())
    centred = matrix - matrix.mean(axis=0)
    values, axes = _principal(centred)
    chance = np.array([_principal(rng.permuted(centred, axis=0))[0] for _ in range(_SHUFFLES)])
    above = (values > np.quantile(chance, _QUANTILE, axis=0)) & (values > 1e-9)
    r = int(above.cumprod().sum())
    scores = (centred @ axes[:, :r]) / np.maximum(values[:r], 1e-12) ** 0.25
    shares = values[:r] / max(float((centred**2).sum()) / n, 1e-12)
    return UserSpace(
        np.asarray(np.round(scores, _DECIMALS) + 0.0, dtype=np.float64),
        tuple(round(float(share), 4) for share in shares),
    )


def _principal(centred: Floats) -> tuple[Floats, Floats]:
    """Variances and axes of the principal components, the largest first; signs are fixed."""
    values, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    most = min(len(values), len(centred) - 1, _MOST_COMPONENTS)
    values, axes = values[::-1][:most], axes[:, ::-1][:, :most]
    peaks = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return values, np.asarray(axes * np.where(peaks < 0, -1.0, 1.0), dtype=np.float64)
