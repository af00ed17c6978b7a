"""Vectors on disk by encoder and text, so that an unchanged text is embedded once.

One SQLite file; a text is stored only as a hash. Two processes may share it, and a killed one
leaves either a whole block of vectors or nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from persona_extract.errors import StoreError
from persona_extract.text import content_hash

Vectors = NDArray[np.float32]
_Item = TypeVar("_Item")

_BLOCK = 512
_ASK = 500  # variables in one statement; old SQLite builds refuse more than 999
_WAIT_SECONDS = 60.0
_CREATE = """CREATE TABLE IF NOT EXISTS vectors
    (encoder TEXT, text_hash TEXT, vector BLOB NOT NULL, PRIMARY KEY (encoder, text_hash))
    WITHOUT ROWID"""


class Encodes(Protocol):
    """The part of `encoders.protocol.Encoder` that is needed here."""

    @property
    def name(self) -> str:
        """Kind, model and revision: vectors are kept under this."""
        ...

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        """float32, one row a text."""
        ...


class Kept:
    """An encoder that looks into a file before it embeds.

    Only for encoders whose vectors depend on the text alone (`EncoderKind.per_text`): the seed is
    not part of the key.
    """

    def __init__(self, encoder: Encodes, path: Path) -> None:
        self._encoder = encoder
        self._path = path

    @property
    def name(self) -> str:
        """Name of the encoder behind it."""
        return self._encoder.name

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        """Same as the encoder's own.

        Raises:
            StoreError: the file cannot be read or written.
        """
        distinct = sorted(set(texts))
        keys = {text: content_hash(text, length=32) for text in distinct}
        with _opened(self._path) as database:
            rows = _look_up(database, self.name, [keys[text] for text in distinct])
            missing = [text for text in distinct if keys[text] not in rows]
            for block in _blocks(missing, _BLOCK):
                vectors = self._encoder.encode(block, seed=seed)
                fresh = {keys[text]: vectors[i] for i, text in enumerate(block)}
                _add(database, self.name, fresh)
                rows.update(fresh)
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([rows[keys[text]] for text in texts])


def _look_up(database: sqlite3.Connection, name: str, keys: Sequence[str]) -> dict[str, Vectors]:
    rows: dict[str, Vectors] = {}
    for some in _blocks(keys, _ASK):
        marks = ",".join("?" * len(some))
        query = f"SELECT text_hash, vector FROM vectors WHERE encoder=? AND text_hash IN ({marks})"
        for key, vector in database.execute(query, [name, *some]):
            rows[key] = np.frombuffer(vector, dtype="<f4").astype(np.float32)
    return rows


def _add(database: sqlite3.Connection, name: str, rows: dict[str, Vectors]) -> None:
    values = [(name, key, row.astype("<f4").tobytes()) for key, row in rows.items()]
    with database:  # one transaction a block
        database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", values)


@contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as database:
            with database:
                database.execute(_CREATE)
            yield database
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"kept vectors in {path}: {error}; remove the file or mend it") from error


def _blocks(items: Sequence[_Item], size: int) -> Iterator[list[_Item]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
