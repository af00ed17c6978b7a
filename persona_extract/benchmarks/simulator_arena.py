"""Sessions of SimulatorArena (Dou et al., EMNLP 2025, microsoft/SimulatorArena): human users.

A list of sessions; `user_queries` and `ai_responses` are said in turn, the query first.
"""

from __future__ import annotations

from itertools import zip_longest

from persona_extract.benchmarks.protocol import BenchmarkFormat, Json, Recorded
from persona_extract.benchmarks.rows import (
    entry_of,
    frame_of,
    identifier,
    list_of,
    messages_of,
)
from persona_extract.errors import SourceError

_KEYS = frozenset(("user_queries", "ai_responses"))
_DOCUMENT_KEYS = frozenset(("document_type", "document_history"))


def recognises(document: Json) -> bool:
    """A list whose first entry has what the user asked and what the model answered."""
    first = document[0] if isinstance(document, list) and document else None
    return isinstance(first, dict) and first.keys() >= _KEYS


def reads(document: Json, file: str) -> Recorded:
    """One row a session; ids are `doc_<position>` if a document was written, else `session_`."""
    sessions = document if isinstance(document, list) else []
    return Recorded(frame_of([_row(file, n, each) for n, each in enumerate(sessions)]))


def _row(file: str, n: int, value: Json) -> dict[str, object]:
    place = f"{file}, session {n}"
    entry = entry_of(place, value)
    asked, answered = (list_of(place, entry, key) for key in ("user_queries", "ai_responses"))
    if len(asked) - len(answered) not in (0, 1):
        raise SourceError(
            f"{place}: {len(asked)} user_queries and {len(answered)} ai_responses do not make a"
            " conversation"
        )
    said: list[Json] = []
    for query, response in zip_longest(asked, answered):
        said += [{"role": "user", "content": query}, {"role": "assistant", "content": response}]
    return {
        "conversation_id": f"{'session' if _DOCUMENT_KEYS.isdisjoint(entry) else 'doc'}_{n}",
        "user_id": identifier(entry.get("workerId")),
        "human": True,
        "messages": messages_of(place, said[: len(asked) + len(answered)]),
    }


FORMAT = BenchmarkFormat(
    name="SimulatorArena",
    describes="SimulatorArena sessions: a list of {user_queries, ai_responses, workerId}",
    recognises=recognises,
    reads=reads,
)
