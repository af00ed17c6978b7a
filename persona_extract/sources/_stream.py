"""Reading parts of a corpus in batches through `datasets`, so that a token resumes exactly."""

# `datasets` has no type stubs; its objects enter through `Stream`.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading stands: `rows` rows into what follows `state`, taken `size` records at a time.

    The size belongs to the state: `datasets` loses rows of Parquet, without a word, if a state is
    gone on from with batches of another size (5.2).
    """

    stamp: str
    part: int = 0
    size: int = 1
    state: dict[str, object] | None = None
    rows: int = 0


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
    place = Place(stamp, size=size) if token is None else _unpack(token, stamp)
    for index in range(place.part, len(parts)):
        yield from _read_part(
            parts[index], place if index == place.part else Place(stamp, index, size), size
        )


@contextmanager
def reporting_damage() -> Generator[None]:
    """Says in one line that a Parquet file is damaged, instead of Arrow's traceback."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        why = str(cast(Exception, error)).splitlines()[0][:160]
        raise SourceError(f"a Parquet file is damaged ({why}); fetch it again") from error


def without_torch() -> None:
    """Keeps `datasets` from loading torch, which it does for every stream so that the workers of
    a torch `DataLoader` could share it: 2 s and 200 MB that nothing here needs."""
    from datasets import config

    config.TORCH_AVAILABLE = False


def _read_part(part: Part, place: Place, size: int) -> Iterator[Batch]:
    stream = part.opens()
    if place.state is not None:
        stream.load_state_dict(place.state)
    for raw in stream.iter(batch_size=place.size):
        frame, skipped = part.reads(raw)
        after = replace(place, state=stream.state_dict(), rows=0)
        for start in range(place.rows, max(frame.height, 1), size):
            end = start + size
            here = after if end >= frame.height else replace(place, rows=end)
            yield Batch(frame[start:end], orjson.dumps(here).decode(), {} if start else skipped)
        place = after


def _json_stream(files: list[Path]) -> Stream:
    from datasets import IterableDataset

    without_torch()
    names = [str(path) for path in files]
    return cast(Stream, IterableDataset.from_generator(_rows, gen_kwargs={"files": names}))


def _rows(files: list[str]) -> Iterator[dict[str, object]]:
    for name in files:
        for place, text in documents(Path(name)):
            yield {"place": place, "text": text}


def _parquet_stream(files: list[Path], columns: list[str]) -> Stream:
    # Not load_dataset("parquet"): the same builder, but that one asks the hub first.
    from datasets import Dataset

    without_torch()
    names = [str(path) for path in files]
    found = Dataset.from_parquet(cast(Any, names), columns=columns, streaming=True, batch_size=ROWS)
    return cast(Stream, found.with_format("arrow"))


def _unpack(token: str, stamp: str) -> Place:
    try:
        place = Place(**cast(dict[str, Any], orjson.loads(token)))
    except (orjson.JSONDecodeError, TypeError) as error:
        raise SourceError("the place to resume at is damaged; start again") from error
    if place.stamp != stamp:
        raise SourceError("the source has changed since it was last read; start again")
    return place
