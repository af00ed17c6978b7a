"""Recorded conversations of any known shape, recognised by content: -> `TRANSCRIPTS`.

A JSON document of a benchmark (see `benchmarks`) is read whole; everything that is a source (see
`sources`) is read through it, in batches and in constant memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from persona_extract.benchmarks import all_formats, find_format
from persona_extract.benchmarks.protocol import BenchmarkFormat, Recorded
from persona_extract.benchmarks.rows import unique_ids
from persona_extract.errors import SourceError
from persona_extract.records.tables import TRANSCRIPTS, conform, empty
from persona_extract.sources import (
    CHAT_SHAPES,
    JSON_NAMES,
    Json,
    find_files,
    is_chat,
    keys_seen,
    kind_of,
    read_first,
    read_whole,
)
from persona_extract.sources.protocol import Source, SourceOptions

DOCUMENT_BYTES = 256 * 2**20
"""Largest benchmark file, unpacked, that is taken into memory."""

_BATCH = 500
_LONGEST = 300
_ANY_PATH = "jsonl"  # the source that takes whatever no other source has recognised
_KNOWN_SOURCES = (
    "WildChat's records: objects with conversation_hash and conversation (JSON Lines or Parquet)",
    "STAR: files of objects with DialogueID, Events and Scenario",
    f"chat logs: JSON Lines or JSON with {CHAT_SHAPES}",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """Transcripts that have been recognised and not yet read.

    Attributes:
        recognised: what they were recognised as: the name of a format or of a kind of source.
        made_up: True if the people in it never existed, though they are no simulation either.
        batches: rows of `TRANSCRIPTS` and what was skipped. Ids are unique in a benchmark's file;
            those of a source are the corpus's own, whatever it repeats.
    """

    recognised: str
    made_up: bool
    batches: Iterator[Recorded]


@dataclass(frozen=True, slots=True)
class Transcripts:
    """Transcripts in memory.

    Attributes:
        recognised, made_up: see `Opened`.
        frame: rows of `TRANSCRIPTS`, ids unique.
        skipped: entries that were left out, by reason.
    """

    recognised: str
    made_up: bool
    frame: pl.DataFrame
    skipped: dict[str, int]


def read_transcripts(
    spec: str | Path, options: SourceOptions | None = None, *, limit: int | None = None
) -> Transcripts:
    """All conversations, or the first `limit`.

    Raises:
        UsageError, SourceError: see `open_transcripts`.
    """
    opened = open_transcripts(spec, options)
    frames, skipped, left = [empty(TRANSCRIPTS)], dict[str, int](), limit
    for batch in opened.batches:
        frames.append(batch.frame if left is None else batch.frame.head(left))
        for reason, n in batch.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + n
        left = None if left is None else left - frames[-1].height
        if left is not None and left <= 0:
            break
    return Transcripts(opened.recognised, opened.made_up, unique_ids(pl.concat(frames)), skipped)


def open_transcripts(
    spec: str | Path, options: SourceOptions | None = None, *, size: int = _BATCH
) -> Opened:
    """Recognises what a file, a folder, a glob or the name of a source holds.

    Raises:
        UsageError: no such source.
        SourceError: missing, unreadable, broken, or of none of the known shapes; what breaks
            further down is raised when the batches are taken.
    """
    named, options = str(spec), options or SourceOptions()
    kind = kind_of(named)
    if kind.name == _ANY_PATH and not options.fields:
        opened = _open_document(named, size)
        if opened is not None:
            return opened
    source = kind.opens(named, options)
    return Opened(kind.name, source.made_up, _rows(source, size))


def known_shapes() -> list[str]:
    """What is recognised, in words."""
    return [*(each.describes for each in all_formats()), *_KNOWN_SOURCES]


def _open_document(named: str, size: int) -> Opened | None:
    """A benchmark's file; None if it is a chat log."""
    path, *others = find_files(named, JSON_NAMES)
    whole = _read_whole(path)
    if whole is None:
        first = read_first(path)
        if is_chat(first):
            return None
        raise _unknown(named, f"{_seen(first)} in its first line, {_size(path)}")
    found = find_format(whole[0])
    if found is None:
        if _holds_chats(whole[0]):
            return None
        raise _unknown(named, f"{_seen(whole[0])}, {_size(path)}")
    if others:
        raise SourceError(
            f"{named}: holds files of {found.name}, which are read one at a time; name one, e.g."
            f" {path}"
        )
    return Opened(found.name, False, _slices(found, whole[0], str(path), size))


def _slices(found: BenchmarkFormat, document: Json, file: str, size: int) -> Iterator[Recorded]:
    read = found.reads(document, file)
    frame = conform(read.frame, TRANSCRIPTS)
    for start in range(0, max(frame.height, 1), size):
        yield Recorded(frame[start : start + size], {} if start else read.skipped)


def _rows(source: Source, size: int) -> Iterator[Recorded]:
    for batch in source.batches(size=size):
        yield Recorded(_recorded(batch.frame), batch.skipped)


def _recorded(records: pl.DataFrame) -> pl.DataFrame:
    """`RECORDS` -> `TRANSCRIPTS`: people wrote the users' turns."""
    given = {
        "conversation_id": pl.col("source_id"),
        "user_id": pl.col("user_id"),
        "human": pl.lit(True),
        "messages": pl.col("messages"),
    }
    columns = [
        given.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in TRANSCRIPTS.items()
    ]
    return conform(records.select(columns), TRANSCRIPTS)


def _read_whole(path: Path) -> tuple[Json] | None:
    """The document, None for JSON Lines."""
    if path.name.lower().endswith(JSON_NAMES):
        return read_whole(path, DOCUMENT_BYTES)
    try:
        return read_whole(path, DOCUMENT_BYTES)
    except SourceError as error:
        if not os.access(path, os.R_OK) or path.stat().st_size > DOCUMENT_BYTES:
            raise
        raise _unknown(str(path), f"a file that is no JSON, {_size(path)}") from error


def _holds_chats(document: Json) -> bool:
    return is_chat(document) or (
        isinstance(document, list) and bool(document) and is_chat(document[0])
    )


def _seen(document: Json) -> str:
    if isinstance(document, list) and document:
        seen = f"a list of {len(document):,}, the first {keys_seen(document[0])}"
    else:
        seen = keys_seen(document)
    return seen if len(seen) <= _LONGEST else f"{seen[:_LONGEST]}..."


def _unknown(named: str, seen: str) -> SourceError:
    known = "".join(f"\n* {shape}" for shape in known_shapes())
    return SourceError(f"{named}: of no known shape: {seen}. Known are{known}")


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1e6:,.2f} MB"
