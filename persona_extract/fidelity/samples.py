"""Conversations of one side as a matrix, and what resampling does to means and distributions.

The unit of analysis is one conversation, on both sides: a person's mean over many conversations
varies less than one conversation does, so that comparing means of people with single simulated
conversations would call any simulator too varied. People are weighted so that every person counts
the same within a source and every source the same: a random conversation of a random person.
Candidates' conversations all count the same. Resampling draws people, or tasks, whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.records.meters import Spread
from persona_extract.records.results import Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Resampled = Literal["task", "user", "conversation"]

CELLS = 200
"""Steps in which the integral over a distribution is taken, from people's least to their most."""

DIGITS = 6
KEYS = ("source", "unit", "n_turns")
_QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)


@dataclass(frozen=True, slots=True)
class Sample:
    """Conversations of one side.

    Attributes:
        name: of the side.
        resampled: what a unit is.
        columns: dimensions, and shares of turns.
        values: shape (conversations, columns); NaN where no turn defines the dimension.
        turns: user turns of each conversation.
        weight: of each conversation, summing to 1.
        unit: of each conversation, an index into `units`; not decreasing.
        units: names of the units.
        stratum: of each unit; units are drawn within their stratum.
    """

    name: str
    resampled: Resampled
    columns: tuple[str, ...]
    values: Floats
    turns: Floats
    weight: Floats
    unit: Ints
    units: tuple[str, ...]
    stratum: Ints

    def column(self, name: str) -> Floats:
        """Values of one column."""
        return self.values[:, self.columns.index(name)]


@dataclass(frozen=True, slots=True)
class Curves:
    """One column under several resamplings: mean and sd (draws,), distribution (draws, cells)."""

    mean: Floats
    sd: Floats
    below: Floats


def as_sample(
    name: str, conversations: pl.DataFrame, resampled: Resampled, *, people: bool
) -> Sample:
    """Lays conversations out.

    Args:
        name: of the side.
        conversations: source, unit, n_turns and one Float64 column a dimension; null or NaN where
            it is not defined. A unit is of one source.
        resampled: what a unit is.
        people: whether every unit counts the same within its source, and every source the same;
            else every conversation does.
    """
    ordered = conversations.sort("source", "unit", maintain_order=True)
    columns = tuple(column for column in ordered.columns if column not in KEYS)
    units = ordered.select("source", "unit").unique(maintain_order=True)
    named = ordered.select("source", "unit").join(
        units.with_row_index("at"), on=["source", "unit"], maintain_order="left"
    )
    unit = named["at"].to_numpy().astype(np.int64)
    stratum = units["source"].rle_id().to_numpy().astype(np.int64)
    return Sample(
        name=name,
        resampled=resampled,
        columns=columns,
        values=ordered.select(pl.col(columns).cast(pl.Float64).fill_null(np.nan)).to_numpy(),
        turns=ordered["n_turns"].to_numpy().astype(np.float64),
        weight=_weights(unit, stratum) if people else np.full(unit.size, 1 / max(unit.size, 1)),
        unit=unit,
        units=tuple(units["unit"].to_list()),
        stratum=stratum if people else np.zeros(len(units), dtype=np.int64),
    )


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
    return _curves(moments, np.cumsum(np.stack(held), axis=1))


def edges_of(sample: Sample, column: str) -> Floats:
    """Middles of `CELLS` equal steps from the least to the greatest value."""
    values = sample.column(column)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return low + (high - low) * (np.arange(CELLS) + 0.5) / CELLS


def defined(sample: Sample, column: str) -> int:
    """Conversations on which a column is defined."""
    return int((~np.isnan(sample.column(column))).sum()) if column in sample.columns else 0


def spread_of(sample: Sample, column: str) -> Spread:
    """Weighted mean, standard deviation and quantiles (the least value that so much weight does
    not exceed)."""
    values = sample.column(column)
    there = ~np.isnan(values)
    x, w = values[there], sample.weight[there] / sample.weight[there].sum()
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(w[order])
    at = np.minimum(np.searchsorted(reached, np.array(_QUANTILES) - 1e-12), x.size - 1)
    mean = float(w @ x)
    quantiles = [round(float(q), DIGITS) for q in x[order][at]]
    names = ("q10", "q25", "q50", "q75", "q90")
    sd = float(np.sqrt(max(w @ (x - mean) ** 2, 0.0)))
    return Spread(
        n=int(x.size),
        mean=round(mean, DIGITS),
        sd=round(sd, DIGITS),
        **dict(zip(names, quantiles, strict=True)),
    )


def users_sd(sample: Sample, column: str) -> float | None:
    """Standard deviation of means of units that have at least two conversations each; None where
    fewer than two have."""
    values = sample.column(column)
    there = ~np.isnan(values)
    n = np.bincount(sample.unit[there], minlength=len(sample.units))
    total = np.bincount(sample.unit[there], values[there], minlength=len(sample.units))
    several = n >= 2
    if several.sum() < 2:
        return None
    return round(float(np.std(total[several] / n[several], ddof=1)), DIGITS)


def turn_share(sample: Sample, column: str, counts: Floats) -> Floats:
    """Mean over turns of a column that every turn defines, under each row of `counts`."""
    sums = np.column_stack([sample.turns * sample.column(column), sample.turns])
    totals = counts @ _by_unit(sample.unit, sums, len(sample.units))
    return totals[:, 0] / totals[:, 1]


def interval_of(draws: Floats) -> Interval:
    """The first draw, which is the sample itself, and 2.5 % and 97.5 % of the others."""
    others = draws[1:][np.isfinite(draws[1:])]
    low, high = np.quantile(others, [0.025, 0.975]) if others.size else (np.nan, np.nan)
    return Interval(
        value=rounded(draws[0]), low=rounded(low), high=rounded(high)
    )


def rounded(value: float | np.floating) -> float:
    """To `DIGITS` decimals; zero has no sign."""
    return round(float(value), DIGITS) + 0.0


def join_columns(samples: Sequence[Sample]) -> tuple[str, ...]:
    """Columns that all have."""
    return tuple(c for c in samples[0].columns if all(c in s.columns for s in samples))


def _weights(unit: Ints, stratum: Ints) -> Floats:
    conversations = np.bincount(unit)
    units = np.bincount(stratum)
    return 1 / (units.size * units[stratum[unit]] * conversations[unit])


def _some_of_each(
    unit: Ints, rows: Ints, wanted: float, rng: np.random.Generator
) -> Ints:
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
