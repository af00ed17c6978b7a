"""Bytes of a pack -> records: one way of reading them only, and bounded in what it costs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from typing import TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError

from persona_extract.packs.findings import Doubt

MOST_OBJECTS = 50_000
"""Objects and lists of the largest record that is looked at."""

MOST_ITEMS = 250_000
"""Items of its longest list."""

R = TypeVar("R", bound=BaseModel)


def decode(content: bytes, kind: type[R]) -> R | Doubt:
    """A record, or why it is none. Types are held strictly: "5" is no number, true no 1.

    Args:
        content: one JSON document in UTF-8.
        kind: what it should be.
    """
    value = parse(content)
    if isinstance(value, Doubt):
        return value
    try:
        return kind.model_validate(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        return Doubt("schema", f"{where}: {first['msg']}")


def parse(content: bytes) -> object:
    """The value of a JSON document; a `Doubt` where it is not JSON in UTF-8, is nested deeply, too
    large, or holds a key twice in one object."""
    if encoding := _encoding(content):
        return Doubt("schema", f"not JSON in UTF-8: it begins as {encoding} does")
    try:
        value = orjson.loads(content)
        if len(content) > 2 * MOST_OBJECTS and (much := _too_much(value)):
            return Doubt("schema", much)
        if orjson.dumps(value) != content and (key := _twice(content)) is not None:
            return Doubt("schema", f"the key {key!r} stands twice in one object")
        return value
    except orjson.JSONDecodeError as error:
        return Doubt("schema", f"not JSON ({error})")
    except (orjson.JSONEncodeError, RecursionError):
        return Doubt("schema", "nested too deeply")


def _encoding(content: bytes) -> str | None:
    """What a text begins as that an editor saved in an encoding of its own."""
    marks = {b"\xef\xbb\xbf": "UTF-8 with a byte order mark", b"\xff\xfe": "UTF-16"}
    marks |= {b"\xfe\xff": "UTF-16", b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip"}
    return next((name for mark, name in marks.items() if content.startswith(mark)), None)


def _too_much(value: object) -> str | None:
    """Why a value would cost more to validate than any record of a run."""
    left, seen = [value], 0
    while left:
        inside = _inside(left.pop())
        seen += 1
        if len(inside) > MOST_ITEMS or seen > MOST_OBJECTS:
            return f"holds more than {MOST_OBJECTS} objects, or a list of more than {MOST_ITEMS}"
        left += [part for part in inside if type(part) in (dict, list)]
    return None


def _inside(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _twice(content: bytes) -> str | None:
    """A key that stands twice in an object: readers differ in which value they take."""
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        names = Counter(name for name, _ in pairs)
        found.extend(name for name, n in names.items() if n > 1)

    # figures of any length stay text: they are not what is looked at
    json.loads(content, object_pairs_hook=look, parse_int=str, parse_float=str)
    return found[0] if found else None
