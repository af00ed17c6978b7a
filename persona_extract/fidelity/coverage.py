"""How much of people's spread a candidate covers.

Wherever a dimension is cut into less and more, two random people stand on different
sides with probability 2 F (1 - F); summed over all cuts that is Gini's mean difference, people's
spread. A candidate covers a cut as far as it has conversations on both sides:

    coverage = sum over cuts of min(F, G) min(1 - F, 1 - G)  /  sum over cuts of F (1 - F)

with F the distribution of people and G that of the candidate. It is 1 if the two are the same, 0
for a candidate that always does the same or lies wholly outside, has no unit and needs no bins; a
habit that most people lack is treated like any other. Finite samples stay below 1 even of people
against people, the more so the smaller they are. So the mean over dimensions is divided by its
*ceiling*: what random parts of the people with as many conversations as the candidate reach of the
other people. People against people give 1, then, whatever the size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from persona_extract.fidelity.draws import interval_of
from persona_extract.fidelity.samples import Floats, rounded
from persona_extract.records.results import Interval


def covers(people: Floats, candidate: Floats) -> Floats:
    """Coverage of each row: distributions at rising cuts, shape (draws, cells) -> (draws,).

    NaN where people do not differ.
    """
    shared = np.minimum(people, candidate) * np.minimum(1 - people, 1 - candidate)
    spread = (people * (1 - people)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, shared.sum(axis=1) / spread, np.nan)


def recentred(draws: Floats) -> Interval:
    """The percentile interval moved by its bias: resampling makes two distributions less alike
    than the samples are. Within 0 and 1."""
    plain = interval_of(draws)
    bias = float(np.nanmedian(draws[1:])) - float(draws[0])
    ends = (float(np.clip(end - bias, 0, 1)) for end in (plain.low, plain.high))
    low, high = (rounded(end) for end in ends)
    return Interval(value=plain.value, low=min(low, plain.value), high=max(high, plain.value))


def mean_rows(rows: Mapping[str, Floats], signs: Mapping[str, float] | None = None) -> Floats:
    """Mean over dimensions of each draw, with signs where they are given."""
    kept = [
        row * (1.0 if signs is None else signs[name])
        for name, row in rows.items()
        if signs is None or name in signs
    ]
    stacked = np.stack(kept)
    n = np.maximum((~np.isnan(stacked)).sum(axis=0), 1)
    return np.nansum(stacked, axis=0) / n


def relative(found: Interval, ceiling: float) -> Interval:
    """As a part of the ceiling."""
    ends = {key: rounded(value / ceiling) for key, value in found.model_dump().items()}
    return Interval(**ends)


def over_parts(parts: Floats) -> Interval:
    """Mean over parts of the people, 2.5 % and 97.5 % of them."""
    return interval_of(np.concatenate([[float(np.nanmean(parts))], parts]))
