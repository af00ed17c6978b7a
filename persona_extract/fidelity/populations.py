# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (scipy ships no types)
"""How far two populations of users lie apart, dimension by dimension, when some users are in both.

Two packs of one workspace share most of their users, and a user is not independent of himself. So
a difference of means is parted into what changed within the users of both packs and what differs
between users who came, stayed and went,

    mean_B - mean_A = sum_u w_u m_u + h sum_shared (b_u - a_u),    h = (1/n_A + 1/n_B) / 2,

with m_u the value of user u (the mean of both where there are two) and w_u = [u in B]/n_B -
[u in A]/n_A. If nothing drifted, who came and went does not depend on how they behave, and the
change of a user who stayed is as likely up as down. So the permutation test deals the memberships
(A only, B only, both) anew among all users and flips the sign of the changes at random. Without
shared users this is the two-sample permutation test, with nothing but shared users the paired one
(Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005, chapters 3 and 4). Intervals
draw users with replacement within the three memberships, a shared user with both values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from persona_extract.fidelity.samples import Floats

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

CELLS = 4_000_000
"""Memberships that are held at once: bounds the memory."""

ROUNDING = 1e-9
"""Relabellings that differ from the packs by rounding alone move as much."""


@dataclass(frozen=True)
class Pair:
    """Two populations over the same rows and columns.

    Attributes:
        columns: names.
        a, b: values, shape (users, columns); NaN where a user is not in it or has none.
        in_a, in_b: who is in which, shape (users,); everybody is in one or both.
    """

    columns: tuple[str, ...]
    a: Floats
    b: Floats
    in_a: Bools
    in_b: Bools

    @cached_property
    def membership(self) -> Ints:
        """0 in A only, 1 in B only, 2 in both, shape (users,)."""
        return np.where(self.in_a & self.in_b, 2, np.where(self.in_a, 0, 1))


def mean_shift(pair: Pair) -> Floats:
    """Mean of B less mean of A, shape (columns,); NaN where one has no value."""
    return _means(pair.b) - _means(pair.a)


def units(pair: Pair) -> Floats:
    """Standard deviation of A's users; of all values where A's users do not differ; 0 where nobody
    does."""
    own = _spreads(pair.a)
    return np.where(own > 0, own, _spreads(np.concatenate([pair.a, pair.b])))


def bootstrap(pair: Pair, draws: int, seed: int) -> tuple[Floats, Floats]:
    """2.5 % and 97.5 % of the mean shift over samples of users, shape (columns,) each."""
    rng = np.random.default_rng(seed)
    a, b, there_a, there_b = _filled(pair.a), _filled(pair.b), _there(pair.a), _there(pair.b)
    shifts: list[Floats] = []
    for rows in _chunks(draws, pair.in_a.size):
        counts = _drawn(pair.membership, rows, rng)
        with np.errstate(invalid="ignore", divide="ignore"):
            shifts.append(counts @ b / (counts @ there_b) - counts @ a / (counts @ there_a))
    low, high = np.nanquantile(np.concatenate(shifts), [0.025, 0.975], axis=0)
    return low, high


def observed(pair: Pair) -> Floats:
    """What `relabelled` gives for the packs as they are: the mean shift, but that a shared user
    with a value in one pack only counts with it in both."""
    split = _Split.of(pair)
    real = pair.membership[None]
    return split.shifts(real, np.ones((1, int((real == 2).sum()))))[0]


def relabelled(pair: Pair, draws: int, seed: int) -> Iterator[Floats]:
    """Mean shifts under random relabellings, `draws` in all, in pieces of shape (some, columns);
    infinite where a relabelling leaves one side without a value."""
    rng = np.random.default_rng(seed)
    split = _Split.of(pair)
    shared = int((pair.membership == 2).sum())
    for rows in _chunks(draws, pair.in_a.size):
        dealt = rng.permuted(np.tile(pair.membership.astype(np.int8), (rows, 1)), axis=1)
        signs = np.where(rng.integers(0, 2, (rows, shared)) == 1, 1.0, -1.0)
        yield split.shifts(dealt, signs)


def chances(pair: Pair, draws: int, seed: int) -> Floats:
    """Two-sided p of every column: share of relabellings, the real one among them, that shift the
    mean as much."""
    real = np.abs(observed(pair))
    least = real - ROUNDING * np.maximum(units(pair), 1e-300)
    exceed = np.zeros(real.size)
    for shifts in relabelled(pair, draws, seed):
        exceed += (np.abs(shifts) >= least).sum(axis=0)
    return (1 + exceed) / (1 + draws)


def distances(pair: Pair) -> Floats:
    """First Wasserstein distance of every column, shape (columns,)."""
    from scipy.stats import wasserstein_distance

    return np.array(
        [
            wasserstein_distance(a[~np.isnan(a)], b[~np.isnan(b)])
            for a, b in zip(pair.a.T, pair.b.T, strict=True)
        ]
    )


def false_discovery(p: Floats) -> Floats:
    """q of every p (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p), dtype=np.float64) if p.size else p


@dataclass(frozen=True, slots=True)
class _Split:
    """What stayed and what changed of every user, for fast relabelling.

    `noise` is sum_u w_u^2, to which the variance of the first term is proportional. A relabelling
    that deals the missing values otherwise has another one, and is brought to that of the packs.
    """

    middle: Floats
    there: Floats
    change: Floats
    half: Floats
    noise: Floats

    @classmethod
    def of(cls, pair: Pair) -> _Split:
        a, b = ~np.isnan(pair.a), ~np.isnan(pair.b)
        n = np.maximum(a.astype(np.float64) + b, 1)
        middle = (_filled(pair.a) + _filled(pair.b)) / n
        shared = pair.membership == 2
        change = np.where(a & b, _filled(pair.b) - _filled(pair.a), 0.0)[shared]
        half = 0.5 / np.maximum(a.sum(axis=0), 1) + 0.5 / np.maximum(b.sum(axis=0), 1)
        there = a | b
        weight = (there & pair.in_b[:, None]) / np.maximum((there & pair.in_b[:, None]).sum(0), 1)
        weight -= (there & pair.in_a[:, None]) / np.maximum((there & pair.in_a[:, None]).sum(0), 1)
        return cls(middle, there.astype(np.float64), change, half, (weight**2).sum(axis=0))

    def shifts(self, membership: NDArray[np.integer], signs: Floats) -> Floats:
        """Mean shifts, shape (draws, columns), of memberships (draws, users) and signs (draws,
        shared)."""
        in_a, in_b = (membership != 1).astype(np.float64), (membership != 0).astype(np.float64)
        n_a, n_b = in_a @ self.there, in_b @ self.there
        with np.errstate(invalid="ignore", divide="ignore"):
            between = in_b @ self.middle / n_b - in_a @ self.middle / n_a
            both = n_a + n_b - self.there.sum(axis=0)
            noise = 1 / n_a + 1 / n_b - 2 * both / (n_a * n_b)
            between *= np.where(noise > 0, np.sqrt(self.noise / noise), 1.0)
        return np.nan_to_num(between, nan=np.inf) + self.half * (signs @ self.change)


def _drawn(membership: Ints, draws: int, rng: np.random.Generator) -> Floats:
    """How often each user is drawn, shape (draws, users), within the memberships."""
    counts = np.zeros((draws, membership.size))
    for kind in np.unique(membership):
        own = np.flatnonzero(membership == kind)
        counts[:, own] = rng.multinomial(own.size, np.full(own.size, 1 / own.size), size=draws)
    return counts


def _chunks(draws: int, users: int) -> Iterator[int]:
    most = max(1, CELLS // max(users, 1))
    for start in range(0, draws, most):
        yield min(most, draws - start)


def _filled(values: Floats) -> Floats:
    return np.nan_to_num(values, nan=0.0)


def _there(values: Floats) -> Floats:
    return (~np.isnan(values)).astype(np.float64)


def _means(values: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return _filled(values).sum(axis=0) / _there(values).sum(axis=0)


def _spreads(values: Floats) -> Floats:
    """Standard deviation of each column over what is there; 0 below two values."""
    n = _there(values).sum(axis=0)
    away = _filled(values - _means(values))
    found = np.sqrt((away**2).sum(axis=0) / np.maximum(n - 1, 1))
    # Equal values can differ from their mean in the last bit.
    return np.where(found > 1e-12 * np.maximum(1.0, np.abs(_means(values))), found, 0.0)
