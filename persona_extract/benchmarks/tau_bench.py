"""Result lists of tau-bench (Yao et al., 2024, arXiv 2406.12045) and tau-trait: simulated users.

A list of `{task_id, trial, reward, info, traj}`, `traj` in the order in which it was said. The
domain, which makes the number of a task an id, stands in the file's name only.
"""

from __future__ import annotations

import re

from persona_extract.benchmarks.protocol import BenchmarkFormat, Json, Recorded
from persona_extract.benchmarks.rows import (
    DOMAINS,
    count_of,
    entry_of,
    frame_of,
    identifier,
    list_of,
    messages_of,
    number_of,
    stem,
    task_of,
)
from persona_extract.errors import SourceError


def recognises(document: Json) -> bool:
    """A list whose first entry has a task and a trajectory."""
    first = document[0] if isinstance(document, list) and document else None
    return isinstance(first, dict) and {"task_id", "traj"} <= first.keys()


def reads(document: Json, file: str) -> Recorded:
    """One row an entry; ids are `<file>_<task>_<trial>`, tasks `<domain>_<task>`."""
    entries = document if isinstance(document, list) else []
    domain = _domain(stem(file))
    return Recorded(frame_of([_row(file, n, each, domain) for n, each in enumerate(entries)]))


def _row(file: str, n: int, value: Json, domain: str | None) -> dict[str, object]:
    place = f"{file}, entry {n}"
    entry = entry_of(place, value)
    task, trial = identifier(entry.get("task_id")), count_of(place, entry.get("trial"), "`trial`")
    if task is None:
        raise SourceError(f"{place}: has no `task_id`")
    return {
        "conversation_id": f"{stem(file)}_{task}_{0 if trial is None else trial}",
        "task_id": task_of(task, domain),
        "trial": trial,
        "human": False,
        "reward": number_of(place, entry.get("reward"), "`reward`"),
        "messages": messages_of(place, list_of(place, entry, "traj")),
    }


def _domain(name: str) -> str | None:
    """The one domain that is a word of the file's name."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    found = [domain for domain in DOMAINS if domain in words]
    return found[0] if len(found) == 1 else None


FORMAT = BenchmarkFormat(
    name="tau-bench",
    describes="tau-bench or tau-trait results: a list of {task_id, trial, reward, info, traj}",
    recognises=recognises,
    reads=reads,
)
