"""A few users who stand for all: chosen so that their distribution is near the population's.

Distance is the energy distance (Szekely and Rizzo 2013) between the weighted panel q and all users,

    E = sqrt( 2 sum_i q_i a_i - sum_ij q_i q_j d_ij - mean_k a_k ),    a_i = mean_k d_ik,

with d the Euclidean distance over standardised dimensions. The panel begins as a stratified random
one; then each member in turn is exchanged for the user of the same stratum who lowers E most, until
no exchange does. Points of least energy distance are the support points of Mak and Joseph (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from persona_extract.fidelity.samples import Floats, rounded
from persona_extract.records.panel import Nearness

Ints = NDArray[np.int64]

PASSES = 50
"""Rounds of exchanges at the most; a handful is enough."""

N_RANDOM = 1_000
N_RANDOM_DIMENSIONS = 200
"""Random panels that the panel is held against; of the second, dearer measure fewer."""

_CELLS = 4_000_000
_GAIN = 1e-12


def allocate(n: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Members of each stratum in proportion to its size, by largest remainders: a stratum with a
    share of 1/n or more has at least one."""
    total = sum(sizes.values())
    exact = {name: n * size / total for name, size in sizes.items()}
    given = {name: int(n * size // total) for name, size in sizes.items()}
    rest = sorted(sizes, key=lambda name: (given[name] - exact[name], -sizes[name], name))
    for name in rest[: n - sum(given.values())]:
        given[name] += 1
    return given


def stratum_weights(members: Sequence[str], sizes: Mapping[str, int]) -> Floats:
    """Post-stratification: the members of a stratum share its weight, and all of them that of the
    strata without a member. They sum to 1."""
    own = np.array([sizes[name] / members.count(name) for name in members], dtype=np.float64)
    return own / own.sum()


def as_points(values: Floats, weights: Floats) -> Floats:
    """Users as points, shape (users, dimensions that tell users apart).

    Args:
        values: shape (users, dimensions), NaN where a user has no reading: such a user stands at
            the mean, and the dimension weighs less by the share of users without it.
        weights: of the dimensions, e.g. their reliability, 0 to 1.
    """
    there = ~np.isnan(values)
    n = np.maximum(there.sum(axis=0), 1)
    mean = np.nan_to_num(values).sum(axis=0) / n
    away = np.where(there, values - mean, 0.0)
    sd = np.sqrt((away**2).sum(axis=0) / n)
    weight = np.where(sd > _GAIN, weights * there.mean(axis=0), 0.0)
    kept = weight > 0
    return away[:, kept] / sd[kept] * np.sqrt(weight[kept] / max(weight.sum(), _GAIN))


def choose(points: Floats, strata: Sequence[str], quota: Mapping[str, int], *, seed: int) -> Ints:
    """Rows of the panel, rising."""
    rng = np.random.default_rng(seed)
    groups = {name: np.flatnonzero(np.array([own == name for own in strata])) for name in quota}
    sizes = {name: rows.size for name, rows in groups.items()}
    chosen = np.concatenate(
        [rng.choice(groups[name], k, replace=False) for name, k in sorted(quota.items())]
    )
    weight = stratum_weights([strata[int(i)] for i in chosen], sizes)
    centre = mean_distances(points)
    far = _distances(points[chosen], points)
    for _ in range(PASSES):
        before = chosen.copy()
        for place in range(chosen.size):
            score = centre - weight @ far + weight[place] * far[place]
            rows = groups[strata[int(chosen[place])]]
            free = rows[~np.isin(rows, np.delete(chosen, place))]
            best = free[np.argmin(score[free])]
            if score[best] < score[chosen[place]] - _GAIN:
                chosen[place] = best
                far[place] = _distances(points[[best]], points)[0]
        if (before == chosen).all():
            break
    return np.sort(chosen)


def mean_distances(points: Floats) -> Floats:
    """Mean distance of every user to all users, shape (users,)."""
    rows = max(1, _CELLS // max(points.shape[0], 1))
    parts = [
        _distances(points[i : i + rows], points).mean(axis=1)
        for i in range(0, points.shape[0], rows)
    ]
    return np.concatenate(parts)


def energy(points: Floats, centre: Floats, chosen: Ints, weight: Floats) -> float:
    """Energy distance of a weighted panel to all users; `centre` is from `mean_distances`."""
    own = _distances(points[chosen], points[chosen])
    square = 2 * weight @ centre[chosen] - weight @ own @ weight - centre.mean()
    return float(np.sqrt(max(square, 0.0)))


def against_random(
    points: Floats, chosen: Ints, weight: Floats, *, seed: int, n_random: int = N_RANDOM
) -> Nearness:
    """Energy distance of the panel and of simple random panels of its size."""
    centre = mean_distances(points)
    even = np.full(chosen.size, 1 / chosen.size)
    drawn = random_panels(points.shape[0], chosen.size, n_random, seed)
    others = np.array([energy(points, centre, rows, even) for rows in drawn])
    return _nearness(energy(points, centre, chosen, weight), others)


def per_dimension(
    values: Floats,
    chosen: Ints,
    weight: Floats,
    *,
    seed: int,
    n_random: int = N_RANDOM_DIMENSIONS,
) -> Nearness:
    """First Wasserstein distance in standard deviations, mean over the dimensions that most users
    have and on which they differ: of the panel, and of simple random panels of its size."""
    drawn = random_panels(values.shape[0], chosen.size, n_random, seed)
    weights = np.zeros((n_random + 1, values.shape[0]))
    weights[0, chosen] = weight
    np.put_along_axis(weights[1:], drawn, 1 / chosen.size, axis=1)
    columns = [found for column in values.T if (found := _wasserstein(column, weights)) is not None]
    means = np.nanmean(np.stack(columns), axis=0) if columns else np.zeros(n_random + 1)
    return _nearness(float(means[0]), means[1:])


def random_panels(users: int, n: int, panels: int, seed: int) -> Ints:
    """Rows of simple random panels, shape (panels, n)."""
    rng = np.random.default_rng([seed, 1])
    return np.stack([rng.choice(users, n, replace=False) for _ in range(panels)])


def _wasserstein(column: Floats, weights: Floats) -> Floats | None:
    """Distance of each weighting of the users to all of them, in standard deviations."""
    rows = np.flatnonzero(~np.isnan(column))
    if 2 * rows.size < column.size or column[rows].std() <= _GAIN:
        return None
    rows = rows[np.argsort(column[rows], kind="stable")]
    gaps = np.diff(column[rows])
    held = np.cumsum(weights[:, rows], axis=1, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = held[:, :-1] / held[:, -1:]
    away = np.abs(below - np.arange(1, rows.size) / rows.size)
    return (away @ gaps) / column[rows].std()


def _nearness(own: float, others: Floats) -> Nearness:
    low, high = np.quantile(others, [0.05, 0.95])
    return Nearness(
        distance=rounded(own),
        random_mean=rounded(others.mean()),
        random_low=rounded(low),
        random_high=rounded(high),
        better_than=rounded((others > own + _GAIN).mean()),
    )


def _distances(some: Floats, points: Floats) -> Floats:
    square = (some**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - 2 * some @ points.T
    return np.sqrt(np.maximum(square, 0.0))
