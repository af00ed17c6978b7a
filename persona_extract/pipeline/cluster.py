"""cluster: follow-up turns -> moves, statements -> traits, users -> archetypes."""

from __future__ import annotations

import polars as pl

from persona_extract.encoders import open_encoder
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.steps import Steps
from persona_extract.records.profile import Record
from persona_extract.records.tables import MOVES, TURNS
from persona_extract.store.atomic import write_json, write_table
from persona_extract.store.embeddings import Kept
from persona_extract.store.workspace import Counts
from persona_extract.text import salted_key
from persona_extract.traits.cluster import MAP, MEMBERS, cluster_moves
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
    return counts


def cluster_settings(job: Job) -> object:
    """What the clusters depend on: settings, seed, and the encoder that "auto" comes to now."""
    name = open_encoder(job.settings.cluster.encoder).encoder.name
    return job.settings.cluster, job.settings.seed, name


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
    found = cluster_moves(every, encoder, settings, seed=job.settings.seed)
    ids = _keyed(job, found.members["move"].unique())
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
    return {"follow-ups": every.height, "moves": found.moves["move"].n_unique()}


def _keyed(job: Job, moves: pl.Series) -> pl.Expr:
    """Moves by keyed hashes: the hash of a small cluster could be guessed from its wording."""
    keys = {move: f"m_{salted_key(job.workspace.salt, 'move', move, length=8)}" for move in moves}
    return pl.col("move").replace_strict(keys, return_dtype=pl.String)


def clustering(job: Job) -> Clustering:
    """How the moves of a clustered run were found."""
    path = job.folder("cluster") / "clustering.json"
    return Clustering.model_validate_json(path.read_bytes())
