"""Takes answers of models that concern forgotten people out of a cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.read import questions
from persona_extract.pipeline.traces import Needles, holding
from persona_extract.records.calls import Call
from persona_extract.records.forgotten import Forgotten
from persona_extract.traits.background import background_call
from persona_extract.traits.read import read_call

_READ = "read"


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Answers that are to go: the file, the keys of their calls, and what else there is to say."""

    path: Path
    keys: tuple[str, ...]
    note: str | None


def own_cache(root: Path) -> Path:
    """The cache that a run keeps in its workspace unless the settings name another."""
    return root / "cache" / "answers.sqlite"


def caches(job: Job | None, root: Path) -> list[Path]:
    """The caches that may hold answers about people of a workspace."""
    said = job.settings.models.cache if job else None
    paths = {own_cache(root), *([Path(said).expanduser().resolve()] if said else [])}
    return sorted(path for path in paths if path.is_file())


def unwanted(
    job: Job | None, path: Path, root: Path, forgotten: Forgotten, needles: Needles
) -> Unwanted:
    """Finds the answers that are to go.

    Of the workspace's own cache only those answers of the reader stay that the last run would be
    given again about others: what was asked under other settings can be told apart by nobody. If
    even that run is not known any more, all go. A cache elsewhere may serve other workspaces: from
    it go answers to the last run's questions about the person. In both, whatever quotes them goes.
    """
    from persona_extract.llm.cache import kept_answers

    kept = kept_answers(path)
    own = path == own_cache(root)
    asked = None if job is None else _asked(job, forgotten)
    if asked is None and own:
        note = (
            "the last run, or its tables, are not there any more, so nobody can tell whose answers "
            "are whose: all that models answered goes. (People who are forgotten by one command, "
            "or with a run between two, cost no answers of others.)"
        )
        return Unwanted(path, tuple(key for key, _, _ in kept), note if kept else None)
    others, theirs = asked or (set[str](), set[str]())
    quoting = holding(needles.everything, pl.Series([text for *_, text in kept], dtype=pl.String))
    gone = tuple(
        key
        for (key, stage, _), quotes in zip(kept, quoting, strict=True)
        if quotes or (key not in others if own and stage == _READ else key in theirs - others)
    )
    return Unwanted(path, gone, None if own else _shared(path))


def _shared(path: Path) -> str:
    return (
        f"{path} may serve other workspaces: what the last run asked about the person, and what "
        "quotes them, goes; short answers of older runs may stay (`cache prune` removes them)"
    )


def _asked(job: Job, forgotten: Forgotten) -> tuple[set[str], set[str]] | None:
    """Keys of the calls of the last run on others, and on the person; None if it cannot be told
    what they were."""
    from persona_extract.llm.questions import call_key

    reader = job.settings.models.reader
    if not reader.model or job.workspace.finished(FOLDERS["curate"]) is None:
        return None
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    for part in job.parts():
        for concerned, call in _calls(job, part, forgotten):
            keys[concerned].add(call_key(reader, call))
    return keys[False], keys[True]


def _calls(job: Job, part: str, forgotten: Forgotten) -> Iterator[tuple[bool, Call[Any]]]:
    """Each call on a part, and whether it shows something of the person."""
    asking, users = questions(job, part), set(forgotten.users)
    conversations = set(forgotten.conversations)
    for sheet in asking.sheets:
        gone = sheet.user_key in users or sheet.conversation_id in conversations
        yield gone, read_call(sheet, asking.settings)
    for told in asking.selves:
        places = {conversation for conversation, _ in told.places}
        gone = told.user_key in users or not places.isdisjoint(conversations)
        yield gone, background_call(told)
