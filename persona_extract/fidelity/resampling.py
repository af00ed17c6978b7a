"""Intervals by resampling users, who are the independent units: cases of one user are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_extract.records.results import Interval

DRAWS = 2000
DIGITS = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """Bootstrap samples of users: how often each is drawn, shape (draws, users).

    One `Draws` serves every estimate of a stratum, so that differences between arms are paired.
    """

    counts: Floats

    def interval(self, values: Floats) -> Interval:
        """Mean of one value a user with its 95 % percentile interval; NaN users do not count."""
        there = ~np.isnan(values)
        weights = self.counts * there
        total = weights.sum(axis=1)
        means = (weights @ np.where(there, values, 0.0))[total > 0] / total[total > 0]
        low, high = np.quantile(means, [0.025, 0.975])
        mean = float(values[there].mean())
        return Interval(
            value=round(mean, DIGITS),
            low=round(float(low), DIGITS),
            high=round(float(high), DIGITS),
        )


def draw_users(n_users: int, *, seed: int) -> Draws:
    """Samples of `n_users` users with replacement."""
    rng = np.random.default_rng(seed)
    even = np.full(n_users, 1 / n_users)
    return Draws(rng.multinomial(n_users, even, size=DRAWS).astype(np.float64))
