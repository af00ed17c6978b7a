"""STAR: people and human wizards in service dialogues (Mosig et al., 2020, arXiv 2010.11853).

https://github.com/RasaHQ/STAR (MIT). `star:PATH`, or a folder of its files, recognised by
content. Many users were told how to behave (be confused, make typos, talk about something else):
a dialogue is scripted if its scenario is no happy path or if the user was shown instructions on
the way, and natural otherwise. `star:PATH#natural` and `star:PATH#scripted` read one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl

from persona_extract.errors import SourceError, UsageError
from persona_extract.records.tables import RECORDS
from persona_extract.sources import _files, _json_text
from persona_extract.sources._chat_shapes import keys_seen
from persona_extract.sources._json_text import Json
from persona_extract.sources._stream import Documents, Read, json_part, read_parts
from persona_extract.sources._times import utc_time
from persona_extract.sources.protocol import Batch, Source, SourceKind, SourceOptions

Dialogue = dict[str, Json]

PARTS = ("natural", "scripted")
"""What may stand behind `#`."""

_PREFIX = "star:"
_NAMES = (".json", ".json.gz")
_KEYS = frozenset(("DialogueID", "Events", "Scenario"))
_SPEAKERS = {
    ("User", "utter"): "user",
    ("Wizard", "utter"): "assistant",
    ("Wizard", "pick_suggestion"): "assistant",
}
_SMALL = 2**20
_LISTED: dict[str, pl.DataType] = {**RECORDS, "started": pl.String()}


@dataclass(frozen=True)
class Star:
    """Files of one dialogue each, in the order of their names.

    Attributes:
        part: "natural", "scripted", or None for both.
    """

    files: list[Path]
    part: str | None = None
    made_up: bool = False

    def fingerprint(self) -> str:
        """SHA-256 of the content, and the part that is read."""
        return f"sha256:{self._digest}" + (f"#{self.part}" if self.part else "")

    def count(self) -> int | None:
        """Dialogues if all are read: which are natural is known only after reading them."""
        return None if self.part else len(self.files)

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`."""
        stamp = f"{self._digest[:16]}{self.part or ''}"
        return read_parts([json_part(self.files, self._read)], stamp=stamp, size=size, token=token)

    @cached_property
    def _digest(self) -> str:
        return _files.digest(self.files)

    def _read(self, batch: Documents) -> Read:
        rows: list[dict[str, object]] = []
        skipped: dict[str, int] = {}
        for place, text in batch:
            dialogue = _dialogue(place, _json_text.parse(place, text))
            messages = _messages(place, dialogue)
            if reason := self._reason_against(dialogue, messages):
                skipped[reason] = skipped.get(reason, 0) + 1
            else:
                rows.append(self._row(dialogue, messages))
        frame = pl.DataFrame(rows, schema=cast(Any, _LISTED))
        return frame.with_columns(started=utc_time(pl.col("started"))), skipped

    def _reason_against(self, dialogue: Dialogue, messages: list[dict[str, str]]) -> str | None:
        kind = "scripted" if _is_scripted(dialogue) else "natural"
        if self.part not in (None, kind):
            return kind
        return None if messages else "no messages"

    def _row(self, dialogue: Dialogue, messages: list[dict[str, str]]) -> dict[str, object]:
        return {
            "source_id": str(dialogue["DialogueID"]),
            "user_id": _text(dialogue.get("AnonymizedUserWorkerID")),
            "corpus": "star",
            "revision": f"sha256:{self._digest[:16]}",
            "licence": "MIT",
            "domain": _domain(dialogue),
            "started": _started(dialogue),
            "messages": messages,
        }


def is_star(value: Json) -> bool:
    """Whether a record is a dialogue of STAR."""
    return isinstance(value, dict) and value.keys() >= _KEYS


def _recognises(spec: str) -> bool:
    if spec.startswith(_PREFIX):
        return True
    if not _files.is_path(spec):
        return False
    try:
        first = _files.find_files(spec, _NAMES)[0]
        if not first.name.lower().endswith(_NAMES) or first.stat().st_size > _SMALL:
            return False
    except (SourceError, OSError):
        return False
    return is_star(_json_text.first_record(first))


def _open(spec: str, options: SourceOptions) -> Source:
    path, part = _split(spec)
    if options.fields:
        raise UsageError(f"{spec}: a field map is for chat logs; STAR's shape is known")
    return Star(_files.find_files(path, _NAMES), part)


def _split(spec: str) -> tuple[str, str | None]:
    """The path and the part of a SOURCE; a folder may have # in its name."""
    named = spec.startswith(_PREFIX)
    path = spec.removeprefix(_PREFIX)
    before, sign, part = path.rpartition("#")
    if not named or not sign or (part not in PARTS and _files.is_path(path)):
        return path, None
    if part not in PARTS:
        raise UsageError(f"{spec}: no part {part!r} of STAR; known: {', '.join(PARTS)}")
    return before, part


def _dialogue(place: str, value: Json) -> Dialogue:
    if not is_star(value):
        keys = ", ".join(sorted(_KEYS))
        raise SourceError(
            f"{place}: not a dialogue of STAR, an object with {keys}; it is {keys_seen(value)}"
        )
    return cast(Dialogue, value)


def _is_scripted(dialogue: Dialogue) -> bool:
    scenario = dialogue["Scenario"]
    happy = scenario.get("Happy") is True if isinstance(scenario, dict) else False
    return not happy or any(event.get("Agent") == "UserGuide" for event in _events(dialogue))


def _messages(place: str, dialogue: Dialogue) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for event in _events(dialogue):
        role = _SPEAKERS.get((str(event.get("Agent")), str(event.get("Action"))))
        if role is None:
            continue
        text = event.get("Text")
        if text is not None and not isinstance(text, str):
            raise SourceError(f"{place}: the Text of an event is {keys_seen(text)}, not text")
        found.append({"role": role, "content": text or ""})
    return found


def _events(dialogue: Dialogue) -> list[dict[str, Json]]:
    events = dialogue["Events"]
    return (
        [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    )


def _domain(dialogue: Dialogue) -> str | None:
    """The scenario's domains, joined by +."""
    scenario = dialogue["Scenario"]
    named = scenario.get("Domains") if isinstance(scenario, dict) else None
    names = named if isinstance(named, list) else []
    return "+".join(name for name in names if isinstance(name, str) and name) or None


def _started(dialogue: Dialogue) -> str | None:
    times = (event.get("UnixTime") for event in _events(dialogue))
    return next((str(time) for time in times if isinstance(time, int | float)), None)


def _text(value: Json) -> str | None:
    return None if isinstance(value, bool | list | dict | None) else str(value) or None


SOURCE = SourceKind("star", _recognises, _open, priority=15, path_in=lambda spec: _split(spec)[0])
