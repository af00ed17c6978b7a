"""Notes of batches that were submitted, so that a killed run picks them up and pays nothing twice.

A note is a small file. It is written before a batch is submitted, completed when its id is known,
and removed when its last answer was taken.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from persona_extract.errors import StoreError
from persona_extract.records.fields import Record
from persona_extract.text import content_hash


class Note(Record):
    """A batch that is not finished.

    Attributes:
        model: that is asked.
        base_url: where; None is the provider's own address.
        mark: written into the batch itself, so that it is found again without its id.
        batch: the provider's id; None if the run was killed while it was submitted.
        keys: digests of the calls whose answers were not taken yet.
    """

    model: str
    base_url: str | None
    mark: str
    batch: str | None
    keys: tuple[str, ...]


def new_note(model: str, base_url: str | None, keys: Iterable[str], nonce: str) -> Note:
    """A note of a batch that is about to be submitted; `nonce` tells it from an earlier one."""
    asked = tuple(keys)
    mark = content_hash(model, base_url or "", nonce, *asked)
    return Note(model=model, base_url=base_url, mark=mark, batch=None, keys=asked)


def read_notes(folder: Path | None, model: str, base_url: str | None) -> list[Note]:
    """Notes about a model, in the order of their marks.

    Raises:
        StoreError: a note is damaged or cannot be read.
    """
    if folder is None or not folder.is_dir():
        return []
    notes = [_read(path) for path in sorted(folder.glob("*.json"))]
    return [note for note in notes if (note.model, note.base_url) == (model, base_url)]


def write_note(folder: Path | None, note: Note) -> None:
    """Writes or replaces a note, whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    if folder is None:
        return
    path = folder / f"{note.mark}.json"
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.write(note.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. Notes of batches must be kept.") from error


def remove_note(folder: Path | None, note: Note) -> None:
    """Removes a note, if it is there."""
    if folder is not None:
        try:
            (folder / f"{note.mark}.json").unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{folder / note.mark}.json: {error.strerror}.") from error


def _read(path: Path) -> Note:
    try:
        return Note.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error
    except ValidationError as error:
        raise StoreError(
            f"{path} is damaged. Delete it and run the same command again; the answers of that "
            "batch may be paid again."
        ) from error
