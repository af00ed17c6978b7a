"""Statements in their clusters, as the cluster stage left them, and who was read."""

from __future__ import annotations

import polars as pl

from persona_extract.pipeline.job import Job
from persona_extract.records.tables import READ, STATEMENTS, TRAIT_MEMBERS, conform, empty
from persona_extract.store.atomic import read_table
from persona_extract.traits.stated import STATED


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
