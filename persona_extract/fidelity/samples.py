"""Conversations of one side as a matrix, and what resampling does to means and distributions.

The unit of analysis is one conversation, on both sides: a person's mean over many conversations
varies less than one conversation does, so that comparing means of people with single simulated
conversations would call any simulator too varied. People are weighted so that every person counts
the same within a source and every source the same: a random conversation of a random person.
Candidates' conversations all count the same. Resampling draws people, or tasks, whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.records.meters import Spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Resampled = Literal["task", "user", "conversation"]

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


def rounded(value: float | np.floating) -> float:
    """To `DIGITS` decimals; zero has no sign."""
    return round(float(value), DIGITS) + 0.0


def _weights(unit: Ints, stratum: Ints) -> Floats:
    conversations = np.bincount(unit)
    units = np.bincount(stratum)
    return 1 / (units.size * units[stratum[unit]] * conversations[unit])
