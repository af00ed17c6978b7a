"""Files that are either whole or not there: written under a temporary name, then renamed."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson
import polars as pl

from persona_extract.errors import StoreError
from persona_extract.records.tables import Schema, conform

PARTIAL = ".partial"


@contextmanager
def reporting(path: Path) -> Generator[None]:
    """Turns the system's refusals into a StoreError that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(_advice(path, error)) from error


def write_bytes(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Writes a file whole or not at all.

    Args:
        path: the file; folders above it are made.
        content: all of it.
        mode: permissions, from which the umask takes away.

    Raises:
        StoreError: see `write_pieces`.
    """
    write_pieces(path, [content], mode)


def write_pieces(path: Path, pieces: Iterable[bytes], mode: int = 0o666) -> None:
    """Writes a file, piece after piece, whole or not at all.

    A link is followed and stays. Devices and pipes cannot be whole or not: they get the pieces.

    Raises:
        StoreError: no permission, no space, or any other refusal of the system.
    """
    with reporting(path):
        if is_stream(path):
            with _stream(path) as stream:
                stream.writelines(pieces)
            return
        path = Path(os.path.realpath(path)) if path.is_symlink() else path
        partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.touch(mode)
            with partial.open("wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def is_stream(path: Path) -> bool:
    """Whether it is a pipe, a terminal or another device: nothing that can be read twice or
    replaced.

    Raises:
        OSError: the system does not let one look.
    """
    if str(path) in _OPEN:
        return True
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        return False
    return kind not in (stat.S_IFREG, stat.S_IFDIR)


def refuse_stream(path: Path) -> None:
    """Refuses to read from a pipe or a device, which may never end.

    Raises:
        StoreError: save it to a file first.
    """
    with reporting(path):
        if is_stream(path):
            raise StoreError(f"{path}: is a pipe or a device; save it to a file first.")


def write_json(path: Path, value: object) -> None:
    """Writes `as_json`."""
    write_bytes(path, as_json(value))


def as_json(value: object) -> bytes:
    """Indented JSON with sorted keys and a final newline."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options)


def write_table(
    path: Path, frame: pl.DataFrame, schema: Schema, *, group: int | None = None
) -> None:
    """Writes a table as Parquet after checking its schema. Same rows, same bytes.

    Args:
        path: the file.
        frame: the rows.
        schema: what they must conform to.
        group: rows in a row group: what a reader of few rows has to read at the least.
    """
    buffer = io.BytesIO()
    conform(frame, schema).write_parquet(
        buffer, compression="zstd", statistics=True, row_group_size=group
    )
    write_bytes(path, buffer.getvalue())


def read_table(path: Path, schema: Schema) -> pl.DataFrame:
    """Reads a table and checks its schema.

    Raises:
        StoreError: the file is damaged or of another schema.
    """
    with reporting(path):
        content = path.read_bytes()
    try:
        return conform(pl.read_parquet(io.BytesIO(content)), schema)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise StoreError(f"{path} is damaged or of another version ({error}).") from error


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with reporting(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_OPEN = {"/dev/stdout": 1, "/dev/stderr": 2}
"""Names of what is open already: a file that a shell redirects to is continued, not replaced."""


def _stream(path: Path) -> BinaryIO:
    """A pipe or device, opened for writing."""
    if str(path) in _OPEN:
        return os.fdopen(os.dup(_OPEN[str(path)]), "wb")
    if not (path.is_char_device() or path.is_fifo()):
        raise StoreError(f"{path}: is a socket or a disk; choose another --out.")
    return path.open("wb")


def _advice(path: Path, error: OSError) -> str:
    known = {
        errno.ENOSPC: "the disk is full; free some space and run the same command again: "
        "it continues where it stopped",
        errno.EDQUOT: "your disk quota is used up; free some space and run again",
        errno.EACCES: "no permission; choose another --out or change the folder's permissions",
        errno.EPERM: "no permission; choose another --out or change the folder's permissions",
        errno.EROFS: "the file system is read-only; choose another --out",
        errno.ENOTDIR: "a part of the path is a file, not a folder; choose another --out",
        errno.ENOENT: "it does not exist",
        errno.EISDIR: "it is a folder where a file is needed",
        errno.ENAMETOOLONG: "the name is too long",
    }
    reason = known.get(error.errno or 0, error.strerror or str(error))
    return f"{path}: {reason}."
