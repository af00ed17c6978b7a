"""Where a user stands in a population, dimension by dimension.

Means over few turns are noisy, so a deviation counts only as far as the dimension's variance
between users outweighs the noise of this user's mean: empirical Bayes shrinkage with the
method-of-moments estimator of DerSimonian and Laird (1986), turns taken as exchangeable within a
user.
"""

from __future__ import annotations

import polars as pl

LEVELS = ["very low", "low", "typical", "high", "very high"]
CUTS = [0.10, 0.25, 0.75, 0.90]
"""Percentiles that part the levels. A value that many users share stands in the middle of them,
so that what most people do is typical."""


def standings(user_readings: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Adds to readings where each value stands in a population.

    Args:
        user_readings: `USER_READINGS` of the users asked about.
        population: `USER_READINGS` of the users to compare with; may hold the same users.

    Returns:
        The rows whose dimension the population has, sorted by user and dimension, with
        `percentile` (mid-rank share of the population, 0..1), `level`, `median` and `centre`
        (population median and precision-weighted mean), `weight` (reliability of this user's
        value, 0..1) and `z` (shrunk deviation from the centre in standard deviations between
        users; 0 where users do not differ).
    """
    known = user_readings.join(_variances(population), on="dimension")
    noise = pl.col("within") / pl.col("n")
    ranked = [_ranked(rows, population) for rows in known.partition_by("dimension")]
    if not ranked:
        return _finish(known.with_columns(percentile=pl.lit(0.5), weight=pl.lit(0.0)))
    weight = pl.col("between") / (pl.col("between") + noise)
    return _finish(pl.concat(ranked).with_columns(weight=weight))


def _ranked(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Rows of one dimension with the mid-rank share of the population below each value."""
    of = population.filter(pl.col("dimension") == rows["dimension"][0])["value"]
    # Equal means of other turns differ in the last bits, and would not tie.
    values, sought = of.round(9).sort(), rows["value"].round(9)
    below = values.search_sorted(sought, side="left")
    not_above = values.search_sorted(sought, side="right")
    return rows.with_columns(percentile=(below + not_above).cast(pl.Float64) / (2 * len(values)))


def _finish(rows: pl.DataFrame) -> pl.DataFrame:
    deviation = (pl.col("value") - pl.col("centre")) / pl.col("between").sqrt()
    return (
        rows.with_columns(
            level=_level(pl.col("percentile")),
            z=pl.when(pl.col("between") > 0).then(pl.col("weight") * deviation).otherwise(0.0),
        )
        .drop("within", "between")
        .sort("user_key", "dimension")
    )


def _level(percentile: pl.Expr) -> pl.Expr:
    level = pl.when(percentile <= CUTS[0]).then(pl.lit(LEVELS[0]))
    for cut, name in zip(CUTS[1:], LEVELS[1:], strict=False):
        level = level.when(percentile <= cut).then(pl.lit(name))
    return level.otherwise(pl.lit(LEVELS[-1]))


def _variances(population: pl.DataFrame) -> pl.DataFrame:
    """Per dimension: median, variance within and between users, precision-weighted mean."""
    n = pl.col("n").cast(pl.Float64)
    within = (n * pl.col("spread") ** 2).sum() / (n - 1).sum().clip(lower_bound=1)
    return (
        population.sort("dimension", "user_key")
        .with_columns(within=within.over("dimension").clip(lower_bound=1e-12))
        .with_columns(p=n / pl.col("within"))
        .group_by("dimension", maintain_order=True)
        .agg(
            pl.col("within").first(),
            median=pl.col("value").median(),
            centre=(pl.col("p") * pl.col("value")).sum() / pl.col("p").sum(),
            p=pl.col("p").sum(),
            p2=(pl.col("p") ** 2).sum(),
            pv2=(pl.col("p") * pl.col("value") ** 2).sum(),
            users=pl.len().cast(pl.Float64),
        )
        .with_columns(
            excess=pl.col("pv2") - pl.col("p") * pl.col("centre") ** 2 - (pl.col("users") - 1),
            scale=pl.col("p") - pl.col("p2") / pl.col("p"),
        )
        .with_columns(
            between=pl.when(pl.col("scale") > 0)
            .then((pl.col("excess") / pl.col("scale")).clip(lower_bound=0))
            .otherwise(0.0)
        )
        .select("dimension", "within", "between", "centre", "median")
    )
