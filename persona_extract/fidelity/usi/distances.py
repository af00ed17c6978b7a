"""How far two distributions of a feature lie apart. Dice compares means only: a simulator whose
conversations are all alike can have the mean of people who all differ, and score 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACT = 10
"""Up to so many distinct values each is a bin of its own."""
BINS = 10
"""Else: one bin for zero, and bins at the quantiles of what both sides hold beside it."""

_FLOOR_DRAWS = 200
_AT_ONCE = 4_000_000  # weights of the floor's resamples, which get fewer for large sets


@dataclass(frozen=True, slots=True)
class Distances:
    """Per feature, shape (features,), and the means that the reference has to itself.

    Attributes:
        js: Jensen-Shannon distance (root of the divergence in bits), 0 alike to 1 apart.
        wasserstein: earth mover's distance in standard deviations of the reference.
        js_floor: mean of `js` over features between two resamples of the reference.
        wasserstein_floor: the same for `wasserstein`.
    """

    js: Floats
    wasserstein: Floats
    js_floor: float
    wasserstein_floor: float


def distances(reference: Floats, candidate: Floats, rng: np.random.Generator) -> Distances:
    """Distances of every column of two matrices of shape (conversations, features).

    The floor is drawn from the reference with as many conversations a side as there are.
    """
    n, m = len(reference), len(candidate)
    both = np.concatenate([reference, candidate])
    sides = np.zeros((1, n + m)), np.zeros((1, n + m))
    sides[0][:, :n], sides[1][:, n:] = 1 / n, 1 / m
    drawn = _resamples(n, m, rng)
    js: list[float] = []
    moved: list[float] = []
    floors: list[tuple[float, float]] = []
    for column, people in zip(both.T, reference.T, strict=True):
        codes, spread = bins(column), _spread(people, column)
        js.append(float(_js(*sides, codes)[0]))
        moved.append(float(_wasserstein(*sides, column)[0] / spread))
        own = _js(*drawn, codes).mean(), _wasserstein(*drawn, column).mean() / spread
        floors.append((float(own[0]), float(own[1])))
    low = np.mean(floors, axis=0)
    return Distances(np.array(js), np.array(moved), float(low[0]), float(low[1]))


def bins(values: Floats) -> Ints:
    """The number of the bin that each value falls into, 0 to K - 1, see `EXACT` and `BINS`."""
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) <= EXACT:
        return codes.astype(np.int64)
    beside = values[values != 0]
    edges = np.unique(np.quantile(beside, np.arange(1, BINS) / BINS))
    found = 1 + np.searchsorted(edges, values, side="right")
    found[values == 0] = 0
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def _resamples(n: int, m: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Weights of two resamples of the n rows of the reference; the candidate's m weigh nothing."""
    draws = int(np.clip(_AT_ONCE // (n + m), 20, _FLOOR_DRAWS))
    even = np.full(n, 1 / n)
    one, other = np.zeros((draws, n + m)), np.zeros((draws, n + m))
    one[:, :n] = rng.multinomial(n, even, size=draws) / n
    other[:, :n] = rng.multinomial(m, even, size=draws) / m
    return one, other


def _spread(reference: Floats, both: Floats) -> float:
    """Standard deviation of the reference; of both together if the reference never varies."""
    return float(reference.std()) or float(both.std()) or 1.0


def _js(one: Floats, other: Floats, codes: Ints) -> Floats:
    """Distances of R pairs of weightings of shape (R, values) over bins, shape (R,)."""
    at = np.eye(int(codes.max()) + 1)[codes]
    p, q = one @ at, other @ at
    middle = (p + q) / 2
    divergence = (_bits(p, middle) + _bits(q, middle)).sum(axis=1) / 2
    return np.sqrt(np.clip(divergence, 0, 1))


def _bits(p: Floats, q: Floats) -> Floats:
    """p log2(p / q), 0 where p is."""
    there = p > 0
    return np.where(there, p * np.log2(np.where(there, p, 1.0) / np.where(there, q, 1.0)), 0.0)


def _wasserstein(one: Floats, other: Floats, values: Floats) -> Floats:
    """Area between two cumulative distributions, for R pairs of weightings, shape (R,)."""
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order])
    apart = np.abs(np.cumsum((one - other)[:, order], axis=1)[:, :-1])
    return apart @ steps
