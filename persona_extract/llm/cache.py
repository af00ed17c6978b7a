"""Answers on disk by the digest of what was asked, so that nothing is paid twice.

One sqlite file, readable by its owner only: answers may quote users. Every answer is committed when
it is kept; that an answer was used again is noted now and then, since a note lost in a killed
process costs nothing.
"""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from persona_extract.errors import StoreError
from persona_extract.llm._cache_removal import kept_answers, remove_answers
from persona_extract.llm._cache_upkeep import KIND, prune, stats
from persona_extract.llm._database import Database
from persona_extract.llm.protocol import Answers, Kept
from persona_extract.records.calls import Usage

__all__ = ["AnswerCache", "kept_answers", "prune", "remove_answers", "stats"]

_NOTES = 1000
"""Uses that are noted together, at the most."""
_NOTE_SECONDS = 10.0


class AnswerCache(Answers):
    """The cache of a file; threads and processes may share it.

    Raises:
        StoreError: from every method, where the file is damaged, foreign or not writable.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._database = Database(path, KIND)
        self._notes: dict[str, tuple[int, float]] = {}
        self._noted = clock()
        # Nobody has to remember to close a cache.
        self._end = weakref.finalize(self, _note_at_last, self._database, self._notes)

    def look_up(self, key: str) -> Kept | None:
        """The answer that was kept under a key, or None."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT text, model, prompt_tokens, completion_tokens, estimated, cost"
                " FROM answers WHERE key = ?",
                (key,),
            ).fetchone()
            if row is None:
                return None
            self._note(key)
        text, model, asked, answered, estimated, cost = row
        return Kept(text, model, Usage(asked, answered, bool(estimated)), cost)

    def keep(self, key: str, stage: str, prompt: str, answer: Kept) -> None:
        """Keeps an answer for good; where there is one already, the first stays."""
        now, usage = self._clock(), answer.usage
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    *(key, answer.text, answer.model, stage, prompt),
                    *(usage.prompt_tokens, usage.completion_tokens, usage.estimated),
                    *(answer.cost, now, now),
                ),
            )
            if len(self._notes) >= _NOTES:
                _write_notes(connection, self._notes)

    def typical(self, prompt: str) -> tuple[int, float] | None:
        """Number of answers kept for a prompt, and their mean length in tokens; None if none."""
        with self._database.reading() as connection:
            n, mean = connection.execute(
                "SELECT count(*), avg(completion_tokens) FROM answers WHERE prompt = ?", (prompt,)
            ).fetchone()
        return (n, mean) if n else None

    def close(self) -> None:
        """Notes what was used and lets go of the file."""
        self._write()
        self._database.close()

    def _note(self, key: str) -> None:
        now = self._clock()
        self._notes[key] = (self._notes.get(key, (0, now))[0] + 1, now)
        if len(self._notes) >= _NOTES or now - self._noted > _NOTE_SECONDS:
            self._write()

    def _write(self) -> None:
        if self._notes:
            with self._database.writing() as connection:
                _write_notes(connection, self._notes)
        self._noted = self._clock()


def _write_notes(connection: sqlite3.Connection, notes: dict[str, tuple[int, float]]) -> None:
    connection.executemany(
        "UPDATE answers SET uses = uses + ?, used = max(used, ?) WHERE key = ?",
        [(uses, used, key) for key, (uses, used) in sorted(notes.items())],
    )
    notes.clear()


def _note_at_last(database: Database, notes: dict[str, tuple[int, float]]) -> None:
    with suppress(StoreError):  # too late to tell anybody, and nothing that was paid is lost
        if notes:
            with database.writing() as connection:
                _write_notes(connection, notes)
        database.close()
