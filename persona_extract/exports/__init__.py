"""The open room of exports: one file a format of other people's software, found by its name."""

from __future__ import annotations

from persona_extract.errors import UsageError
from persona_extract.exports.protocol import Export
from persona_extract.rooms import furniture

FIXTURES = ("document", "inert", "people", "rubrics", "rows")
"""Modules of this room that are not formats."""


def all_exports() -> list[Export]:
    """The formats there are, by the names of their files."""
    found: list[Export] = []
    for module, value in furniture("exports", "EXPORT"):
        if not isinstance(value, Export):
            raise UsageError(f"export {module}: what it registers is no Export; remove or fix it")
        found.append(value)
    return found


def find_export(name: str) -> Export:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    known = all_exports()
    for export in known:
        if export.name == name:
            return export
    names = ", ".join(export.name for export in known)
    raise UsageError(
        f"no export format is named {name!r}. There are: {names} (`persona-extract pack export "
        "--format list` says what for)."
    )
