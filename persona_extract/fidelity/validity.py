"""Does a rule that reads meaning find what people find? Precision, recall and agreement.

Turns are drawn by stratum, so each stands for `weight` turns of its corpus: precision and recall
are weighted. The interval of precision is Wilson's (1927) at the effective number of predicted
turns, `(sum w)^2 / sum w^2` (Kish 1965). Agreement of two passes is kappa (Cohen 1960).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

SHOWN = 0.5
"""A turn reading from here on predicts the label."""

MIN_PREDICTED = 10
"""Precision is that of the turns drawn after the rules were mended, if they predict so often."""

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Validity:
    """A rule held against labels; the turns where the dimension is not defined do not count.

    Attributes:
        precision: of the turns that the rule finds, the weighted share with the label; None if it
            finds none.
        precision_low, precision_high: its 95 % interval.
        recall: of the turns with the label, the weighted share that the rule finds; None if no
            turn has it.
        n_predicted: turns behind `precision`.
        n_labelled: turns behind `recall`.
    """

    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    n_predicted: int
    n_labelled: int


def validity(turns: pl.DataFrame) -> Validity:
    """Precision and recall of one rule.

    Args:
        turns: one row a labelled turn: value (the turn's reading, null where not defined),
            labelled (Boolean), weight, sample (1: looked at while the rules were mended, 2: drawn
            afterwards). Precision is of sample 2 where that has `MIN_PREDICTED` predicted turns,
            else of both; recall is of both.
    """
    defined = turns.filter(pl.col("value").is_not_null())
    hits = defined.filter(pl.col("value") >= SHOWN)
    fresh = hits.filter(pl.col("sample") == 2)
    judged = fresh if fresh.height >= MIN_PREDICTED else hits
    labelled = defined.filter(pl.col("labelled"))
    precision = _weighted_share(judged, pl.col("labelled"))
    low, high = (None, None)
    if precision is not None:
        low, high = wilson(precision, _effective(judged["weight"]))
    recall = _weighted_share(labelled, pl.col("value") >= SHOWN)
    return Validity(precision, low, high, recall, judged.height, labelled.height)


def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % interval of a share that was seen on `n` cases (n > 0, need not be whole)."""
    z2 = _Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def kappa(first: pl.Series, second: pl.Series) -> float | None:
    """Cohen's kappa of two passes over the same turns (Boolean); None if neither ever varies."""
    if first.is_empty():
        return None
    one, two = np.asarray(first, np.bool_), np.asarray(second, np.bool_)
    share_one, share_two = float(np.mean(one)), float(np.mean(two))
    chance = share_one * share_two + (1 - share_one) * (1 - share_two)
    return None if chance >= 1 else (float(np.mean(np.equal(one, two))) - chance) / (1 - chance)


def _weighted_share(turns: pl.DataFrame, holds: pl.Expr) -> float | None:
    weights = turns.select(all="weight", held=pl.col("weight") * holds.cast(pl.Float64)).sum()
    everything, held = weights.row(0)
    return float(held / everything) if turns.height else None


def _effective(weights: pl.Series) -> float:
    """Kish's effective number of turns."""
    w = np.asarray(weights, np.float64)
    return float(np.sum(w) ** 2 / np.sum(w**2))
