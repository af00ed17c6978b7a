"""Can people and simulators be told apart? A classifier two-sample test on the features.

Lopez-Paz and Oquab (2017), "Revisiting Classifier Two-Sample Tests", ICLR. An AUC of 0.5 says that
no conversation shows which side it is from; what chance alone gives is found by shuffling the
sides. The classifier is a ridge-penalised logistic regression on the standardised features and
their squares: squares see spread, which means cannot. All shufflings are fitted at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 5
FEWEST = 10
"""Groups a side below which nothing is tested."""
MOST = 1000
"""Conversations a side; of more, groups are drawn."""

_PENALTY = 1.0  # as scikit-learn's default C = 1
_CLIP = 3.0  # standard deviations: one odd conversation must not bend the squares
_STEPS, _DONE = 30, 1e-8
_DIGITS = 9  # of scores: products of matrices differ in the last bits


@dataclass(frozen=True, slots=True)
class TwoSample:
    """How well the sides are told apart, and how well by chance.

    Attributes:
        auc: area under the curve of held-out groups, mean over the folds.
        p: share of the shufflings, the real one among them, that reach it.
        null_low: 2.5 % quantile of the AUC of shufflings.
        null_high: 97.5 % quantile.
        n_groups: groups that were kept whole between folds.
        n_conversations: conversations that took part, both sides together.
    """

    auc: float
    p: float
    null_low: float
    null_high: float
    n_groups: int
    n_conversations: int


def tell_apart(
    values: Floats, sides: Ints, groups: Ints, *, permutations: int, seed: int
) -> TwoSample | None:
    """Cross-validated by group, with a null of shuffled sides.

    Sides are shuffled within a group that has both, and between groups that have one: either way
    what is not exchangeable (a task, a person) stays together.

    Args:
        values: features, shape (conversations, features).
        sides: 0 for the reference, 1 for the candidate, shape (conversations,).
        groups: task, user or conversation of each row, shape (conversations,).
        permutations: shufflings for the null.
        seed: of folds and shufflings.

    Returns:
        None if a side has fewer than `FEWEST` groups or if no feature varies.
    """
    rng = np.random.default_rng(seed)
    kept = _thinned(sides, groups, rng)
    values, sides = values[kept], sides[kept]
    groups = np.unique(groups[kept], return_inverse=True)[1].astype(np.int64)
    if min(len(np.unique(groups[sides == side])) for side in (0, 1)) < FEWEST:
        return None
    inputs = _inputs(values)
    if inputs.shape[1] == 1:
        return None
    shuffled = [_shuffled(sides, groups, rng) for _ in range(permutations)]
    areas = _areas(inputs, np.stack([sides, *shuffled]), _folds(sides, groups, rng))
    null = areas[1:] if permutations else np.array([0.5])
    low, high = np.quantile(null, [0.025, 0.975])
    p = (1 + int((null >= areas[0]).sum())) / (1 + permutations)
    return TwoSample(
        float(areas[0]), p, float(low), float(high), int(groups.max()) + 1, len(values)
    )


def fit_logistic(inputs: Floats, sides: Floats) -> Floats:
    """Weights of P ridge-penalised logistic regressions on the same inputs, by Newton's method.

    Args:
        inputs: shape (rows, d); the first column is the intercept, which is not penalised.
        sides: 0 or 1, shape (P, rows).

    Returns:
        Weights, shape (P, d).
    """
    d = inputs.shape[1]
    rows, columns = np.triu_indices(d)
    products = inputs[:, rows] * inputs[:, columns]  # symmetric: half of them will do
    bend = np.empty((len(sides), d, d))
    penalty = _PENALTY * np.eye(d)
    penalty[0, 0] = 1e-9
    weights = np.zeros((len(sides), d))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(weights @ inputs.T, -35, 35)))
        slope = (chance - sides) @ inputs + weights @ penalty
        bend[:, rows, columns] = bend[:, columns, rows] = (chance * (1 - chance)) @ products
        step = np.linalg.solve(bend + penalty, slope[:, :, None])[:, :, 0]
        weights -= step
        if np.abs(step).max() < _DONE:
            break
    return weights


def area(scores: Floats, sides: Ints) -> float:
    """Share of pairs of a 1 and a 0 in which the 1 scores higher, ties half."""
    zeros, ones = np.sort(scores[sides == 0]), scores[sides == 1]
    below = np.searchsorted(zeros, ones, side="left") + np.searchsorted(zeros, ones, side="right")
    return float(below.mean() / (2 * len(zeros)))


def _thinned(sides: Ints, groups: Ints, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Rows of as many groups, in a random order, as stay within `MOST` a side."""
    _, codes = np.unique(groups, return_inverse=True)
    place = rng.permutation(int(codes.max()) + 1)
    kept = np.ones(len(sides), dtype=bool)
    for side in (0, 1):
        per_group = np.bincount(place[codes[sides == side]], minlength=len(place))
        kept &= (np.cumsum(per_group) <= max(MOST, per_group[0]))[place[codes]]
    return kept


def _inputs(values: Floats) -> Floats:
    """Intercept, standardised features, their squares; nothing that does not vary."""
    flat = _standard(values)
    squares = _standard(np.clip(flat, -_CLIP, _CLIP) ** 2)
    return np.concatenate(
        [np.ones((len(values), 1)), np.clip(flat, -_CLIP, _CLIP), np.clip(squares, -_CLIP, _CLIP)],
        axis=1,
    )


def _standard(values: Floats) -> Floats:
    spread = values.std(axis=0)
    varies = spread > 1e-12
    return (values[:, varies] - values[:, varies].mean(axis=0)) / spread[varies]


def _folds(sides: Ints, groups: Ints, rng: np.random.Generator) -> Ints:
    """The fold of each row; groups of one kind (either side, both) are dealt out evenly."""
    n = int(groups.max()) + 1
    ones = np.bincount(groups, sides, minlength=n) / np.bincount(groups, minlength=n)
    order = np.lexsort((rng.random(n), (ones == 1) * 2 + (ones == 0)))
    fold = np.empty(n, dtype=np.int64)
    fold[order] = np.arange(n) % FOLDS
    return fold[groups]


def _shuffled(sides: Ints, groups: Ints, rng: np.random.Generator) -> Ints:
    n = int(groups.max()) + 1
    sizes = np.bincount(groups, minlength=n)
    ones = np.bincount(groups, sides, minlength=n)
    by_group = np.argsort(groups, kind="stable")
    found = np.empty_like(sides)
    found[np.lexsort((rng.random(len(sides)), groups))] = sides[by_group]
    alone = (ones == 0) | (ones == sizes)
    label = np.where(ones > 0, 1, 0)
    label[alone] = rng.permutation(label[alone])
    rows = alone[groups]
    found[rows] = label[groups[rows]]
    return found


def _areas(inputs: Floats, sides: Ints, folds: Ints) -> Floats:
    """AUC of each row of `sides`, mean over the folds in which both sides are held out."""
    held: list[Floats] = []
    for fold in range(FOLDS):
        out = folds == fold
        if not out.any() or out.all():
            continue
        weights = fit_logistic(inputs[~out], sides[:, ~out].astype(np.float64))
        scores = np.round(weights @ inputs[out].T, _DIGITS)
        held.append(
            np.array([_area_or_nan(*pair) for pair in zip(scores, sides[:, out], strict=True)])
        )
    areas = np.stack(held)
    there = ~np.isnan(areas)
    return np.where(there, areas, 0).sum(axis=0) / np.maximum(1, there.sum(axis=0))


def _area_or_nan(scores: Floats, sides: Ints) -> float:
    return area(scores, sides) if 0 < sides.sum() < len(sides) else float("nan")
