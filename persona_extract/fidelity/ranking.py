"""How well a score finds each conversation's own user among all users."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Leads = Callable[[Ints], Floats]
"""(row numbers of conversations) -> by how much the own user, scored without the conversation, is
ahead of every user, shape (rows, users); 0 in the own user's column."""

_CHUNK = 512  # conversations scored at a time: bounds memory at chunk x users
_TIE = 1e-9
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ranking:
    """How often the own user ranks first or high; all values rounded to 6 digits.

    Attributes:
        auc: mean over conversations of the share of other users ranked below the own, ties half.
        auc_low: lower end of the 95 % interval, bootstrap over users.
        auc_high: upper end of it.
        top1: share of conversations whose own user ranks first (a tie of k counts 1/k).
        n_users: users ranked, all with at least two conversations.
        n_conversations: conversations held out, one at a time.
    """

    auc: float
    auc_low: float
    auc_high: float
    top1: float
    n_users: int
    n_conversations: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the own user came for each conversation, arrays of shape (conversations,).

    Attributes:
        owner: the user number of each conversation.
        below: share of other users ranked below the own, ties half.
        first: 1 if the own user ranks first, 1/k in a tie of k, else 0.
    """

    owner: Ints
    below: Floats
    first: Floats

    def sum_up(self, *, seed: int, bootstrap: int) -> Ranking:
        """Means, and the interval over resampled users; 0 resamples give one of no width."""
        low, high = _interval(self.owner, self.below, seed=seed, bootstrap=bootstrap)
        return Ranking(
            auc=_round(self.below.mean()),
            auc_low=_round(low),
            auc_high=_round(high),
            top1=_round(self.first.mean()),
            n_users=len(np.unique(self.owner)),
            n_conversations=len(self.owner),
        )


def place(owner: Ints, leads: Leads) -> Places:
    """Rank the users for each conversation.

    Args:
        owner: the user number of each conversation, shape (conversations,).
        leads: see `Leads`.
    """
    below, first = np.empty(len(owner)), np.empty(len(owner))
    for rows in _chunks(len(owner)):
        below[rows], first[rows] = _place(leads(rows))
    return Places(owner, below, first)


def rank(owner: Ints, leads: Leads, *, seed: int, bootstrap: int) -> Ranking:
    """`place`, summed up."""
    return place(owner, leads).sum_up(seed=seed, bootstrap=bootstrap)


def chance(n_users: int, n_conversations: int) -> Ranking:
    """What guessing gives."""
    return Ranking(0.5, 0.5, 0.5, _round(1 / n_users), n_users, n_conversations)


def _place(leads: Floats) -> tuple[Floats, Floats]:
    n_users = leads.shape[1]
    lower, higher = (leads > _TIE).sum(axis=1), (leads < -_TIE).sum(axis=1)
    ties = n_users - lower - higher  # the own user among them
    below = (lower + (ties - 1) / 2) / (n_users - 1)
    return below, np.where(higher == 0, 1 / ties, 0.0)


def _interval(owner: Ints, below: Floats, *, seed: int, bootstrap: int) -> tuple[float, float]:
    if bootstrap == 0:
        return float(below.mean()), float(below.mean())
    owner = np.unique(owner, return_inverse=True)[1].astype(np.int64)
    n_users = int(owner.max()) + 1
    sums, counts = np.bincount(owner, below), np.bincount(owner)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(n_users, np.full(n_users, 1 / n_users), size=bootstrap)
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), [0.025, 0.975])
    return float(low), float(high)


def _chunks(n: int) -> Iterator[Ints]:
    for start in range(0, n, _CHUNK):
        yield np.arange(start, min(start + _CHUNK, n))


def _round(value: float) -> float:
    return round(float(value), _DIGITS)
