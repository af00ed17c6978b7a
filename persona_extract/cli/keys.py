"""The keys of the settings: which there are, which one was meant, on which line one stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from persona_extract.records.settings import Settings

Key = tuple[str, ...]
"""A key from the top, e.g. ("curate", "min_turns")."""


def dotted(key: Key) -> str:
    """ "curate.min_turns"."""
    return ".".join(key)


def section(key: Key) -> bool:
    """Whether the key is a table of settings rather than one setting."""
    return _model(key) is not None


def fields(key: Key) -> dict[str, FieldInfo]:
    """The settings in a section, by name; () is the top."""
    model = _model(key)
    return dict(model.model_fields) if model else {}


def all_keys(above: Key = ()) -> Iterator[Key]:
    """Every setting and section, sections before what is in them."""
    for name in fields(above):
        yield (*above, name)
        yield from all_keys((*above, name))


def nearest(key: Key) -> Key | None:
    """The existing key that looks most like this one, by its own name or with its section."""
    likeness = {known: _likeness(key, known) for known in all_keys()}
    best = max(likeness, key=lambda known: likeness[known])
    return best if likeness[best] >= 0.6 else None


def line_of(key: Key, toml: str) -> int | None:
    """Line (from 1) of a key in a TOML text, or of its table; None if it is written otherwise."""
    table: Key = ()
    found: int | None = None
    for number, line in enumerate(toml.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.\-]+)\s*\]", line):
            table = tuple(header[1].split("."))
            here = table
        elif assigned := re.match(r"\s*([\w.\-]+)\s*=", line):
            here = (*table, *assigned[1].split("."))
        else:
            continue
        if here == key:
            return number
        if here == key[: len(here)]:
            found = number
    return found


def _model(key: Key) -> type[BaseModel] | None:
    model: type[BaseModel] = Settings
    for name in key:
        field = model.model_fields.get(name)
        kind = field.annotation if field else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return None
        model = kind
    return model


def _likeness(said: Key, known: Key) -> float:
    whole = SequenceMatcher(None, dotted(said), dotted(known)).ratio()
    own = SequenceMatcher(None, said[-1], known[-1]).ratio()
    return max(whole, 0.9 * own)
