"""What the cluster stage left of users: their archetypes, and the map they stand on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from pydantic import BaseModel, ConfigDict

from persona_extract.dimensions import all_dimensions
from persona_extract.pipeline.job import Job
from persona_extract.records.catalogue import Catalogue, Move, Trait
from persona_extract.records.results import ArchetypeResult, MapMark, UserResult
from persona_extract.records.tables import USER_ARCHETYPES, Schema
from persona_extract.store.atomic import read_table

DECIMALS = 4
CRITERION = "mean silhouette (Rousseeuw 1987)"
MARKS: Schema = {
    "kind": pl.String(),  # "trait", "move" or "dimension"
    "name": pl.String(),  # id of the trait or move, name of the dimension
    "label": pl.String(),
    "x": pl.Float64(),
    "y": pl.Float64(),
}
"""Where traits stand on the map of users."""


class _Said(BaseModel):
    """`archetypes.json` of the cluster stage; what else it says is not for the report."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    criterion: list[tuple[int, float]] = []
    criterion_name: str = CRITERION
    stability: float | None = None
    line: str = ""
    variance: list[float] = []


def place_users(job: Job, users: Sequence[UserResult]) -> list[UserResult]:
    """The users with their archetype and place; as they were where nobody clustered them."""
    path = job.folder("cluster") / "archetypes" / "users.parquet"
    if not path.is_file():
        return list(users)
    rows = read_table(path, USER_ARCHETYPES)
    names = ["archetype", "fit", "x", "y"]
    numbers = pl.col("fit", "x", "y").fill_nan(None).round(DECIMALS)
    found = {key: row for key, *row in rows.with_columns(numbers).select("user_key", *names).rows()}
    return [
        user.model_copy(update=dict(zip(names, found.get(user.user_key, [None] * 4), strict=True)))
        for user in users
    ]


def archetypes_found(job: Job, catalogue: Catalogue) -> ArchetypeResult:
    """The archetypes of the catalogue, how they were found, and the marks of their map."""
    path = job.folder("cluster") / "archetypes.json"
    said = _Said.model_validate_json(path.read_bytes()) if path.is_file() else _Said()
    return ArchetypeResult(
        archetypes=catalogue.archetypes,
        criterion_name=said.criterion_name,
        criterion=said.criterion,
        stability=said.stability,
        line=said.line,
        variance=said.variance,
        marks=_marks(job, catalogue),
    )


def _marks(job: Job, catalogue: Catalogue) -> list[MapMark]:
    """Marks under the names that the catalogue gives; only of what it lists."""
    path = job.folder("cluster") / "archetypes" / "places.parquet"
    if not path.is_file():
        return []
    named: list[Trait | Move] = [*catalogue.traits, *catalogue.moves]
    listed = {one.id: one.label.name for one in named}
    known = {dimension.name for dimension in all_dimensions()}
    rows = read_table(path, MARKS).drop_nans().drop_nulls(["x", "y"]).sort("kind", "name")
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
