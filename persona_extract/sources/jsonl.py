"""Any chat log in JSON or JSON Lines: see `_chat_shapes.KNOWN`, or say where things are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl

from persona_extract.errors import SourceError, UsageError
from persona_extract.records.tables import RECORDS
from persona_extract.sources import _files, _json_text
from persona_extract.sources._chat_shapes import at_path, keys_seen, read_messages
from persona_extract.sources._json_text import Json
from persona_extract.sources._stream import Documents, Read, json_part, read_parts
from persona_extract.sources._times import utc_time
from persona_extract.sources.protocol import Batch, Source, SourceKind, SourceOptions
from persona_extract.text import content_hash

FIELDS = {
    "conversation_id": ("conversation_id", "conversationId", "conversation_hash", "id", "uuid"),
    "user_id": ("user_id", "userId", "user", "hashed_ip"),
    "time": ("time", "timestamp", "created_at", "create_time", "created", "date"),
}
"""Keys of a record that are tried in this order where the field map says nothing."""

_LABELS = ("domain", "model", "language")
_FLAGS = ("toxic", "redacted")
_UNKNOWN_LICENCE = "unknown (see the source)"
_LISTED: dict[str, pl.DataType] = {**RECORDS, "started": pl.String()}


@dataclass(frozen=True)
class ChatLog:
    """Files of conversations, in the order of their names.

    Attributes:
        name: corpus written on every row: the file's or folder's name.
        fields: the field map, see `SourceOptions`.
    """

    files: list[Path]
    name: str
    fields: dict[str, str]
    made_up: bool = False

    def fingerprint(self) -> str:
        """SHA-256 of the content."""
        return f"sha256:{self._digest}"

    def count(self) -> int | None:
        """Lines that are not blank; None if there are `.json` files."""
        counts = [_json_text.count_lines(path) for path in self.files]
        return None if None in counts else sum(cast(list[int], counts))

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`."""
        part = json_part(self.files, self._read)
        stamp = self._digest[:16]
        return read_parts([part], stamp=stamp, size=size, token=token)

    @cached_property
    def _digest(self) -> str:
        return _files.digest(self.files)

    def _read(self, batch: Documents) -> Read:
        rows: list[dict[str, object]] = []
        places: list[str] = []
        for place, text in batch:
            if row := self._row(place, _json_text.parse(place, text)):
                rows.append(row)
                places.append(place)
        listed = pl.DataFrame(rows, schema=cast(Any, _LISTED))
        frame = listed.with_columns(started=utc_time(pl.col("started")))
        if "time" in self.fields:
            _refuse_lost_times(places, listed["started"], frame["started"], self.fields["time"])
        missing = len(batch) - len(rows)
        return frame, {"no messages": missing} if missing else {}

    def _row(self, place: str, value: Json) -> dict[str, object] | None:
        messages = read_messages(place, value, self.fields.get("messages"))
        if not messages:
            return None
        user, started = (_scalar(self._field(place, value, name)) for name in ("user_id", "time"))
        own = _scalar(self._field(place, value, "conversation_id"))
        flat = (part for message in messages for part in (message["role"], message["content"]))
        record = value if isinstance(value, dict) else {}
        return {
            "source_id": own or content_hash(user or "", started or "", *flat, length=32),
            "user_id": user,
            "corpus": self.name,
            "revision": f"sha256:{self._digest[:16]}",
            "licence": _label(record, "licence") or _label(record, "license") or _UNKNOWN_LICENCE,
            **{name: _label(record, name) for name in _LABELS},
            **{
                name: flag if (flag := record.get(name)) in (True, False) else None
                for name in _FLAGS
            },
            "started": started,
            "messages": messages,
        }

    def _field(self, place: str, value: Json, name: str) -> Json:
        if name in self.fields:
            there, found = at_path(value, self.fields[name])
            if not there:
                path, seen = self.fields[name], keys_seen(value)
                raise SourceError(
                    f"{place}: nothing at {path!r} ({name} of the field map) in {seen}"
                )
            return found
        record = value if isinstance(value, dict) else {}
        found = (record.get(key) for key in FIELDS[name])
        return next((each for each in found if each is not None), None)


def _recognises(spec: str) -> bool:
    return _files.is_path(spec)


def _open(spec: str, options: SourceOptions) -> Source:
    known = ("messages", *FIELDS)
    for name in options.fields:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            raise UsageError(f"field map: no field {name!r}; did you mean {nearest!r}?")
    files = _files.find_files(spec, _files.JSON_NAMES)
    if files[0].name.lower().endswith(_files.PARQUET_NAMES):
        raise SourceError(
            f"{spec}: a field map is for JSON; Parquet is read in WildChat's shape only"
        )
    return ChatLog(files, _name(spec, files), dict(options.fields))


def _name(spec: str, files: list[Path]) -> str:
    named = Path(spec).expanduser().absolute()
    return named.name if named.exists() else files[0].absolute().parent.name


def _refuse_lost_times(places: list[str], told: pl.Series, read: pl.Series, path: str) -> None:
    lost = (told.is_not_null() & read.is_null()).arg_true()
    if len(lost):
        raise SourceError(
            f"{places[lost[0]]}: {told[lost[0]][:40]!r} at {path!r} is no time; known are ISO 8601"
            " and seconds or milliseconds since 1970"
        )


def _scalar(value: Json) -> str | None:
    """An id or a time as text; 0 and "0" are one."""
    if isinstance(value, str):
        return value or None
    return None if isinstance(value, bool | list | dict | None) else str(value)


def _label(record: dict[str, Json], name: str) -> str | None:
    found = record.get(name)
    return found if isinstance(found, str) and found else None


SOURCE = SourceKind("jsonl", _recognises, _open, priority=80)
