"""How much is drawn, from which seed, and how what is drawn is written down."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from persona_extract.fidelity.usi import intervals
from persona_extract.fidelity.usi.intervals import Floats
from persona_extract.fidelity.usi.scores import FEATURES
from persona_extract.records.usi import Bounds

RESAMPLES = 1000
PERMUTATIONS = 200
FOUR = "USI_D1_D4"
DIMENSIONS = (*FEATURES, FOUR)
"""Names of the columns of `intervals.Scores.dimensions`."""

REFERENCE, CANDIDATE, TASKS, CEILING, FLOOR = range(5)
"""Streams of chance."""

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Drawing:
    """How much is drawn, and from which seed."""

    resamples: int = RESAMPLES
    permutations: int = PERMUTATIONS
    seed: int = 0

    def rng(self, stream: int, own: int = 0) -> np.random.Generator:
        """One stream of chance. `own` keeps candidates independent of each other, and what is
        drawn for one independent of which others there are."""
        return np.random.default_rng([self.seed, stream, own])


def parts() -> list[slice]:
    """Columns of D1 to D4 in matrices of the nineteen features."""
    ends = np.cumsum([0, *map(len, FEATURES.values())])
    return [slice(int(a), int(b)) for a, b in pairwise(ends)]


def bounds(draws: Floats, value: float) -> Bounds:
    """The interval of `intervals.bounds`, rounded outwards of the value."""
    low, high = intervals.bounds(draws, value)
    return Bounds(low=min(rounded(low), value), high=max(rounded(high), value))


def rounded(value: float | np.floating) -> float:
    """To six digits: what is drawn means no more, and the last bits depend on the machine."""
    return round(float(value), _DIGITS)
