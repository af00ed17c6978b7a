"""Open rooms: a file put into a room's folder is found by its name, without a list to edit.

A room is a package (`sources`, `benchmarks`, `dimensions`, `simulators`, `encoders`). Every public
module in it except `protocol` and those that the package names in `FIXTURES` exports one constant,
and third parties export the same thing through an entry point of the group
`persona_extract.<room>`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points


def furniture(room: str, constant: str) -> Iterator[tuple[str, object]]:
    """(module name, value of its `constant`) of each file of a room, by name, then entry points."""
    package = importlib.import_module(f"persona_extract.{room}")
    fixed = {"protocol", *getattr(package, "FIXTURES", ())}
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    for name in names:
        if name not in fixed and not name.startswith("_"):
            module = importlib.import_module(f"persona_extract.{room}.{name}")
            yield name, getattr(module, constant)
    for point in sorted(entry_points(group=f"persona_extract.{room}"), key=lambda p: p.name):
        yield point.name, point.load()
