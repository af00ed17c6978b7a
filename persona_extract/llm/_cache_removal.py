"""Single answers of a cache, by their keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from persona_extract.llm._cache_upkeep import KIND
from persona_extract.llm._database import Database


def kept_answers(path: Path) -> list[tuple[str, str, str]]:
    """Key, stage and text of every answer, sorted by key.

    Raises:
        StoreError: there is no such file, or it is not a cache.
    """
    database = Database(path, KIND, create=False)
    try:
        with database.reading() as connection:
            rows = connection.execute("SELECT key, stage, text FROM answers ORDER BY key")
            return [(str(key), str(stage), str(text)) for key, stage, text in rows]
    finally:
        database.close()


def remove_answers(path: Path, keys: Iterable[str]) -> int:
    """Removes answers so that not a byte of them stays in the file; how many there were. Also
    overwrites what earlier removals left.

    Raises:
        StoreError: as `kept_answers`; or it cannot be written.
    """
    database = Database(path, KIND, create=False)
    try:
        with database.reading() as connection:
            connection.execute("PRAGMA secure_delete = ON")
        with database.writing() as connection:
            removed = sum(
                connection.execute("DELETE FROM answers WHERE key = ?", (key,)).rowcount
                for key in sorted(keys)
            )
        with database.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    return removed
