"""What the cluster stage left of users: their archetypes, and the map they stand on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.pipeline.archetypes import kinds_of_users
from persona_extract.pipeline.job import Job
from persona_extract.records.catalogue import Catalogue, Move, Trait
from persona_extract.records.results import ArchetypeResult, MapMark, UserResult
from persona_extract.records.tables import USER_ARCHETYPES
from persona_extract.store.atomic import read_table
from persona_extract.traits.marks import PLACES

DECIMALS = 4


def place_users(job: Job, users: Sequence[UserResult]) -> list[UserResult]:
    """The users with their archetype and place; those that nobody clustered as they were."""
    rows = read_table(job.folder("cluster") / "archetypes" / "users.parquet", USER_ARCHETYPES)
    names = ["archetype", "fit", "x", "y"]
    numbers = pl.col("fit", "x", "y").fill_nan(None).round(DECIMALS)
    found = {key: row for key, *row in rows.with_columns(numbers).select("user_key", *names).rows()}
    return [
        user.model_copy(update=dict(zip(names, found.get(user.user_key, [None] * 4), strict=True)))
        for user in users
    ]


def archetypes_found(job: Job, catalogue: Catalogue) -> ArchetypeResult:
    """The archetypes of the catalogue, how they were found, and the marks of their map."""
    said = kinds_of_users(job)
    return ArchetypeResult(
        archetypes=catalogue.archetypes,
        criterion_name=said.criterion_name,
        criterion=said.criterion,
        chosen=said.chosen,
        p=said.p,
        stability=said.stability,
        line=said.line,
        variance=said.variance,
        marks=_marks(job, catalogue),
    )


def _marks(job: Job, catalogue: Catalogue) -> list[MapMark]:
    """Marks under the names that the catalogue gives; only of what it lists."""
    named: list[Trait | Move] = [*catalogue.traits, *catalogue.moves]
    listed = {one.id: one.label.name for one in named}
    known = {dimension.name for dimension in all_dimensions()}
    rows = (
        read_table(job.folder("cluster") / "archetypes" / "places.parquet", PLACES)
        .drop_nans()
        .drop_nulls(["x", "y"])
        .sort("kind", "name")
    )
    return [
        MapMark(
            kind=row["kind"],
            name=row["name"],
            label=listed.get(row["name"]) or row["label"] or row["name"],
            x=round(row["x"], DECIMALS),
            y=round(row["y"], DECIMALS),
        )
        for row in rows.iter_rows(named=True)
        if row["name"] in (known if row["kind"] == "dimension" else listed)
    ]
