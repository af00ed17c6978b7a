"""A format of recorded conversations: a parsed JSON document -> `records.tables.TRANSCRIPTS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a document holds.

    Attributes:
        frame: rows of `TRANSCRIPTS`, in the order of the document, ids unique.
        skipped: entries that were left out, by reason (e.g. {"not kept": 3}).
    """

    frame: pl.DataFrame
    skipped: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class BenchmarkFormat:
    """What a file of the room exports as `FORMAT`.

    Attributes:
        name: what a document of this format is called.
        describes: the shape in words, for people whose file was not recognised.
        recognises: whether a document is of this format; never raises.
        reads: reads a document that was recognised. The second argument is the file's name, which
            stands in ids and in errors. Raises SourceError naming the file and the entry.
    """

    name: str
    describes: str
    recognises: Callable[[Json], bool]
    reads: Callable[[Json, str], Recorded]
