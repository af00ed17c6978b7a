"""Resampling of samples: whole people or tasks with replacement, and random parts of the people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.samples import Floats, Ints, Sample, rounded
from persona_extract.records.results import Interval

CELLS = 200
"""Steps in which the integral over a distribution is taken, from people's least to their most."""


@dataclass(frozen=True, slots=True)
class Curves:
    """One column under several resamplings: mean and sd (draws,), distribution (draws, cells)."""

    mean: Floats
    sd: Floats
    below: Floats


def draw_units(sample: Sample, draws: int, rng: np.random.Generator) -> Floats:
    """How often each unit is drawn, shape (1 + draws, units); the first row is the sample."""
    counts = np.ones((draws + 1, len(sample.units)))
    for stratum in np.unique(sample.stratum):
        own = np.flatnonzero(sample.stratum == stratum)
        even = np.full(own.size, 1 / own.size)
        counts[1:, own] = rng.multinomial(own.size, even, size=draws)
    return counts


def draw_parts(
    sample: Sample, conversations: int, parts: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Random parts of the people and, for each, everything of the people who are not in it.

    A part has about so many conversations, evenly from all strata and from as many people as can
    be, but from no more than half of those of a stratum.

    Returns:
        Two arrays of weights of conversations, shape (parts, conversations).
    """
    inside, others = np.zeros((parts, sample.unit.size)), np.zeros((parts, sample.unit.size))
    strata = [np.flatnonzero(sample.stratum == each) for each in np.unique(sample.stratum)]
    wanted = conversations / len(strata)
    for row, rest in zip(inside, others, strict=True):
        rest[:] = sample.weight
        for units in strata:
            m = min(math.ceil(wanted), units.size // 2)
            chosen = np.isin(sample.unit, rng.choice(units, m, replace=False))
            rest[chosen] = 0
            taken = _some_of_each(sample.unit, np.flatnonzero(chosen), wanted, rng)
            row[taken] = 1 / max(taken.size, 1)
    return inside, others


def curves(sample: Sample, column: str, edges: Floats, counts: Floats) -> Curves:
    """Mean, spread and distribution of a column under each row of `counts`.

    Args:
        edges: cuts at which the distribution is read, rising.
        counts: how often each unit is there, shape (draws, units).
    """
    values, there = sample.column(column), ~np.isnan(sample.column(column))
    x, w, unit = values[there], sample.weight[there, None], sample.unit[there]
    moments = _by_unit(unit, w * _moments(x), len(sample.units))
    return _curves(
        counts @ moments, counts @ _by_unit(unit, w * _below(x, edges), len(sample.units))
    )


def curves_of(sample: Sample, column: str, edges: Floats, weights: Floats) -> Curves:
    """The same with a weight a conversation, shape (draws, conversations)."""
    values, there = sample.column(column), ~np.isnan(sample.column(column))
    x, w = values[there], weights[:, there]
    cell = np.searchsorted(edges, x, side="left")
    held = [np.bincount(cell, row, minlength=edges.size + 1)[:-1] for row in w]
    moments = np.stack([w.sum(axis=1), (w * x).sum(axis=1), (w * x * x).sum(axis=1)], axis=1)
    return _curves(moments, np.cumsum(np.stack(held), axis=1, dtype=np.float64))


def edges_of(sample: Sample, column: str) -> Floats:
    """Middles of `CELLS` equal steps from the least to the greatest value."""
    values = sample.column(column)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return low + (high - low) * (np.arange(CELLS) + 0.5) / CELLS


def turn_share(sample: Sample, column: str, counts: Floats) -> Floats:
    """Mean over turns of a column that every turn defines, under each row of `counts`."""
    sums = np.column_stack([sample.turns * sample.column(column), sample.turns])
    totals = counts @ _by_unit(sample.unit, sums, len(sample.units))
    return totals[:, 0] / totals[:, 1]


def interval_of(draws: Floats) -> Interval:
    """The first draw, which is the sample itself, and 2.5 % and 97.5 % of the others."""
    others = draws[1:][np.isfinite(draws[1:])]
    low, high = np.quantile(others, [0.025, 0.975]) if others.size else (np.nan, np.nan)
    return Interval(value=rounded(draws[0]), low=rounded(low), high=rounded(high))


def _some_of_each(unit: Ints, rows: Ints, wanted: float, rng: np.random.Generator) -> Ints:
    """About `wanted` of the rows, the first of every unit before the second of any."""
    shuffled = rng.permutation(rows)
    shuffled = shuffled[np.argsort(unit[shuffled], kind="stable")]
    starts = np.diff(unit[shuffled], prepend=-1) != 0
    at = np.arange(shuffled.size)
    rank = at - np.maximum.accumulate(np.where(starts, at, 0))
    return shuffled[np.argsort(rank, kind="stable")][: math.ceil(wanted)]


def _moments(x: Floats) -> Floats:
    return np.column_stack([np.ones_like(x), x, x * x])


def _below(x: Floats, edges: Floats) -> Floats:
    return (x[:, None] <= edges).astype(np.float64)


def _curves(moments: Floats, below: Floats) -> Curves:
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, square = moments[:, 1] / moments[:, 0], moments[:, 2] / moments[:, 0]
        share = np.clip(below / moments[:, :1], 0, 1)
        return Curves(mean, np.sqrt(np.maximum(square - mean**2, 0)), share)


def _by_unit(unit: Ints, values: Floats, n_units: int) -> Floats:
    """Sums of rows by unit, shape (units, columns); `unit` does not decrease."""
    sums = np.zeros((n_units, values.shape[1]))
    if unit.size:
        starts = np.flatnonzero(np.diff(unit, prepend=-1))
        sums[unit[starts]] = np.add.reduceat(values, starts, axis=0)
    return sums
