"""Runs of tau2-bench (Barres et al., 2025, arXiv 2506.07982): simulated users, who may use tools.

`{info, tasks, simulations}`. A user message that only calls a tool has null content. Names of
models inside such files are not to be trusted and are not read.
"""

from __future__ import annotations

from persona_extract.benchmarks.protocol import BenchmarkFormat, Json, Recorded
from persona_extract.benchmarks.rows import (
    Entry,
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


def recognises(document: Json) -> bool:
    """An object with a list of simulations beside its tasks or what it says about the run."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("simulations"), list)
        and not {"tasks", "info"}.isdisjoint(document)
    )


def reads(document: Json, file: str) -> Recorded:
    """One row a simulation; a run without a user has rows without a user's messages."""
    whole = entry_of(file, document)
    domain = _domain(whole)
    found = list_of(file, whole, "simulations")
    return Recorded(frame_of([_row(file, n, each, domain) for n, each in enumerate(found)]))


def _row(file: str, n: int, value: Json, domain: str | None) -> dict[str, object]:
    place = f"{file}, simulation {n}"
    entry = entry_of(place, value)
    task, trial = identifier(entry.get("task_id")), count_of(place, entry.get("trial"), "`trial`")
    own = identifier(entry.get("id"))
    return {
        "conversation_id": own or f"{stem(file)}_{task or n}_{0 if trial is None else trial}",
        "task_id": task_of(task, domain),
        "trial": trial,
        "human": False,
        "reward": _reward(place, entry.get("reward_info")),
        "messages": messages_of(place, list_of(place, entry, "messages")),
    }


def _reward(place: str, given: Json) -> float | None:
    """Null where the run was broken off before anybody judged it."""
    if given is None:
        return None
    return number_of(place, entry_of(place, given).get("reward"), "`reward`")


def _domain(document: Entry) -> str | None:
    told = document.get("info")
    world = told.get("environment_info") if isinstance(told, dict) else None
    return identifier(world.get("domain_name")) if isinstance(world, dict) else None


FORMAT = BenchmarkFormat(
    name="tau2-bench",
    describes="a tau2-bench run: an object with info, tasks and simulations",
    recognises=recognises,
    reads=reads,
)
