"""Users as vectors: how far each stands from the others on everything that is measured of people.

Rates of moves and traits are shrunk towards everybody's like the dimensions are: by the reliability
that the moment estimator of DerSimonian and Laird (1986) gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.measured import is_personal
from persona_extract.traits.space import Floats

FARTHEST = 3.0
"""Standard deviations beyond which nobody stands out more: one user makes no kind of people."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What a column is about: a dimension's name, or the id of a move or trait."""

    kind: Literal["dimension", "move", "trait"]
    name: str


@dataclass(frozen=True, slots=True)
class UserVectors:
    """One row a user.

    Attributes:
        users: user keys, sorted.
        matrix: float64 (users, axes), shrunk deviations in standard deviations between users;
            0 where nothing is known of the user: typical.
        axes: dimensions, moves, traits, each sorted.
    """

    users: tuple[str, ...]
    matrix: Floats
    axes: tuple[Axis, ...]


def user_vectors(
    standings: pl.DataFrame, moves: pl.DataFrame, support: pl.DataFrame
) -> UserVectors:
    """Users by personal dimensions, moves and traits. The order of rows does not matter.

    Args:
        standings: user_key, dimension, z (shrunk), of all users against all
            (`profile.standing.standings`).
        moves: `MOVES`; empty if there are none.
        support: `TRAIT_SUPPORT`; empty where nothing was read.
    """
    users = standings.select("user_key").unique().sort("user_key")
    personal = [dimension.name for dimension in all_dimensions() if is_personal(dimension)]
    stands = standings.select("user_key", pl.col("dimension").alias("name"), "z")
    tables = {
        "dimension": stands.filter(pl.col("name").is_in(personal)),
        "move": _move_rates(moves),
        "trait": _trait_rates(support),
    }
    columns = [_wide(users, table) for table in tables.values()]
    axes = tuple(
        Axis(kind, name) for kind, wide in zip(KINDS, columns, strict=True) for name in wide.columns
    )
    matrix = np.hstack([wide.to_numpy().reshape(users.height, wide.width) for wide in columns])
    return UserVectors(
        tuple(users["user_key"]),
        np.asarray(np.clip(matrix, -FARTHEST, FARTHEST), dtype=np.float64),
        axes,
    )


KINDS: tuple[Literal["dimension", "move", "trait"], ...] = ("dimension", "move", "trait")


def _wide(users: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """One row a user, one column a name, both sorted."""
    names = table["name"].unique().sort().to_list()
    if not names:
        return users.select()
    wide = table.sort("name", "user_key").pivot(on="name", index="user_key", values="z")
    joined = users.join(wide, on="user_key", how="left", maintain_order="left")
    return joined.select(pl.col(name).fill_null(0.0).fill_nan(0.0) for name in names)


def _move_rates(moves: pl.DataFrame) -> pl.DataFrame:
    """user_key, name, z: how much of a user's follow-ups each move is."""
    counted = moves.group_by("user_key", pl.col("move").alias("name")).agg(n=pl.len())
    return _deviations(counted, counted.group_by("user_key").agg(of=pl.col("n").sum()))


def _trait_rates(support: pl.DataFrame) -> pl.DataFrame:
    """user_key, name, z: in how many conversations each trait was seen. A user in whom some trait
    was seen was read: another trait without a row was seen in none of as many."""
    counted = support.select("user_key", pl.col("trait").alias("name"), "n", "of")
    return _deviations(counted, counted.group_by("user_key").agg(of=pl.col("of").max()))


def _deviations(counted: pl.DataFrame, chances: pl.DataFrame) -> pl.DataFrame:
    """user_key, name, z: shrunk deviations of rates from everybody's.

    Args:
        counted: user_key, name, n, and `of` if it is not the user's own.
        chances: user_key, of.
    """
    if counted.is_empty():
        return pl.DataFrame(schema={"user_key": pl.String, "name": pl.String, "z": pl.Float64})
    names = counted.select("name").unique()
    rates = (
        chances.join(names, how="cross")
        .join(counted, on=["user_key", "name"], how="left", suffix="_own")
        .with_columns(n=pl.col("n").fill_null(0).cast(pl.Float64), of=_chances(counted.columns))
        .sort("name", "user_key")
    )
    n, rate = pl.col("of"), pl.col("n") / pl.col("of")
    users, total = pl.len().over("name"), n.sum().over("name")
    centre = pl.col("n").sum().over("name") / total
    within = (centre * (1 - centre)).clip(lower_bound=1e-12)
    spread = (n * (rate - centre) ** 2).sum().over("name") / within - (users - 1)
    scale = (total - (n**2).sum().over("name") / total) / within
    between = pl.when(scale > 0).then((spread / scale).clip(lower_bound=0)).otherwise(0.0)
    weight = between / (between + within / n)
    z = pl.when(between > 0).then(weight * (rate - centre) / between.sqrt()).otherwise(0.0)
    return rates.select("user_key", "name", z=z)


def _chances(columns: Sequence[str]) -> pl.Expr:
    own = pl.coalesce("of_own", "of") if "of" in columns else pl.col("of")
    return own.cast(pl.Float64).clip(lower_bound=1.0)
