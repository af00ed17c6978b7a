"""measure: user turns -> readings of every dimension, per conversation and per user."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.read import (
    TURN_KEYS,
    pool_conversations,
    pool_users,
    turn_readings,
)
from persona_extract.pipeline.job import Job, add_up
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import READINGS, TURNS, USER_READINGS, Schema
from persona_extract.store.atomic import write_table
from persona_extract.store.workspace import Counts


def measure(job: Job, steps: Steps) -> Counts:
    """Reads every dimension on every turn."""
    return add_up(steps.each("measure", measure_part, job, job.parts()))


def turn_schema() -> Schema:
    """Columns of the turn readings: the turn's keys and every dimension."""
    keys = {name: TURNS[name] for name in TURN_KEYS}
    return {**keys, **{dimension.name: pl.Float64() for dimension in all_dimensions()}}


def measure_part(job: Job, part: str) -> Counts:
    """Measures the users of one part."""
    turns = job.table("curate", "turns", part, TURNS)
    wide = turn_readings(turns)
    readings = pool_conversations(wide)
    users = pool_users(readings)
    folder = job.folder("measure")
    write_table(folder / "turns" / f"{part}.parquet", wide, turn_schema())
    write_table(folder / "conversations" / f"{part}.parquet", readings, READINGS)
    write_table(folder / "users" / f"{part}.parquet", users, USER_READINGS)
    return {"turns": turns.height, "readings": readings.height}
