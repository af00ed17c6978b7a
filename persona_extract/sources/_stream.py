"""Reading parts of a corpus in batches through `datasets`, so that a token resumes exactly."""

# `datasets` has no type stubs; its objects enter through `Stream`.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import orjson
import polars as pl

from persona_extract.errors import SourceError
from persona_extract.sources._json_text import documents
from persona_extract.sources.protocol import Batch

Documents = list[tuple[str, bytes]]
Read = tuple[pl.DataFrame, dict[str, int]]
"""Rows of RECORDS, and what was skipped, by reason."""

ROWS = 500
"""Rows that Parquet is decoded in; a writer may have put a million into one row group."""


class Stream(Protocol):
    """The part of `datasets.IterableDataset` that is used."""

    def iter(self, batch_size: int) -> Iterator[object]:
        """Batches."""
        ...

    def state_dict(self) -> dict[str, object]:
        """Where it stands."""
        ...

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Goes on from there."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Files that can be read as one stream: how to open it, and how to read a batch of it."""

    opens: Callable[[], Stream]
    reads: Callable[[object], Read]


def json_part(files: list[Path], reads: Callable[[Documents], Read]) -> Part:
    """Records of JSON files.

    Not the `json` builder of `datasets`: it guesses types from the first block, so that a field
    which is null there breaks or vanishes later, and a broken line is a traceback of Arrow.
    """

    def read(raw: object) -> Read:
        columns = cast(dict[str, list[object]], raw)
        pairs = zip(columns["place"], columns["text"], strict=True)
        return reads([(cast(str, place), cast(bytes, text)) for place, text in pairs])

    return Part(lambda: _json_stream(files), read)


def parquet_part(
    files: list[Path], columns: list[str], reads: Callable[[pl.DataFrame], Read]
) -> Part:
    """Rows of Parquet files of one schema."""
    return Part(lambda: _parquet_stream(files, columns), arrow_reader(reads))


def arrow_reader(reads: Callable[[pl.DataFrame], Read]) -> Callable[[object], Read]:
    """Reads a batch that is an Arrow table."""
    return lambda raw: reads(cast(pl.DataFrame, pl.from_arrow(cast(pl.DataFrame, raw))))


def read_parts(parts: list[Part], *, stamp: str, size: int, token: str | None) -> Iterator[Batch]:
    """All batches of the parts after the token.

    Raises:
        SourceError: the token is of another source, or of other content (`stamp`).
    """
    start, state = _unpack(token, stamp)
    for index, part in enumerate(parts):
        if index < start:
            continue
        stream = part.opens()
        if index == start and state is not None:
            stream.load_state_dict(state)
        for raw in stream.iter(batch_size=size):
            frame, skipped = part.reads(raw)
            yield Batch(frame, _pack(stamp, index, stream.state_dict()), skipped)


@contextmanager
def reporting_damage() -> Generator[None]:
    """Says in one line that a Parquet file is damaged, instead of Arrow's traceback."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        why = str(cast(Exception, error)).splitlines()[0][:160]
        raise SourceError(f"a Parquet file is damaged ({why}); fetch it again") from error


def _json_stream(files: list[Path]) -> Stream:
    from datasets import IterableDataset

    names = [str(path) for path in files]
    return cast(Stream, IterableDataset.from_generator(_rows, gen_kwargs={"files": names}))


def _rows(files: list[str]) -> Iterator[dict[str, object]]:
    for name in files:
        for place, text in documents(Path(name)):
            yield {"place": place, "text": text}


def _parquet_stream(files: list[Path], columns: list[str]) -> Stream:
    # Not load_dataset("parquet"): the same builder, but that one asks the hub first.
    from datasets import Dataset

    names = [str(path) for path in files]
    found = Dataset.from_parquet(cast(Any, names), columns=columns, streaming=True, batch_size=ROWS)
    return cast(Stream, found.with_format("arrow"))


def _pack(stamp: str, part: int, state: dict[str, object]) -> str:
    return orjson.dumps({"stamp": stamp, "part": part, "state": state}).decode()


def _unpack(token: str | None, stamp: str) -> tuple[int, dict[str, object] | None]:
    if token is None:
        return 0, None
    try:
        held = cast(dict[str, object], orjson.loads(token))
        part, state = cast(int, held["part"]), cast(dict[str, object], held["state"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError("the place to resume at is damaged; start again") from error
    if held.get("stamp") != stamp:
        raise SourceError("the source has changed since it was last read; start again")
    return part, state
