"""Runs of a small corpus for tests, and what they left on disk."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from persona_extract.pipeline.job import Job
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import InProcess, Silent
from persona_extract.records.settings import (
    ClusterSettings,
    PullSettings,
    Settings,
    SimulateSettings,
)
from persona_extract.sources import open_source
from persona_extract.store.workspace import open_workspace

SALT = "a salt for tests"
SETTINGS = Settings(
    pull=PullSettings(chunk=10),
    cluster=ClusterSettings(encoder="lsa", max_clusters=5, bootstraps=5),
    simulate=SimulateSettings(cases=8),
)


def corpus(folder: Path, users: int = 8) -> Path:
    """The first users of the demo corpus, as WildChat records in a JSONL file."""
    path = folder / "chats.jsonl"
    seen: dict[str, None] = {}
    lines: list[str] = []
    for batch in open_source("demo").batches(size=500):
        for row in batch.frame.iter_rows(named=True):
            seen.setdefault(row["user_id"])
            if list(seen).index(row["user_id"]) < users:
                lines.append(json.dumps(_wildchat(row)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def job(source: Path | str, out: Path, settings: Settings = SETTINGS) -> Job:
    return Job(open_workspace(out, SALT), str(source), settings)


def run_to(
    source: Path | str, out: Path, until: str = "report", settings: Settings = SETTINGS
) -> Job:
    made = job(source, out, settings)
    watcher = Silent()
    run(made, InProcess(watcher), watcher, until)
    return made


def bytes_of(root: Path) -> dict[str, str]:
    """Digest of every file that a run left, by its path."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def _wildchat(row: dict[str, object]) -> dict[str, object]:
    messages = row["messages"]
    assert isinstance(messages, list)
    return {
        "conversation_hash": row["source_id"],
        "model": row["model"],
        "timestamp": None,
        "conversation": [{**message, "hashed_ip": row["user_id"]} for message in messages],
        "turn": len(messages) // 2,
        "language": "English",
        "toxic": False,
        "redacted": False,
        "hashed_ip": row["user_id"],
    }
