"""measure: user turns -> readings of every dimension, per conversation and per user."""

from __future__ import annotations

from persona_extract.dimensions.read import pool_conversations, pool_users, turn_readings
from persona_extract.pipeline.job import Job, add_up
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import READINGS, TURNS, USER_READINGS
from persona_extract.store.atomic import write_table
from persona_extract.store.workspace import Counts


def measure(job: Job, steps: Steps) -> Counts:
    """Reads every dimension on every turn."""
    return add_up(steps.each("measure", measure_part, job, job.parts()))


def measure_part(job: Job, part: str) -> Counts:
    """Measures the users of one part."""
    turns = job.table("curate", "turns", part, TURNS)
    readings = pool_conversations(turn_readings(turns))
    users = pool_users(readings)
    folder = job.folder("measure")
    write_table(folder / "conversations" / f"{part}.parquet", readings, READINGS)
    write_table(folder / "users" / f"{part}.parquet", users, USER_READINGS)
    return {"turns": turns.height, "readings": readings.height}
