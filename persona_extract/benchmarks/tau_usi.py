"""Human sessions of tau-usi (arXiv 2603.11245) and simulated ones in the same shape.

Entries `{task_id, instance_id, agent_id, conversation, survey, reward, keep}`, keyed by id as in
`data/tau_bench_tasks_unified.json` of `cmu-lti/tau-usi`, or a list of them, or either under a key.
That file is gated (CC BY-NC 4.0) and was not at hand: this follows its description and the code
of its authors' scorer. Ids X, X_ann2, X_ann3 are three batches of people on the same tasks;
X_1, X_2, X_3 are runs of one simulator (`eval_results_*.json`, `*_task_results.json`).
"""

from __future__ import annotations

import re

from persona_extract.benchmarks.protocol import BenchmarkFormat, Json, Recorded
from persona_extract.benchmarks.rows import (
    Entry,
    entry_of,
    frame_of,
    identifier,
    messages_of,
    number_of,
    stem,
    task_of,
)
from persona_extract.errors import SourceError

_WITNESSES = frozenset(("instance_id", "agent_id", "survey", "keep"))
_ANNOTATOR = re.compile(r"(?P<task>.+)_ann(?P<batch>\d+)")
_RUN = re.compile(r"(?P<task>[A-Za-z-]+_\d+)_(?P<batch>\d+)")
_TASK = re.compile(r"[A-Za-z-]+_\d+")
_NO = (False, 0, "false", "False", "0")


def recognises(document: Json) -> bool:
    """Entries with a conversation, and at least two of the other fields of tau-usi."""
    entries = _entries(document)
    return bool(entries) and _is_entry(entries[0][1])


def reads(document: Json, file: str) -> Recorded:
    """One row an entry that its annotators kept."""
    rows: list[dict[str, object]] = []
    left_out = 0
    entries = [
        (_named(f"{file}, entry {n}", key, value), entry_of(f"{file}, entry {n}", value))
        for n, (key, value) in enumerate(_entries(document))
    ]
    human = _is_human(file, [name for name, _ in entries])
    for n, (name, entry) in enumerate(entries):
        if entry.get("keep", True) in _NO:
            left_out += 1
        else:
            rows.append(_row(f"{file}, entry {n} ({name[:60]})", name, entry, human))
    return Recorded(frame_of(rows), {"not kept": left_out} if left_out else {})


def _row(place: str, name: str, entry: Entry, human: bool) -> dict[str, object]:
    task, batch = _batch(name, human)
    said = entry.get("conversation")
    if said is not None and not isinstance(said, list):
        raise SourceError(f"{place}: `conversation` is no list")
    return {
        "conversation_id": name,
        "task_id": task,
        "batch": batch,
        "human": human,
        "reward": number_of(place, entry.get("reward"), "`reward`"),
        "survey": _survey(place, entry.get("survey")),
        "messages": messages_of(place, said or []),
    }


def _entries(document: Json) -> list[tuple[str | None, Json]]:
    """(key or None, entry) of a list, of an object keyed by id, or of either one key down."""
    found = _listed(document)
    if isinstance(document, dict) and not (found and _is_entry(found[0][1])):
        below = [_listed(value) for value in document.values()]
        found = next((each for each in below if each and _is_entry(each[0][1])), found)
    return found


def _listed(value: Json) -> list[tuple[str | None, Json]]:
    if isinstance(value, list):
        return [(None, each) for each in value]
    return list(value.items()) if isinstance(value, dict) else []


def _is_entry(value: Json) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("conversation"), list):
        return False
    return len(_WITNESSES & value.keys()) >= 2 or (
        "task_id" in value and not _WITNESSES.isdisjoint(value)
    )


def _named(place: str, key: str | None, value: Json) -> str:
    """The id of an entry: the one that looks like a task's if several are given."""
    entry = entry_of(place, value)
    numbered = task_of(identifier(entry.get("task_index")), identifier(entry.get("domain")))
    given = [key, *(identifier(entry.get(k)) for k in ("instance_id", "task_id")), numbered]
    known = [name for name in given if name]
    if not known:
        raise SourceError(f"{place}: has none of instance_id and task_id")
    return next((name for name in known if _TASK.match(name)), known[0])


def _is_human(file: str, names: list[str]) -> bool:
    """Simulators' files say so by their name, or by ids that end in a run."""
    name = stem(file)
    if any(_ANNOTATOR.fullmatch(each) for each in names):
        return True
    simulated = name.startswith("eval_results") or name.endswith("task_results")
    return not simulated and not any(_RUN.fullmatch(each) for each in names)


def _batch(name: str, human: bool) -> tuple[str, str | None]:
    found = (_ANNOTATOR if human else _RUN).fullmatch(name)
    return (found["task"], found["batch"]) if found else (name, "1" if human else None)


def _survey(place: str, given: Json) -> list[dict[str, str | None]] | None:
    """`{field: {question, answer}}` or `{field: answer}`; None where nothing was asked."""
    if not given:
        return None
    asked = entry_of(f"{place}, survey", given)
    return [
        {
            "field": field,
            "answer": identifier(each.get("answer") if isinstance(each, dict) else each),
        }
        for field, each in asked.items()
    ]


FORMAT = BenchmarkFormat(
    name="tau-usi",
    describes=(
        "tau-usi sessions: entries {task_id, instance_id, agent_id, conversation, survey, reward,"
        " keep}, listed or keyed by id"
    ),
    recognises=recognises,
    reads=reads,
)
