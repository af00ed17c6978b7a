"""One sqlite file, shared by threads and processes, that says what to do when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import StoreError

_VERSION = 1
_WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.02
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file holds.

    Attributes:
        name: for people, e.g. "cache of answers".
        mark: number in the file's header by which it is known again (`PRAGMA application_id`).
        schema: statements that make its tables.
        loss: what is lost if it is deleted.
    """

    name: str
    mark: int
    schema: tuple[str, ...]
    loss: str


class Database:
    """A file of a kind, made where there is none, for its owner's eyes only.

    A committed transaction outlives a killed process (write-ahead log without a sync per commit: a
    power cut may lose the last seconds but damages nothing).
    """

    def __init__(self, path: Path, kind: Kind, *, create: bool = True) -> None:
        self.path = path
        self.kind = kind
        self._create = create
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """A transaction that no other thread or process writes in.

        Raises:
            StoreError: the file is damaged, foreign, held by others for a minute, or not writable.
        """
        with self._lock, self._explained():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # sqlite itself ends it where the disk is full
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """A connection to read from; `writing` for the errors."""
        with self._lock, self._explained():
            yield self._open()

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        """The connection of this process: one that was made before a fork must not be used."""
        if self._connection is None or self._process != os.getpid():
            self._connection = self._connect()
            self._process = os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        if self._create:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # sqlite gives its side files the mode of the main one.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not self.path.is_file():
            raise StoreError(f"{self.path} does not exist: there is no {self.kind.name}.")
        connection = sqlite3.connect(
            self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")
        if self._known(connection):
            return
        _patiently(connection, "PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        if not self._known(connection):  # else another process was faster
            for statement in self.kind.schema:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {self.kind.mark}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")

    def _known(self, connection: sqlite3.Connection) -> bool:
        """Whether the tables are there; an empty file may become one. Tables are counted first:
        whoever makes them in this moment leaves the mark together with them."""
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if (mark, version) == (self.kind.mark, _VERSION):
            return True
        if mark == 0 and tables == 0 and self._create:
            return False
        what = "of another version" if mark == self.kind.mark else f"not a {self.kind.name}"
        raise StoreError(f"{self.path} is {what} of this program. Name another file.")

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self._advice(error)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(f"{self.path}: {reason}. {self._elsewhere()}") from error

    def _advice(self, error: sqlite3.Error) -> str:
        code = str(getattr(error, "sqlite_errorname", ""))
        if code.startswith(_BUSY):
            return (
                f"{self.path} is held by another process for more than {_WAIT_SECONDS:.0f} "
                "seconds. Wait for it or stop it, and run the same command again."
            )
        if code.startswith("SQLITE_FULL"):
            return f"{self.path}: the disk is full. Free some space and run the same command again."
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return (
                f"{self.path} is damaged or not a {self.kind.name} ({error}). Put a copy back, or "
                f"delete it and run the same command again: {self.kind.loss}."
            )
        return f"{self.path}: {error}. {self._elsewhere()}"

    def _elsewhere(self) -> str:
        return f"The {self.kind.name} must be in a folder that can be written to."


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Sqlite does not wait when the kind of its journal is switched by several at once."""
    end = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            busy = str(getattr(error, "sqlite_errorname", "")).startswith(_BUSY)
            if not busy or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)
