"""cluster: follow-up turns -> moves, statements -> traits, users -> archetypes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from persona_extract.encoders import open_encoder
from persona_extract.pipeline.archetypes import (
    find_archetypes,
    kinds_of_users,
    remembered_users,
    write_archetypes,
)
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.remember import (
    known_as,
    lent_by,
    match_last,
    remember,
    with_clusters,
    write_changes,
)
from persona_extract.pipeline.steps import Steps
from persona_extract.records.profile import Record
from persona_extract.records.tables import MOVES, TRAIT_SUPPORT, TURNS, USER_READINGS, empty
from persona_extract.store.atomic import write_json, write_table
from persona_extract.store.embeddings import Kept
from persona_extract.store.workspace import Counts
from persona_extract.text import salted_key
from persona_extract.traits.cluster import MAP, MEMBERS, Clusters, cluster_moves
from persona_extract.traits.few_users import k_users
from persona_extract.traits.memory import Matching, Remembered
from persona_extract.traits.moves import follow_ups


class Clustering(Record):
    """How the moves were found: `clustering.json` of the stage."""

    encoder: str
    encoder_line: str
    criterion: list[tuple[int, float]]
    stability: float | None


def cluster(job: Job, steps: Steps) -> Counts:
    """Clusters the follow-ups of all users."""
    counts = steps.once("cluster", cluster_all, job)
    steps.say(clustering(job).encoder_line)
    steps.say(kinds_of_users(job).line)
    return counts


def cluster_settings(job: Job) -> object:
    """What the clusters depend on: settings, seed, the encoder that "auto" comes to now, and
    the catalogue that lends its ids."""
    name = open_encoder(job.settings.cluster.encoder).encoder.name
    return job.settings.cluster, job.settings.seed, name, lent_by(job)


def cluster_all(job: Job) -> Counts:
    """Embeds and clusters; writes the moves by part, the members and the map."""
    settings, folder = job.settings.cluster, job.folder("cluster")
    chosen = open_encoder(settings.encoder)
    encoder = Kept(chosen.encoder, job.vectors) if chosen.per_text else chosen.encoder
    follow = {
        part: follow_ups(job.table("curate", "turns", part, TURNS), settings.max_words)
        for part in job.parts()
    }
    every = pl.concat(follow.values())
    k = k_users(settings, _n_users(job))
    found = cluster_moves(every, encoder, settings, seed=job.settings.seed, k_users=k)
    known = known_as(job, encoder.name, per_text=chosen.per_text)
    matched = match_last(job, _remembered_moves(job, known, found))
    ids = _renamed(_keyed(job, found), matched.ids)
    order = ["user_key", "conversation_id", "turn"]
    for part, rows in follow.items():
        mine = found.moves.join(rows.select(order), on=order, how="semi").sort(order)
        mine = mine.with_columns(ids)
        write_table(folder / "moves" / f"{part}.parquet", mine, MOVES)
    write_table(folder / "members.parquet", found.members.sort(order).with_columns(ids), MEMBERS)
    write_table(folder / "map.parquet", found.map.with_columns(ids), MAP)
    said = Clustering(
        encoder=encoder.name,
        encoder_line=chosen.line,
        criterion=list(found.criterion),
        stability=found.stability,
    )
    write_json(folder / "clustering.json", said.model_dump(mode="json"))
    people = _cluster_users(job, found.moves.with_columns(ids), known, k)
    write_changes(job, [*matched.changes, *people.changes])
    remember(job, matched.now.joined(people.now))
    return {
        "follow-ups": every.height,
        "moves": found.moves["move"].n_unique(),
        "archetypes": len(people.ids),
    }


def _cluster_users(job: Job, moves: pl.DataFrame, known: Remembered, k: int) -> Matching:
    """Finds and writes the archetypes, under the ids that they keep."""
    found = find_archetypes(job, moves, empty(TRAIT_SUPPORT), k_users=k)
    matched = match_last(job, remembered_users(known, found))
    write_archetypes(job, found, matched.ids, k_users=k)
    return matched


def _remembered_moves(job: Job, known: Remembered, found: Clusters) -> Remembered:
    key = pl.concat_str("conversation_id", "turn", separator=":")
    keys = _keyed(job, found)
    own = pl.col("move").replace_strict(keys, default=None, return_dtype=pl.String)
    listed = found.members.select(key=key, id=own)
    others = found.unlisted.select(key=key, id=pl.lit(None, pl.String))
    centres = zip(found.groups.ids, found.groups.centroids, strict=True)
    by_id = {keys[name]: tuple(float(x) for x in centre) for name, centre in centres}
    return with_clusters(known, "move", pl.concat([listed, others]), by_id)


def _n_users(job: Job) -> int:
    return job.tables("measure", "users", USER_READINGS, columns=["user_key"])[
        "user_key"
    ].n_unique()


def _keyed(job: Job, found: Clusters) -> dict[str, str]:
    """Moves by keyed hashes: the hash of a small cluster could be guessed from its wording."""
    salt = job.workspace.salt
    moves = found.members["move"].unique().sort()
    return {move: f"m_{salted_key(salt, 'move', move, length=8)}" for move in moves}


def _renamed(keys: Mapping[str, str], ids: Mapping[str, str]) -> pl.Expr:
    final = {move: ids[key] for move, key in keys.items()}
    return pl.col("move").replace_strict(final, default=None, return_dtype=pl.String)


def clustering(job: Job) -> Clustering:
    """How the moves of a clustered run were found."""
    path = job.folder("cluster") / "clustering.json"
    return Clustering.model_validate_json(path.read_bytes())
