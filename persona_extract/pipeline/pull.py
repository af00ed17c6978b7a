"""pull: a source -> conversations in one schema, with salted keys. Resumes after a whole chunk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from persona_extract.errors import StoreError
from persona_extract.pipeline.forgotten import is_forgotten, read_forgotten
from persona_extract.pipeline.job import Job, add_up, names
from persona_extract.pipeline.steps import Steps
from persona_extract.records.fields import Record
from persona_extract.records.forgotten import Forgotten
from persona_extract.records.settings import Settings
from persona_extract.records.tables import CONVERSATIONS, RECORDS, conform
from persona_extract.sources import open_source
from persona_extract.sources.protocol import Batch, Source, SourceOptions
from persona_extract.store.atomic import reporting, write_json, write_table
from persona_extract.store.workspace import Counts
from persona_extract.text import salted_key

FORGOTTEN = "forgotten"
"""Why conversations of people are skipped who asked for it (`pack forget`)."""


class Chunk(Record):
    """What is noted beside a chunk: its conversations, how many of them have no user id, where the
    next chunk begins, and what was skipped."""

    n: int
    unknown: int
    token: str
    skipped: dict[str, int]


def opened(job: Job) -> Source:
    """The source of a run."""
    return open_source(job.spec, source_options(job.settings))


def source_options(settings: Settings) -> SourceOptions:
    """What the settings say about a source."""
    return SourceOptions(revision=settings.pull.revision, fields=dict(settings.pull.fields))


def pull(job: Job, steps: Steps) -> Counts:
    """Reads the source into chunks of conversations."""
    limit, known = job.settings.pull.limit, opened(job).count()
    total = known if limit is None else limit if known is None else min(limit, known)
    steps.stream("pull", read_chunks, job, total)
    counts = counted(job.folder("pull"))
    n, unknown = counts["conversations"], counts["without user id"]
    if unknown:
        steps.say(f"{unknown:,} of {n:,} conversations have no user id: each is a user of its own")
    return counts


def counted(folder: Path) -> Counts:
    """What the chunks in the folder of the stage come to."""
    chunks = [read_note(folder, name) for name in names(folder / "chunks")]
    skipped = add_up([chunk.skipped for chunk in chunks])
    forgotten = skipped.pop(FORGOTTEN, 0)
    return {
        "conversations": sum(chunk.n for chunk in chunks),
        "without user id": sum(chunk.unknown for chunk in chunks),
        **({f"dropped: {FORGOTTEN}": forgotten} if forgotten else {}),
        **{f"skipped: {reason}": n for reason, n in skipped.items()},
    }


def read_chunks(job: Job) -> Iterator[int]:
    """Writes chunk after chunk, after those that an interrupted run left; yields their sizes."""
    done, token = 0, None
    folder = job.folder("pull")
    present = [read_note(folder, name) for name in names(folder / "chunks")]
    for chunk in present:
        done, token = done + chunk.n, chunk.token
        yield chunk.n
    left = None if job.settings.pull.limit is None else job.settings.pull.limit - done
    number = len(present)
    if left is not None and left <= 0:
        return
    for batch in opened(job).batches(size=job.settings.pull.chunk, token=token):
        n = _write(job, f"chunk-{number:05d}", batch, left)
        yield n
        number += 1
        if left is not None:
            left -= n
            if left <= 0:
                return


def salted(records: pl.DataFrame, salt: bytes) -> pl.DataFrame:
    """`RECORDS` -> `CONVERSATIONS`: ids become keyed hashes. A user without id gets a key of its
    own for each conversation: such users are never merged."""
    ids = [
        salted_key(salt, "conversation", corpus, source_id)
        for corpus, source_id in records.select("corpus", "source_id").iter_rows()
    ]
    users = [
        salted_key(salt, "user", corpus, user)
        if user is not None
        else salted_key(salt, "user of conversation", key)
        for (corpus, user), key in zip(
            records.select("corpus", "user_id").iter_rows(), ids, strict=True
        )
    ]
    keyed = records.with_columns(
        pl.Series("conversation_id", ids, pl.String),
        pl.Series("user_key", users, pl.String),
        user_known=pl.col("user_id").is_not_null(),
    ).drop("source_id", "user_id")
    return conform(keyed, CONVERSATIONS)


def write_chunk(folder: Path, name: str, note: Chunk, rows: pl.DataFrame) -> None:
    """Writes the note of one chunk and, last, the table: a chunk counts once its table is there."""
    write_json(folder / "chunks" / f"{name}.json", note.model_dump())
    write_table(folder / "chunks" / f"{name}.parquet", rows, CONVERSATIONS)


def left_out(note: Chunk, rows: pl.DataFrame, forgotten: Forgotten) -> tuple[Chunk, pl.DataFrame]:
    """A chunk without the people who were forgotten. `n` and `unknown` still count what was read:
    limits and resuming go by them."""
    kept = rows.filter(~is_forgotten(forgotten))
    gone = rows.height - kept.height
    if not gone:
        return note, rows
    skipped = {**note.skipped, FORGOTTEN: note.skipped.get(FORGOTTEN, 0) + gone}
    return note.model_copy(update={"skipped": skipped}), kept


def read_note(folder: Path, name: str) -> Chunk:
    """The note of one chunk in the folder of the stage.

    Raises:
        StoreError: it is missing or damaged.
    """
    path = folder / "chunks" / f"{name}.json"
    with reporting(path):
        written = path.read_bytes()
    try:
        return Chunk.model_validate_json(written)
    except ValidationError as error:
        raise StoreError(f"{path} is damaged. Remove {folder} and run again.") from error


def _write(job: Job, name: str, batch: Batch, left: int | None) -> int:
    frame = conform(batch.frame, RECORDS)
    frame = frame if left is None else frame.head(left)
    note = Chunk(
        n=frame.height,
        unknown=frame["user_id"].null_count(),
        token=batch.token,
        skipped=batch.skipped,
    )
    rows = salted(frame, job.workspace.salt)
    forgotten = read_forgotten(job.workspace.root)
    write_chunk(job.folder("pull"), name, *left_out(note, rows, forgotten))
    return frame.height
