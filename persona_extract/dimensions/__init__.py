"""The open room of dimensions: one file a group, found by its name."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import cast

from persona_extract.dimensions.measured import is_personal
from persona_extract.dimensions.protocol import Dimension
from persona_extract.errors import UsageError
from persona_extract.rooms import furniture
from persona_extract.text import content_hash

FIXTURES = ("cards", "directives", "examples", "levels", "measured", "read")
"""Modules of this room that are not dimensions."""


@cache
def all_dimensions() -> tuple[Dimension, ...]:
    """Every dimension of the room, sorted by group and name.

    Raises:
        UsageError: two dimensions share a name, or a file exports something else.
    """
    found: dict[str, Dimension] = {}
    for module, exported in furniture("dimensions", "DIMENSIONS"):
        for dimension in _checked(module, exported):
            if dimension.name in found:
                raise UsageError(f"two dimensions are named {dimension.name!r}: rename one")
            found[dimension.name] = dimension
    return tuple(sorted(found.values(), key=lambda d: (d.group, d.name)))


def find_dimension(name: str) -> Dimension:
    """The dimension of that name.

    Raises:
        UsageError: there is none.
    """
    for dimension in all_dimensions():
        if dimension.name == name:
            return dimension
    near = get_close_matches(name, [dimension.name for dimension in all_dimensions()])
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(
        f"no dimension is named {name!r}: {hint}`persona-extract dimensions` lists them"
    )


def dimensions_digest() -> str:
    """Hash of what the dimensions measure and say, and to whom: other dimensions, or another table
    of what is personal, other profiles."""
    said = (
        repr((d.name, d.definition, d.unit, str(d.expr), sorted(d.directives.items())))
        + f" personal={is_personal(d)}"
        for d in all_dimensions()
    )
    return content_hash(*said)


def _checked(module: str, exported: object) -> tuple[Dimension, ...]:
    members = cast("tuple[object, ...]", exported) if isinstance(exported, tuple) else ()
    found = tuple(d for d in members if isinstance(d, Dimension))
    if found and len(found) == len(members):
        return found
    raise UsageError(f"dimensions/{module}: DIMENSIONS must be a tuple of Dimension")
