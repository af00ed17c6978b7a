"""What the cluster stage left for the labels, as far as there is any."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import polars as pl
from pydantic import BaseModel, ConfigDict

from persona_extract.errors import StoreError
from persona_extract.pipeline.job import Job
from persona_extract.records.catalogue import Archetype, Change, Left
from persona_extract.records.tables import READ, STATEMENTS, TRAIT_MEMBERS, conform, empty
from persona_extract.store.atomic import read_table, reporting
from persona_extract.traits.stated import STATED

_Said = TypeVar("_Said", bound=BaseModel)


class Clustered(BaseModel):
    """What labels need of `clustering.json`.

    Attributes:
        k_users: fewer users show nothing that is listed.
        stabilities: id of a move or trait -> mean Jaccard similarity.
        nearest: id of a move or trait -> id of the nearest other one of its kind.
        left, changes: as in `records.catalogue.Catalogue`.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    k_users: int = 1
    stabilities: dict[str, float | None] = {}
    nearest: dict[str, str] = {}
    left: list[Left] = []
    changes: list[Change] = []


class Grouped(BaseModel):
    """What labels need of `archetypes.json`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    archetypes: list[Archetype] = []
    left: list[Left] = []
    changes: list[Change] = []


def clustered(job: Job) -> Clustered:
    """What was said of the clusters of turns and statements."""
    return _read(job.folder("cluster") / "clustering.json", Clustered)


def grouped(job: Job) -> Grouped:
    """The archetypes, with names that need no model; none where nobody looked for them."""
    return _read(job.folder("cluster") / "archetypes.json", Grouped)


def stated(job: Job) -> pl.DataFrame:
    """`traits.stated.STATED`, sorted; no rows where nothing was read."""
    path = job.folder("cluster") / "traits" / "members.parquet"
    if not path.is_file():
        return empty(STATED)
    keys = ["user_key", "conversation_id", "statement"]
    joined = read_table(path, TRAIT_MEMBERS).join(
        job.tables("read", "statements", STATEMENTS), on=keys, how="inner"
    )
    return conform(joined.sort(keys).select(list(STATED)), STATED)


def users_read(job: Job) -> int:
    """Users of whom at least one conversation was read."""
    read = job.tables("read", "conversations", READ, columns=["user_key", "calls", "failed"])
    return read.filter(pl.col("calls") > pl.col("failed"))["user_key"].n_unique()


def _read(path: Path, kind: type[_Said]) -> _Said:
    with reporting(path):
        if not path.is_file():
            return kind()
        written = path.read_bytes()
    try:
        return kind.model_validate_json(written)
    except ValueError as error:
        raise StoreError(f"{path} is damaged. Remove it and run again.") from error
