"""What the formats share: rows of `TRANSCRIPTS`, and values whose types vary from file to file."""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import Any, cast

import orjson
import polars as pl

from persona_extract.benchmarks.protocol import Json
from persona_extract.errors import SourceError
from persona_extract.records.tables import TRANSCRIPTS

Entry = dict[str, Json]

DOMAINS = ("airline", "retail", "telecom", "telehealth")
"""Domains of tau-bench and its descendants, in which tasks are numbered from 0."""

_ROLES = {
    "human": "user",
    **dict.fromkeys(("agent", "ai", "bot", "gpt", "model"), "assistant"),
}
_LARGEST = 2**32 - 1


def frame_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    """A table of `TRANSCRIPTS`; columns that a row leaves out are null, ids are made unique."""
    every = [{name: row.get(name) for name in TRANSCRIPTS} for row in rows]
    return unique_ids(pl.DataFrame(every, schema=cast(Any, TRANSCRIPTS), orient="row"))


def unique_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """The second conversation of an id gets `#2` after it, the third `#3`."""
    name, key = "conversation_id", pl.col("conversation_id")
    while frame[name].n_unique() < frame.height:
        nth = key.cum_count().over(name)
        numbered = pl.format("{}#{}", key, nth)
        frame = frame.with_columns(pl.when(nth > 1).then(numbered).otherwise(key).alias(name))
    return frame


def stem(file: str) -> str:
    """A file's name without its folders and endings: `runs/a.b.json.gz` -> `a.b`."""
    return PurePath(file).name.removesuffix(".gz").removesuffix(".json")


def entry_of(place: str, value: Json) -> Entry:
    """An entry that has to be an object."""
    if isinstance(value, dict):
        return value
    raise SourceError(f"{place}: {_named(value)} where an object was expected")


def list_of(place: str, entry: Entry, key: str) -> list[Json]:
    """A list that an entry has to hold under a key."""
    found = entry.get(key)
    if isinstance(found, list):
        return found
    raise SourceError(f"{place}: `{key}` is {_named(found)} where a list was expected")


def identifier(value: Json) -> str | None:
    """An id as text: 7, 7.0 and "7" are one. None if it is none."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if isinstance(value, bool | list | dict | None) else str(value)


def task_of(number: str | None, domain: str | None) -> str | None:
    """`<domain>_<number>` for a task that is only a number, in a domain that is known."""
    return f"{domain}_{number}" if number and domain and number.isdigit() else number


def number_of(place: str, value: Json, what: str) -> float | None:
    """A number, or a number as text, or a truth value as 1 or 0; None for nothing and for NaN."""
    if value is None or value == "":
        return None
    try:
        number = math.nan if isinstance(value, dict | list) else float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if math.isfinite(number):
        return number
    if isinstance(value, str) and value.strip().lower() in ("nan", "none", "null"):
        return None
    raise SourceError(f"{place}: {what} is {_named(value)}, not a number")


def count_of(place: str, value: Json, what: str) -> int | None:
    """A whole number from 0 on, None for nothing."""
    number = number_of(place, value, what)
    if number is None:
        return None
    if not number.is_integer() or not 0 <= number <= _LARGEST:
        raise SourceError(f"{place}: {what} is {number:g}, not a whole number from 0 on")
    return int(number)


def messages_of(place: str, said: list[Json]) -> list[dict[str, str | None]]:
    """Messages as recorded, tools and null content kept; roles in lower case, and `human` and
    `agent` brought to `user` and `assistant`."""
    return [_message(f"{place}, message {n}", each) for n, each in enumerate(said)]


def _message(place: str, value: Json) -> dict[str, str | None]:
    message = entry_of(place, value)
    role = message.get("role")
    if not isinstance(role, str) or not role.strip():
        raise SourceError(f"{place}: the role is {_named(role)}, not text")
    known = role.strip().lower()
    known = _ROLES.get(known, known)
    return {"role": known, "content": _content(place, known, message.get("content"))}


def _content(place: str, role: str, value: Json) -> str | None:
    """Text, or the text parts of a list of parts, one below the other. What tools return may be
    any JSON, and stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = [part.get("text") if isinstance(part, dict) else part for part in value]
        if role != "tool" or any(isinstance(text, str) for text in texts):
            return "\n".join(text for text in texts if isinstance(text, str))
    if role == "tool" or (isinstance(value, int | float) and not isinstance(value, bool)):
        return _written(place, value)
    raise SourceError(f"{place}: the content is {_named(value)}, not text")


def _written(place: str, value: Json) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise SourceError(f"{place}: JSON nested too deeply") from error


def _named(value: Json) -> str:
    """The type of a value in words, without any of its text."""
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    if value is None:
        return "missing or null"
    return (
        "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "text"
    )
