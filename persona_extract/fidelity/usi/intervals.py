"""What the scores of the User-Sim Index can bear: intervals, and what people score on themselves.

Dice of means falls with every bit of noise in either mean, so a score is only readable beside the
one that the reference reaches against itself at the same numbers of conversations (the
self-ceiling). Everything here is a product of resample counts with sums of features.

What is drawn are users, with all their conversations, where a user is known to have several, else
conversations. Tasks are not drawn: both sides play the same fixed ones, and the statements are
about further conversations on them. Batches are drawn each by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = (0.025, 0.975)
MOST_UNITS = 2000
"""Of more units, blocks are drawn into which chance has put them: the spread of means is the same,
and the work does not grow."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One human batch or one simulator's run.

    Attributes:
        values: features, shape (conversations, features), columns in the order of `Parts`.
        units: the number of the user or conversation that each row belongs to, 0 to U - 1.
    """

    values: Floats
    units: Ints

    def __len__(self) -> int:
        return len(self.values)


Batches = Sequence[Batch]
Parts = Sequence[slice]
"""Columns of each dimension, D1 to D4."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of R resamples, or of the data themselves (R = 1).

    Attributes:
        dimensions: D1 to D4 and their mean, 0 to 100, shape (R, 5).
        dice: per feature, 0 to 1, shape (R, features).
    """

    dimensions: Floats
    dice: Floats


def score(reference: Sequence[Floats], candidate: Sequence[Floats], parts: Parts) -> Scores:
    """Scores of means, each of shape (R, features): every pair of batches, then their mean."""
    pairs = [_dice(human, run) for human in reference for run in candidate]
    by_pair = [np.stack([100 * d[:, part].mean(axis=1) for part in parts], axis=1) for d in pairs]
    four = np.mean(by_pair, axis=0)
    whole = four.mean(axis=1, keepdims=True)
    return Scores(np.concatenate([four, whole], axis=1), np.mean(pairs, axis=0))


def means(batches: Batches) -> list[Floats]:
    """Mean over the conversations of each batch, shape (1, features)."""
    return [batch.values.mean(axis=0, keepdims=True) for batch in batches]


def draw_means(
    batches: Batches, rng: np.random.Generator, draws: int, sizes: Sequence[int] | None = None
) -> list[Floats]:
    """Means of resamples of each batch, shape (draws, features), drawn with replacement.

    Args:
        batches: what is drawn from.
        rng: the source of chance.
        draws: number of resamples.
        sizes: about how many conversations a resample has (units are drawn in proportion);
            as many as the batch unless given.
    """
    wanted = sizes or [len(batch) for batch in batches]
    return [_draw(batch, n, rng, draws) for batch, n in zip(batches, wanted, strict=True)]


def self_scores(
    reference: Batches,
    sizes: tuple[Sequence[int], Sequence[int]],
    parts: Parts,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Scores, Scores]:
    """The reference against itself, twice: two candidates that are drawn from the reference.

    Args:
        reference: all batches are pooled; both sides are drawn from the pool, independently.
        sizes: conversations of each reference batch and of each candidate run.
        parts: columns of each dimension.
        rng: the source of chance.
        draws: number of resamples.

    Returns:
        Scores of both against the same resample of the reference: their mean is the self-ceiling,
        their difference what two equally good candidates differ by.
    """
    pool = pooled(reference)
    people, one, other = (
        draw_means([pool] * len(side), rng, draws, side) for side in (sizes[0], sizes[1], sizes[1])
    )
    return score(people, one, parts), score(people, other, parts)


def pooled(batches: Batches) -> Batch:
    """All batches as one; units stay apart."""
    shifts = np.cumsum([0, *[int(batch.units.max()) + 1 for batch in batches[:-1]]])
    units = [batch.units + shift for batch, shift in zip(batches, shifts, strict=True)]
    return Batch(np.concatenate([batch.values for batch in batches]), np.concatenate(units))


def bounds(draws: Floats, value: float) -> tuple[float, float]:
    """The 95 % percentile interval, widened to hold the value itself.

    It covers the score to be expected at these numbers of conversations (0.92 to 0.98 of such
    intervals do, measured by resampling recorded simulators), not the one of endless data. A set
    against its copy scores 100, above every resample: hence the widening.
    """
    low, high = np.quantile(draws, LEVEL)
    return min(float(low), value), max(float(high), value)


def _draw(batch: Batch, n: int, rng: np.random.Generator, draws: int) -> Floats:
    units = _blocks(batch.units, rng)
    n_units = int(units.max()) + 1
    sizes = np.bincount(units, minlength=n_units).astype(np.float64)
    sums = np.zeros((n_units, batch.values.shape[1]))
    np.add.at(sums, units, batch.values)
    drawn = max(1, round(n_units * n / len(batch)))
    counts = rng.multinomial(drawn, np.full(n_units, 1 / n_units), size=draws).astype(np.float64)
    return (counts @ sums) / (counts @ sizes)[:, None]


def _blocks(units: Ints, rng: np.random.Generator) -> Ints:
    n_units = int(units.max()) + 1
    if n_units <= MOST_UNITS:
        return units
    return (rng.permutation(n_units) % MOST_UNITS)[units]


def _dice(one: Floats, other: Floats) -> Floats:
    """2 min / sum of the absolute values, 1 where both are 0."""
    one, other = np.abs(one), np.abs(other)
    total = one + other
    shared = 2 * np.minimum(one, other) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, shared, 1.0)
