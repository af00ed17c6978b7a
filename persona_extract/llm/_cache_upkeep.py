"""What a cache of answers holds, and removing some of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from persona_extract.errors import UsageError
from persona_extract.llm._database import Database, Kind
from persona_extract.records.spent import CacheStats, KeptAnswers, Pruned

KIND = Kind(
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
_DAY = 86_400.0

_SUMS = """count(*), coalesce(sum(length(CAST(text AS BLOB))), 0),
    coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
    total(cost), count(*) - count(cost), coalesce(sum(uses), 0),
    coalesce(sum(uses * (prompt_tokens + completion_tokens)), 0), total(uses * cost)"""


def stats(path: Path) -> CacheStats:
    """What a cache holds, and what it has saved so far.

    Raises:
        StoreError: there is no such file, or it is not a cache.
    """
    database = Database(path, KIND, create=False)
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
    database = Database(path, KIND, create=False)
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
