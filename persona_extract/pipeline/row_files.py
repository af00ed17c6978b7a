"""Reads a file of rows, whatever it is written in: JSON Lines, a JSON document or Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import orjson
import polars as pl

from persona_extract.errors import SourceError
from persona_extract.exports.rows import Unread
from persona_extract.store.atomic import reporting

MAX_LINE = 4 * 1024 * 1024
"""Bytes of the longest line that is read."""

MAX_DOCUMENT = 512 * 1024 * 1024
"""Bytes of the longest JSON document or Parquet file that is read; JSON Lines may be of any
length."""

_PARQUET = b"PAR1"


def rows_of(path: Path) -> Iterator[tuple[int, object] | Unread]:
    """Each row with its number from 1 on, or why it cannot be read.

    A JSON document is a list of rows, or an object that holds one such list.

    Raises:
        SourceError: the file as a whole is not what it claims to be.
        StoreError: the system does not let one read it.
    """
    with reporting(path), path.open("rb") as file:
        start = file.read(4096)
    if start[:4] == _PARQUET:
        return _parquet(path)
    first = start.lstrip()[:1]
    if first == b"[" or (first == b"{" and _is_spread(start)):
        return _document(path)
    return _lines(path)


def _is_spread(start: bytes) -> bool:
    """Whether an object goes over several lines, so that its first line is none of its own."""
    head = start.lstrip().split(b"\n", 1)
    if len(head) == 1:
        return False
    try:
        orjson.loads(head[0])
    except orjson.JSONDecodeError:
        return head[0].strip() == b"{"
    return False


def _lines(path: Path) -> Iterator[tuple[int, object] | Unread]:
    with reporting(path), path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield Unread(number, f"longer than {MAX_LINE} bytes")
            elif line.strip():
                yield _line(number, line)


def _line(number: int, line: bytes) -> tuple[int, object] | Unread:
    try:
        return number, orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Unread(number, f"not JSON ({error})")


def _document(path: Path) -> Iterator[tuple[int, object] | Unread]:
    _refuse_large(path)
    with reporting(path):
        content = path.read_bytes()
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path} is not JSON ({error}), nor one JSON object a line.") from error
    yield from enumerate(_rows_in(found), 1)


def _rows_in(document: object) -> list[object]:
    """A list, or the only list of objects that an object holds, or the object as a single row."""
    if isinstance(document, list):
        return cast(list[object], document)
    values = cast(dict[str, object], document).values() if isinstance(document, dict) else ()
    lists = [cast(list[object], each) for each in values if isinstance(each, list)]
    of_objects = [each for each in lists if each and all(isinstance(x, dict) for x in each)]
    return of_objects[0] if len(of_objects) == 1 else [document]


def _parquet(path: Path) -> Iterator[tuple[int, object] | Unread]:
    _refuse_large(path)
    try:
        with reporting(path):
            frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path} cannot be read as Parquet ({error}).") from error
    yield from enumerate(frame.iter_rows(named=True), 1)


def _refuse_large(path: Path) -> None:
    with reporting(path):
        size = path.stat().st_size
    if size > MAX_DOCUMENT:
        raise SourceError(
            f"{path} has {size} bytes, more than {MAX_DOCUMENT} that are read at once. Give it as "
            "JSON Lines (one object a line), which may be of any length."
        )
