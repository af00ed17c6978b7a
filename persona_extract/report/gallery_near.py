# pyright: reportMissingTypeStubs=false
# (threadpoolctl has none)
"""Who is like whom, and where everybody lies on a map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_extract.dimensions.protocol import Side
from persona_extract.report.gallery_people import People, Table
from persona_extract.traits.mark_words import words_of

_FEWEST = 3  # profiles that a map needs
_WORDS = 2  # for each end of it

_BLOCK = 512
"""Profiles whose distances to all others are held at a time."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Positions of other profiles with their distances: the nearest first, the farthest first."""

    nearest: tuple[tuple[int, float], ...]
    farthest: tuple[tuple[int, float], ...]


def neighbours(people: People, most: int) -> Iterator[Neighbours]:
    """For each profile those that are most and least like it.

    The distance is the root of the mean squared difference of deviations, each weighing as much as
    both readings are reliable; profiles that share no reliable reading have none. On one thread:
    sums of several come out in another order and differ in the last bits.
    """
    from threadpoolctl import threadpool_limits

    x, w = people.deviations, people.weights
    wx, wxx = w * x, w * x * x
    for start in range(0, len(x), _BLOCK):
        rows = slice(start, start + _BLOCK)
        with threadpool_limits(limits=1):
            squares = wxx[rows] @ w.T + w[rows] @ wxx.T - 2 * (wx[rows] @ wx.T)
            shared = w[rows] @ w.T
        known = shared > 1e-9
        mean = np.divide(squares, shared, out=np.full_like(squares, np.nan), where=known)
        distances = np.sqrt(np.clip(mean, 0, None)).round(4)
        for at, row in enumerate(distances, start):
            yield _ends(row, at, most)


@dataclass(frozen=True, slots=True)
class Atlas:
    """Where each profile lies on a map of 1000 x 1000, or (-1, -1), and in words what its ends
    stand for: "left", "right", "top" and "bottom"; no words where there is no map."""

    places: list[tuple[int, int]]
    ends: dict[str, str]


def draw_atlas(people: People) -> Atlas:
    """The map of the two directions in which reliable deviations differ most (principal
    components). Profiles without readings are not on it."""
    from threadpoolctl import threadpool_limits

    x = people.deviations * people.weights
    read: NDArray[np.bool_] = np.asarray(people.weights.any(axis=1), dtype=np.bool_)
    if read.sum() < _FEWEST or len(people.personal) < 2:
        return Atlas([(-1, -1)] * len(x), {})
    centred = x - x[read].mean(axis=0)
    with threadpool_limits(limits=1):
        axes = np.linalg.eigh(centred[read].T @ centred[read])[1][:, ::-1][:, :2]
        axes *= np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
        flat = centred @ axes
    places = [
        (int(a), int(b)) if seen else (-1, -1)
        for (a, b), seen in zip(_spread(flat, read), read, strict=True)
    ]
    across, down = (_end_words(people, axes[:, i]) for i in range(2))
    ends = {"left": across[0], "right": across[1], "top": down[0], "bottom": down[1]}
    return Atlas(places, ends)


def _end_words(people: People, axis: NDArray[np.float64]) -> tuple[str, str]:
    """Words for the low and the high end of a direction: those of the dimensions that lie along it
    most."""
    low: list[str] = []
    high: list[str] = []
    order: list[int] = np.argsort(-np.abs(axis), kind="stable").tolist()
    for at in order:
        name = people.dimensions[people.personal[at]]
        sides: tuple[Side, Side] = ("low", "high") if axis[at] > 0 else ("high", "low")
        for ends, side in zip((low, high), sides, strict=True):
            word = words_of(name, side)
            if word and word not in ends and len(ends) < _WORDS:
                ends.append(word)
    return ", ".join(low), ", ".join(high)


def _spread(flat: Table, read: NDArray[np.bool_]) -> Table:
    """Places from 20 to 980; far ones are drawn in, so that the many in the middle have room."""
    scale = np.quantile(np.abs(flat[read]), 0.9, axis=0)
    bent = np.arctan(flat / np.where(scale > 0, scale, 1) * 1.2)
    low, high = bent[read].min(axis=0), bent[read].max(axis=0)
    wide = np.where(high > low, high - low, 1.0)
    return np.asarray(np.round(20 + 960 * (bent - low) / wide), dtype=np.float64)


def _ends(row: NDArray[np.float64], own: int, most: int) -> Neighbours:
    known = ~np.isnan(row)
    known[own] = False
    order: list[int] = [i for i in np.argsort(row, kind="stable").tolist() if known[i]]
    near = [(i, float(row[i])) for i in order[:most]]
    far = [(i, float(row[i])) for i in order[most:][::-1][:most]]
    return Neighbours(tuple(near), tuple(far))
