"""read: conversations -> statements about behaviour, by the reader model; nothing without one."""

from __future__ import annotations

from persona_extract.pipeline.job import Job, add_up
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import DEMOGRAPHICS, READ, STATEMENTS, empty
from persona_extract.store.atomic import write_table
from persona_extract.store.workspace import Counts


def read(job: Job, steps: Steps) -> Counts:
    """Reads the kept conversations of all users."""
    return add_up(steps.each("read", read_part, job, job.parts()))


def read_settings(job: Job) -> object:
    """What the statements depend on."""
    reader = job.settings.models.outcome("reader")
    return reader and (reader, job.settings.read)


def read_part(job: Job, part: str) -> Counts:
    """Reads the users of one part."""
    folder = job.folder("read")
    write_table(folder / "statements" / f"{part}.parquet", empty(STATEMENTS), STATEMENTS)
    write_table(folder / "conversations" / f"{part}.parquet", empty(READ), READ)
    write_table(folder / "demographics" / f"{part}.parquet", empty(DEMOGRAPHICS), DEMOGRAPHICS)
    return {"statements": 0}
