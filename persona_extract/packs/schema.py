"""Whether the JSON Schema that a pack holds is that of its profiles."""

from __future__ import annotations

from functools import cache
from typing import cast

from persona_extract.packs.decode import parse
from persona_extract.packs.findings import Doubt
from persona_extract.records.profile import profile_schema

_WORDS = ("description", "title")


def schema_doubt(content: bytes, *, exactly: bool) -> Doubt | None:
    """Why it is not. A pack of an earlier program may describe the same fields in other words.

    Args:
        content: `schema.json`.
        exactly: whether the words have to be the same, too.
    """
    found = parse(content)
    if isinstance(found, Doubt):
        return found
    ours = _ours()
    if found == ours:
        return None
    try:
        same = not exactly and _bare(found) == _bare(ours)
    except RecursionError:
        same = False
    return None if same else Doubt("schema", "is not the schema of these profiles")


@cache
def _ours() -> object:
    return profile_schema()


def _bare(value: object) -> object:
    """A schema without its words: what it asks for."""
    if isinstance(value, dict):
        inside = cast("dict[str, object]", value)
        # a property may be called like a keyword: then it is a schema and no text
        return {
            name: _bare(one)
            for name, one in inside.items()
            if not (name in _WORDS and isinstance(one, str))
        }
    return [_bare(one) for one in cast("list[object]", value)] if isinstance(value, list) else value
