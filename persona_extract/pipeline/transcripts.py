"""Recorded conversations of any known shape, recognised by content: -> `TRANSCRIPTS`.

A JSON document of a benchmark (see `benchmarks`) is read whole; everything that is a source (see
`sources`) is read through it, in batches and in constant memory.
"""

from __future__ import annotations

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
    PARQUET_NAMES,
    Json,
    find_files,
    is_chat,
    is_path,
    keys_seen,
    kind_of,
    read_first,
    read_whole,
)
from persona_extract.sources.protocol import Source, SourceOptions

DOCUMENT_BYTES = 256 * 2**20
"""Largest benchmark file, unpacked, that is taken into memory."""

_BATCH = 500
_OWN_SHAPES = ("wildchat", "star")
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
    if is_path(named) and not options.fields:
        path = find_files(named, (*JSON_NAMES, *PARQUET_NAMES))[0]
        if not path.name.lower().endswith(PARQUET_NAMES):
            whole = _read_whole(path)
            found = None if whole is None else find_format(whole[0])
            if found and whole:
                _refuse_many(named, path, found)
                return Opened(found.name, False, _slices(found, whole[0], str(path), size))
            _refuse_unknown(named, path, whole)
    kind = kind_of(named)
    source = kind.opens(named, options)
    return Opened(kind.name, source.made_up, _rows(source, size))


def known_shapes() -> list[str]:
    """What is recognised, in words."""
    return [*(each.describes for each in all_formats()), *_KNOWN_SOURCES]


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
        raise _unknown(str(path), f"a file that is no JSON, {_size(path)}") from error


def _refuse_many(named: str, path: Path, found: BenchmarkFormat) -> None:
    if not Path(named).expanduser().is_file():
        raise SourceError(
            f"{named}: holds files of {found.name}, which are read one at a time; name one, e.g."
            f" {path}"
        )


def _refuse_unknown(named: str, path: Path, whole: tuple[Json] | None) -> None:
    """Looks at the first record before a source does, to say what is known here."""
    if whole is None:
        first = read_first(path)
    else:
        document = whole[0]
        several = isinstance(document, list) and document and not is_chat(document)
        first = document[0] if several and isinstance(document, list) else document
    if is_chat(first) or kind_of(named).name in _OWN_SHAPES:
        return
    seen = keys_seen(first) if whole is None else _seen(whole[0])
    raise _unknown(named, f"{seen}, {_size(path)}" + (" (its first line)" if whole is None else ""))


def _seen(document: Json) -> str:
    if isinstance(document, list) and document:
        return f"a list of {len(document):,}, the first {keys_seen(document[0])}"
    return keys_seen(document)


def _unknown(named: str, seen: str) -> SourceError:
    known = "".join(f"\n* {shape}" for shape in known_shapes())
    return SourceError(f"{named}: of no known shape: {seen}. Known are{known}")


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1e6:,.2f} MB"
