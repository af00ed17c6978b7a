"""Where a user stands in a population, dimension by dimension.

Means over few turns are noisy, so a deviation counts only as far as the dimension's variance
between users outweighs the noise of this user's mean: empirical Bayes shrinkage with the
method-of-moments estimator of DerSimonian and Laird (1986), turns taken as exchangeable within a
user.
"""

from __future__ import annotations

import polars as pl

from persona_extract.records.fields import CUTS, DIGITS, LEVELS

_SUMS = ["users", "n1", "n2", "nv", "nv2", "ns2"]
"""Over users: 1, n, n squared, n value, n value squared, n variance within the user."""


def standings(
    user_readings: pl.DataFrame, population: pl.DataFrame, owners: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Adds to readings where each value stands in a population.

    Args:
        user_readings: `USER_READINGS` of the users asked about.
        population: `USER_READINGS` of the users to compare with; may hold the same users.
        owners: user_key, owner; the user asked about is compared with the population but for its
            owner. All in one go: the sums of everybody less those of one. None leaves nobody out.

    Returns:
        The rows whose dimension the population has, sorted by user and dimension, with
        `percentile` (mid-rank share of the population, 0..1), `level`, `median` and `centre`
        (population median and precision-weighted mean), `weight` (reliability of this user's
        value, 0..1) and `z` (shrunk deviation from the centre in standard deviations between
        users; 0 where users do not differ).
    """
    known = _against(user_readings, population, owners)
    noise = pl.col("within") / pl.col("n")
    values = {
        str(key[0]): rows["value"].sort()
        for key, rows in population.partition_by("dimension", as_dict=True).items()
    }
    ranked = [
        _ranked(rows, values[str(rows["dimension"][0])]) for rows in known.partition_by("dimension")
    ]
    if not ranked:
        empty = {"percentile": pl.lit(0.5), "median": pl.lit(0.0), "weight": pl.lit(0.0)}
        return _finish(known.with_columns(**empty))
    weight = pl.col("between") / (pl.col("between") + noise)
    return _finish(pl.concat(ranked).with_columns(weight=weight))


def _against(
    user_readings: pl.DataFrame, population: pl.DataFrame, owners: pl.DataFrame | None
) -> pl.DataFrame:
    """Readings with what the others are like, and `left_out`: the owner's own value, or null."""
    sums = _sums(population)
    if owners is None:
        left_out = user_readings.with_columns(left_out=pl.lit(None, pl.Float64))
        return left_out.join(_variances(sums), on="dimension").drop(_SUMS)
    keys = ["owner", "dimension"]
    own = population.rename({"user_key": "owner"}).join(
        owners.select("owner").unique(), on="owner", how="semi"
    )
    less = own.select(*keys, left_out="value", **_terms())
    others = (
        user_readings.join(owners, on="user_key")
        .join(sums, on="dimension")
        .join(less, on=keys, how="left", suffix="_own")
        .with_columns(pl.col(name) - pl.col(f"{name}_own").fill_null(0) for name in _SUMS)
        .filter(pl.col("users") > 0)
        .drop("owner", *(f"{name}_own" for name in _SUMS))
    )
    return _variances(others).drop(_SUMS)


def _ranked(rows: pl.DataFrame, exact: pl.Series) -> pl.DataFrame:
    """Rows of one dimension with the median of the others, and the mid-rank share of them below
    each value. `exact`: everybody's values, sorted."""
    # Equal means of other turns differ in the last bits, and would not tie.
    values, sought, out = exact.round(9), rows["value"].round(9), rows["left_out"].round(9)
    below = values.search_sorted(sought, side="left")
    not_above = values.search_sorted(sought, side="right")
    lower, higher = (out < sought).fill_null(False), (out <= sought).fill_null(False)
    n = len(values) - out.is_not_null().cast(pl.Int64)
    return rows.with_columns(
        median=_medians(rows["left_out"], exact),
        percentile=(below - lower + not_above - higher).cast(pl.Float64) / (2 * n),
    )


def _medians(left_out: pl.Series, values: pl.Series) -> pl.Series:
    """Median of sorted values but for the one left out (null: none), for each of those."""
    place = values.search_sorted(left_out, side="left")
    n = len(values) - left_out.is_not_null().cast(pl.Int64)

    def at(rank: pl.Series) -> pl.Series:
        skip = (rank >= place).fill_null(False) & left_out.is_not_null()
        return values.gather(rank + skip.cast(pl.Int64))

    return (at((n - 1) // 2) + at(n // 2)) / 2


def _finish(rows: pl.DataFrame) -> pl.DataFrame:
    deviation = (pl.col("value") - pl.col("centre")) / pl.col("between").sqrt()
    return (
        rows.with_columns(
            level=_level(pl.col("percentile")),
            z=pl.when(pl.col("between") > 0).then(pl.col("weight") * deviation).otherwise(0.0),
        )
        .drop("within", "between", "left_out")
        .sort("user_key", "dimension")
    )


def _level(percentile: pl.Expr) -> pl.Expr:
    percentile = percentile.round(DIGITS)  # as the profile has it, so that the two cannot disagree
    level = pl.when(percentile <= CUTS[0]).then(pl.lit(LEVELS[0]))
    for cut, name in zip(CUTS[1:], LEVELS[1:], strict=False):
        level = level.when(percentile <= cut).then(pl.lit(name))
    return level.otherwise(pl.lit(LEVELS[-1]))


def _variances(sums: pl.DataFrame) -> pl.DataFrame:
    """With variance within and between users, and precision-weighted mean, from `_SUMS`."""
    n, users = pl.col("n1"), pl.col("users")
    within = pl.col("ns2") / (n - users).clip(lower_bound=1)
    spread = pl.col("nv2") - n * pl.col("centre") ** 2
    excess = spread / pl.col("within") - (users - 1)
    scale = (n - pl.col("n2") / n) / pl.col("within")
    between = pl.when(scale > 0).then((excess / scale).clip(lower_bound=0)).otherwise(0.0)
    return sums.with_columns(
        within=within.clip(lower_bound=1e-12), centre=pl.col("nv") / n
    ).with_columns(between=between)


def _sums(population: pl.DataFrame) -> pl.DataFrame:
    """dimension and `_SUMS`."""
    ordered = population.sort("dimension", "user_key").select("dimension", **_terms())
    return ordered.group_by("dimension", maintain_order=True).agg(pl.col(_SUMS).sum())


def _terms() -> dict[str, pl.Expr]:
    n, value = pl.col("n").cast(pl.Float64), pl.col("value")
    terms = [pl.lit(1.0), n, n**2, n * value, n * value**2, n * pl.col("spread") ** 2]
    return dict(zip(_SUMS, terms, strict=True))
