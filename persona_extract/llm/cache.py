"""Answers on disk by the digest of what was asked, so that nothing is paid twice.

One sqlite file, readable by its owner only: answers may quote users. Every answer is committed when
it is kept; that an answer was used again is noted now and then, since a note lost in a killed
process costs nothing.
"""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from persona_extract.errors import StoreError, UsageError
from persona_extract.llm._database import Database, Kind
from persona_extract.llm.protocol import Answers, Kept
from persona_extract.records.calls import Usage
from persona_extract.records.spent import CacheStats, KeptAnswers, Pruned

_KIND = Kind(
    name="cache of answers",
    mark=0x70784143,
    schema=(
        """CREATE TABLE answers (
            key TEXT PRIMARY KEY, text TEXT NOT NULL, model TEXT NOT NULL, stage TEXT NOT NULL,
            prompt TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL, estimated INTEGER NOT NULL, cost REAL,
            created REAL NOT NULL, used REAL NOT NULL, uses INTEGER NOT NULL)""",
        "CREATE INDEX by_prompt ON answers (prompt, model, completion_tokens)",
    ),
    loss="the answers in it will be asked, and paid, again",
)
_NOTES = 1000
"""Uses that are noted together, at the most."""
_NOTE_SECONDS = 10.0
_DAY = 86_400.0

_SUMS = """count(*), coalesce(sum(length(CAST(text AS BLOB))), 0),
    coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
    total(cost), count(*) - count(cost), coalesce(sum(uses), 0),
    coalesce(sum(uses * (prompt_tokens + completion_tokens)), 0), total(uses * cost)"""


class AnswerCache(Answers):
    """The cache of a file; threads and processes may share it.

    Raises:
        StoreError: from every method, where the file is damaged, foreign or not writable.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._database = Database(path, _KIND)
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


def stats(path: Path) -> CacheStats:
    """What a cache holds, and what it has saved so far.

    Raises:
        StoreError: there is no such file, or it is not a cache.
    """
    database = Database(path, _KIND, create=False)
    try:
        with database.reading() as connection:
            total = connection.execute(f"SELECT {_SUMS} FROM answers").fetchone()
            groups = connection.execute(
                f"SELECT stage, prompt, model, {_SUMS} FROM answers"
                " GROUP BY stage, prompt, model ORDER BY stage, prompt, model"
            ).fetchall()
            ends = connection.execute("SELECT min(created), max(created) FROM answers").fetchone()
    finally:
        database.close()
    return CacheStats(
        file=str(path),
        bytes=_size(path),
        entries=total[0],
        oldest=_moment(ends[0]),
        newest=_moment(ends[1]),
        total=_group("", "", "", total),
        groups=tuple(_group(stage, prompt, model, sums) for stage, prompt, model, *sums in groups),
    )


def prune(
    path: Path,
    *,
    older_than_days: float | None = None,
    prompt: str | None = None,
    model: str | None = None,
    everything: bool = False,
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> Pruned:
    """Removes the answers that all conditions name, and gives their space back.

    Args:
        path: the cache.
        older_than_days: neither made nor used for so many days.
        prompt: name ("read"), version ("read.v1") or id ("read.v1@0a1b2c3d") of a prompt.
        model: as the cache names it.
        everything: all answers; must be said, and alone.
        dry_run: remove nothing.
        clock: seconds since 1970.

    Raises:
        UsageError: no condition, or a condition beside `everything`.
        StoreError: there is no such file, it is not a cache, or it cannot be written.
    """
    oldest = None if older_than_days is None else clock() - older_than_days * _DAY
    where, values = _condition(oldest, prompt, model, everything=everything)
    database = Database(path, _KIND, create=False)
    try:
        with database.reading() as connection:
            entries, named, cost, text, all_text = connection.execute(
                f"SELECT count(*), total({where}), total(CASE WHEN {where} THEN cost END),"
                f" total(CASE WHEN {where} THEN length(CAST(text AS BLOB)) END),"
                " total(length(CAST(text AS BLOB))) FROM answers",
                values * 3,
            ).fetchone()
        before = _size(path)
        if dry_run:
            freed = round(before * text / all_text) if all_text else 0
        else:
            named = _remove(database, where, values)
            freed = max(0, before - _size(path))
    finally:
        database.close()
    return Pruned(
        file=str(path),
        dry_run=dry_run,
        removed=int(named),
        left=entries - int(named),
        lost_cost=cost,
        bytes_freed=freed,
    )


def _condition(
    oldest: float | None, prompt: str | None, model: str | None, *, everything: bool
) -> tuple[str, tuple[str | float, ...]]:
    """Conditions on rows, as SQL, and its values."""
    said: list[tuple[str, tuple[str | float, ...]]] = []
    if oldest is not None:
        said.append(("used < ?", (oldest,)))
    if prompt is not None:
        said.append(
            (
                "(prompt = ? OR substr(prompt, 1, ?) IN (?, ?))",
                (prompt, len(prompt) + 1, f"{prompt}.", f"{prompt}@"),
            )
        )
    if model is not None:
        said.append(("model = ?", (model,)))
    if everything == bool(said):
        raise UsageError(
            "Say which answers go: --older-than, --prompt, --model, or --all and nothing else."
        )
    values = tuple(value for _, some in said for value in some)
    return " AND ".join(f"({sql})" for sql, _ in said) or "(1)", values


def _remove(database: Database, where: str, values: tuple[str | float, ...]) -> int:
    with database.writing() as connection:
        removed = connection.execute(f"DELETE FROM answers WHERE {where}", values).rowcount
    with database.reading() as connection:
        connection.execute("VACUUM")  # also overwrites what was quoted in the removed answers
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return removed


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


def _group(stage: str, prompt: str, model: str, sums: Sequence[float]) -> KeptAnswers:
    entries, text, asked, answered, cost, unknown, uses, saved, saved_cost = sums
    return KeptAnswers(
        stage=stage,
        prompt=prompt,
        model=model,
        entries=int(entries),
        text_bytes=int(text),
        prompt_tokens=int(asked),
        completion_tokens=int(answered),
        cost=cost,
        unknown_prices=int(unknown),
        uses=int(uses),
        saved_tokens=int(saved),
        saved_cost=saved_cost,
    )


def _size(path: Path) -> int:
    """Bytes on disk, with what was written but not yet moved into the file itself."""
    log = path.with_name(f"{path.name}-wal")
    return sum(each.stat().st_size for each in (path, log) if each.exists())


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
