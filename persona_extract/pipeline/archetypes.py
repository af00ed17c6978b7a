"""Users -> archetypes: what kinds of people a run holds, and the map that they stand on."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from persona_extract.errors import StoreError
from persona_extract.pipeline.job import Job
from persona_extract.profile.standing import standings
from persona_extract.records.catalogue import Archetype, Left
from persona_extract.records.fields import Record
from persona_extract.records.tables import USER_ARCHETYPES, USER_READINGS
from persona_extract.store.atomic import reporting, write_json, write_table
from persona_extract.traits.archetypes import CRITERION, Archetypes, cluster_users
from persona_extract.traits.marks import PLACES
from persona_extract.traits.memory import Group, Remembered
from persona_extract.traits.user_vectors import user_vectors


class KindsOfUsers(Record):
    """`archetypes.json` of the cluster stage.

    Attributes:
        archetypes: what is published, the most frequent first.
        criterion: (number of archetypes, value) of each number tried.
        criterion_name: of what.
        chosen: the number taken, before anything was merged or dropped; None if there are none.
        stability: adjusted Rand index with the groupings of bootstrap samples of users.
        p: share of clouds without groups in which groups stand out as much; None if not tried.
        variance: share of the whole variance that each of the two directions of the map shows.
        k_users: an archetype of fewer users is not published.
        left: what was found and is not published.
        line: all that in a line.
    """

    archetypes: list[Archetype]
    criterion: list[tuple[int, float]]
    criterion_name: str
    chosen: int | None = None
    stability: float | None
    p: float | None
    variance: list[float]
    k_users: int
    left: list[Left]
    line: str


def find_archetypes(
    job: Job, moves: pl.DataFrame, support: pl.DataFrame, *, k_users: int
) -> Archetypes:
    """Clusters all measured users.

    Args:
        job: the run; its measure stage is finished.
        moves: `MOVES` of all users, under the ids that the moves go by; may be empty.
        support: `TRAIT_SUPPORT` of all users, alike; empty where nothing was read.
        k_users: an archetype of fewer users is not published.
    """
    readings = job.tables("measure", "users", USER_READINGS)
    vectors = user_vectors(standings(readings, readings), moves, support)
    return cluster_users(vectors, job.settings.cluster, k_users=k_users, seed=job.settings.seed)


def remembered_users(known: Remembered, found: Archetypes) -> Remembered:
    """The archetypes as the next run should know them, under the ids that they came with.

    Args:
        known: `remember.known_as`.
        found: what `find_archetypes` gives.
    """
    axes = tuple(f"{axis.kind}:{axis.name}" for axis in found.axes)
    users = {
        str(key[0]) if key[0] is not None else "": frozenset(rows["user_key"])
        for key, rows in found.users.partition_by("archetype", as_dict=True).items()
    }
    groups = tuple(
        Group("archetype", one.id, users[one.id], axes, found.centres[one.id])
        for one in found.found
    )
    alone = users.get("", frozenset())
    return Remembered(known.salt, known.encoder, groups, {"archetype": alone})


def write_archetypes(
    job: Job, found: Archetypes, ids: Mapping[str, str], *, k_users: int
) -> KindsOfUsers:
    """Writes `archetypes.json`, `archetypes/users.parquet` and `archetypes/places.parquet` of the
    cluster stage.

    Args:
        job: the run.
        found: what `find_archetypes` gives.
        ids: id that an archetype came with -> id that it goes by (`memory.Matching.ids`).
        k_users: as it was found with.
    """
    folder = job.folder("cluster")
    renamed = pl.col("archetype").replace_strict(ids, default=None, return_dtype=pl.String)
    users = found.users.with_columns(renamed) if ids else found.users
    write_table(folder / "archetypes" / "users.parquet", users, USER_ARCHETYPES)
    write_table(folder / "archetypes" / "places.parquet", found.places, PLACES)
    said = KindsOfUsers(
        archetypes=[one.model_copy(update={"id": ids[one.id]}) for one in found.found],
        criterion=list(found.criterion),
        criterion_name=CRITERION,
        chosen=found.chosen,
        stability=found.stability,
        p=found.p,
        variance=list(found.variance),
        k_users=k_users,
        left=list(found.left),
        line=found.line,
    )
    write_json(folder / "archetypes.json", said.model_dump(mode="json"))
    return said


def kinds_of_users(job: Job) -> KindsOfUsers:
    """The archetypes of a clustered run.

    Raises:
        StoreError: they are missing or damaged.
    """
    path = job.folder("cluster") / "archetypes.json"
    with reporting(path):
        written = path.read_bytes()
    try:
        return KindsOfUsers.model_validate_json(written)
    except ValueError as error:
        raise StoreError(f"{path} is damaged. Remove it and run again.") from error
