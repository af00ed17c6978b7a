"""Does a dimension tell people apart? Split-half reliability over users.

A user's conversations are halved at random, the readings are pooled in each half, and the halves
are correlated over users: if a dimension is a habit of the person, the one half tells the other.
Because a half has half the conversations, the correlation `r` is stepped up to whole users:
`2r / (1 + r)` (Spearman 1910; Brown 1910). `r` is the mean over many random halvings and is
corrected once: the correction of single halvings runs away where `r` is near -1.

The correlation is Pearson's over mid-ranks of users (Spearman's rho), because most dimensions are
rates with many zeros and a few large values, which would carry Pearson's alone. Ranks are taken
once over all users; the 95 % interval resamples users (percentile bootstrap).

What the halves share beyond the person counts too: the tasks of the corpus, the day, and that
conversations of one sitting resemble each other.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.dimensions.measured import Reliability

HALVINGS = 100
DRAWS = 1000

Floats = NDArray[np.float64]


def reliabilities(
    readings: pl.DataFrame, *, seed: int, halvings: int = HALVINGS, draws: int = DRAWS
) -> dict[str, Reliability]:
    """The reliability of each dimension that the readings have, by name.

    Args:
        readings: `READINGS` of a corpus with known users.
        seed: of the halvings and of the bootstrap; the same for every dimension, so that a new
            dimension changes no figure of an old one.
        halvings: random halvings that are averaged over.
        draws: bootstrap samples of users.
    """
    ordered = readings.sort("dimension", "user_key", "conversation_id")
    return {
        str(rows["dimension"][0]): _of_one(rows, seed, halvings, draws)
        for rows in ordered.partition_by("dimension", maintain_order=True)
    }


def spearman_brown(r: Floats) -> Floats:
    """Correlation of halves -> reliability of the whole; not below -1."""
    return np.where(r > -1 / 3, 2 * r / np.maximum(1 + r, 1e-12), -1.0)


def _of_one(rows: pl.DataFrame, seed: int, halvings: int, draws: int) -> Reliability:
    rows = rows.filter(pl.len().over("user_key") >= 2)
    users = rows["user_key"].n_unique()
    if users < 3:
        return Reliability(None, None, None, users)
    one, other = _halve(rows, np.random.default_rng(seed), halvings)
    one, other = _ranked(one), _ranked(other)
    rng = np.random.default_rng(seed + 1)
    counts = rng.multinomial(users, np.full(users, 1 / users), size=draws).astype(np.float64)
    value = float(spearman_brown(_correlation(np.ones((1, users)), one, other))[0])
    low, high = np.quantile(spearman_brown(_correlation(counts, one, other)), [0.025, 0.975])
    return Reliability(value, float(low), float(high), users)


def _halve(rows: pl.DataFrame, rng: np.random.Generator, halvings: int) -> tuple[Floats, Floats]:
    """Pooled value of each user in the one and in the other half, shape (halvings, users)."""
    lengths = rows.group_by("user_key", maintain_order=True).len()["len"]
    sizes = lengths.cast(pl.Int64).to_numpy()
    n = rows["n"].cast(pl.Float64).to_numpy()
    total = n * rows["mean"].to_numpy()
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    user = np.repeat(np.arange(len(sizes)), sizes)
    order = np.argsort(user + rng.random((halvings, len(n))), axis=1, kind="stable")
    coin = np.repeat(rng.integers(2, size=(halvings, len(sizes))), sizes, axis=1)
    first = (np.arange(len(n)) - starts[user] + coin) % 2 == 0
    n, total = n[order], total[order]
    return _pooled(n, total, first, starts), _pooled(n, total, ~first, starts)


def _pooled(
    n: Floats, total: Floats, chosen: NDArray[np.bool_], starts: NDArray[np.int64]
) -> Floats:
    """Mean over turns of the chosen conversations of each user."""
    turns = np.add.reduceat(n * chosen, starts, axis=1)
    return np.add.reduceat(total * chosen, starts, axis=1) / turns


def _ranked(values: Floats) -> Floats:
    """Mid-ranks of each row, centred. Means of the same turns in another order tie."""
    ranks = pl.DataFrame(values.round(9).T).select(pl.all().rank("average")).to_numpy().T
    return ranks - (values.shape[1] + 1) / 2


def _correlation(counts: Floats, one: Floats, other: Floats) -> Floats:
    """Mean over halvings of Pearson's r, users weighted; 0 where one side does not vary.

    Args:
        counts: how often each user is drawn, shape (draws, users).
        one, other: shape (halvings, users).
    """
    users = counts.sum(axis=1, keepdims=True)

    def mean(values: Floats) -> Floats:
        return counts @ values.T / users

    a, b = mean(one), mean(other)
    spread = np.maximum(mean(one**2) - a**2, 0) * np.maximum(mean(other**2) - b**2, 0)
    varies = spread > 1e-9
    r = np.where(varies, mean(one * other) - a * b, 0.0) / np.sqrt(np.where(varies, spread, 1.0))
    return r.mean(axis=1)
