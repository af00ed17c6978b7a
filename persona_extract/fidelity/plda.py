"""Which user would write such a conversation: a Gaussian model of users and conversations.

Probabilistic linear discriminant analysis (Ioffe, ECCV 2006), as used to tell speakers apart: a
conversation's readings are the user's plus chance, user and chance each with a covariance of their
own. Both are learnt from few users, so each is moved half-way to its diagonal (regularised
discriminant analysis, Friedman, JASA 1989); nothing else is tuned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.ranking import Floats, Ints

SHRINK = 0.5
"""How far the covariances are moved to their diagonals."""

CLIP = 3.0
"""Standard deviations that one dimension may say at the most: one emoji is no proof."""

_RIDGE = 1e-3
_LEAST_RATIO = 1e-3


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of conversations as arrays, each of shape (conversations, dimensions)."""

    n: Floats  # turns on which the dimension is defined; 0 if nowhere
    mean: Floats  # 0 where n is 0
    m2: Floats  # sum of squared deviations over turns

    def take(self, rows: Ints) -> Readings:
        """These conversations only."""
        return Readings(self.n[rows], self.mean[rows], self.m2[rows])


@dataclass(frozen=True, slots=True)
class Plda:
    """A fitted model.

    Attributes:
        centre: mean of each dimension over conversations, shape (dimensions,).
        true: variance of a conversation's mean but for the chance of few turns.
        noise: variance of one turn within a conversation.
        scale: standard deviation of the shrunk deviations.
        project: dimensions -> axes on which chance has variance 1, shape (dimensions, axes).
        ratio: variance between users on each axis, in units of chance.
    """

    centre: Floats
    true: Floats
    noise: Floats
    scale: Floats
    offset: Floats
    project: Floats
    ratio: Floats

    def place(self, readings: Readings) -> Floats:
        """Where conversations stand on the model's axes, shape (conversations, axes)."""
        deviations = _deviations(readings, self.centre, self.true, self.noise)
        return (_clip(deviations / self.scale) - self.offset) @ self.project

    def score(self, places: Floats, sums: Floats, counts: Floats) -> Floats:
        """Log-likelihood of conversations given users, up to a constant per conversation.

        Args:
            places: shape (conversations, axes).
            sums: sum of the places of each user's conversations, shape (users, axes).
            counts: the number of them, shape (users,).

        Returns:
            Shape (conversations, users).
        """
        expected, variance = self._predict(sums, counts)
        fixed = -0.5 * (expected**2 / variance + np.log(variance)).sum(axis=1)
        return places**2 @ (-0.5 / variance).T + places @ (expected / variance).T + fixed

    def score_own(self, places: Floats, sums: Floats, counts: Floats) -> Floats:
        """As `score` for pairs: conversation i given user i, shape (conversations,)."""
        expected, variance = self._predict(sums, counts)
        return -0.5 * ((places - expected) ** 2 / variance + np.log(variance)).sum(axis=1)

    def _predict(self, sums: Floats, counts: Floats) -> tuple[Floats, Floats]:
        spread = self.ratio / (1 + counts[:, None] * self.ratio)
        return spread * sums, 1 + spread


def fit(readings: Readings, owner: Ints) -> Plda:
    """Learn the model.

    Args:
        readings: of the conversations learnt from.
        owner: user number of each conversation; any numbers.
    """
    owner = np.unique(owner, return_inverse=True)[1].astype(np.int64)
    centre, true, noise = _variances(readings)
    deviations = _deviations(readings, centre, true, noise)
    scale = np.maximum(deviations.std(axis=0), 1e-6)
    scaled = _clip(deviations / scale)
    offset = scaled.mean(axis=0)
    within, between = _covariances(scaled - offset, owner)
    project, ratio = _axes(within, between)
    return Plda(centre, true, noise, scale, offset, project, ratio)


def _variances(readings: Readings) -> tuple[Floats, Floats, Floats]:
    """Mean, variance of conversations and variance of turns of each dimension, by moments."""
    seen = readings.n > 0
    n_seen = np.maximum(seen.sum(axis=0), 1)
    centre = np.where(seen, readings.mean, 0).sum(axis=0) / n_seen
    total = np.where(seen, (readings.mean - centre) ** 2, 0).sum(axis=0) / n_seen
    freedom = np.maximum(np.where(seen, readings.n - 1, 0).sum(axis=0), 1)
    noise = readings.m2.sum(axis=0) / freedom
    chance = noise * np.where(seen, 1 / np.maximum(readings.n, 1), 0).sum(axis=0) / n_seen
    return centre, np.maximum(total - chance, 0.1 * total), noise


def _deviations(readings: Readings, centre: Floats, true: Floats, noise: Floats) -> Floats:
    """Deviation from the centre, less the fewer turns it rests on; 0 where there are none."""
    trust = true / (true + noise / np.maximum(readings.n, 1) + 1e-12)
    return np.where(readings.n > 0, (readings.mean - centre) * trust, 0)


def _clip(values: Floats) -> Floats:
    return np.clip(values, -CLIP, CLIP)


def _covariances(values: Floats, owner: Ints) -> tuple[Floats, Floats]:
    """Covariance within and between users (analysis of variance, unequal group sizes)."""
    counts = np.bincount(owner).astype(np.float64)
    means = np.zeros((len(counts), values.shape[1]))
    np.add.at(means, owner, values)
    means /= counts[:, None]
    rest = values - means[owner]
    within = rest.T @ rest / max(len(values) - len(counts), 1)
    freedom = max(len(counts) - 1, 1)
    size = max((len(values) - (counts**2).sum() / len(values)) / freedom, 1e-9)
    between = ((means * counts[:, None]).T @ means / freedom - within) / size
    return _to_diagonal(within), _to_diagonal(between)


def _to_diagonal(matrix: Floats) -> Floats:
    return (1 - SHRINK) * matrix + SHRINK * np.diag(np.maximum(np.diag(matrix), 0))


def _axes(within: Floats, between: Floats) -> tuple[Floats, Floats]:
    """Axes on which chance is white and users are uncorrelated, and the users' variance there."""
    root = np.linalg.cholesky(within + _RIDGE * np.eye(len(within)))
    inverse: Floats = np.linalg.inv(root).astype(np.float64)
    ratio, vectors = np.linalg.eigh(inverse @ between @ inverse.T)
    kept = ratio > _LEAST_RATIO
    return inverse.T @ vectors[:, kept], ratio[kept]
