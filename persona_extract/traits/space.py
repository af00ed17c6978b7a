"""Vectors on their principal components: where the clustering takes place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPONENTS = 32
DECIMALS = 5
"""Points are rounded, so that the bytes do not depend on the machine's arithmetic libraries."""

_BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class Space:
    """Rows as points.

    Attributes:
        points: float64 (n, at most 32), of length 1, or 0 for rows at the centre.
        plane: float64 (n, 2), the first two components before that.
    """

    points: Floats
    plane: Floats


def space(vectors: NDArray[np.float32], chosen: Ints) -> Space:
    """All rows on the principal components of the chosen ones.

    The sign of a component is fixed by its largest loading. Works in blocks: memory beyond the
    input is that of the result.
    """
    centre, axes = _axes(vectors[chosen].astype(np.float64))
    points = np.zeros((len(vectors), axes.shape[1]))
    plane = np.zeros((len(vectors), 2))
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        scores = (vectors[part].astype(np.float64) - centre) @ axes
        plane[part, : min(2, scores.shape[1])] = scores[:, :2]
        points[part] = unit_rows(scores)
    return Space(np.round(points, DECIMALS) + 0.0, np.round(plane, DECIMALS) + 0.0)


def apart(rows: Floats, middles: Floats) -> Floats:
    """Distance of each row from the middle beside it (or the only one), rounded."""
    away = np.linalg.norm(rows - middles, axis=-1)
    return np.asarray(np.round(away, DECIMALS), dtype=np.float64)


def unit_rows(rows: Floats) -> Floats:
    """Rows divided by their length; rows of (nearly) no length become 0."""
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(sizes > 1e-9, rows / np.maximum(sizes, 1e-9), 0.0)


def _axes(chosen: Floats) -> tuple[Floats, Floats]:
    centre = chosen.mean(axis=0)
    part = chosen - centre
    _, axes = np.linalg.eigh(part.T @ part)
    axes = axes[:, ::-1][:, :COMPONENTS]
    peaks = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return centre, np.asarray(axes * np.where(peaks < 0, -1.0, 1.0), dtype=np.float64)
