"""The open room of benchmark files: one file a format, recognised by content (see `protocol`)."""

from __future__ import annotations

from persona_extract.benchmarks.protocol import BenchmarkFormat, Json
from persona_extract.errors import UsageError
from persona_extract.rooms import furniture

FIXTURES = ("rows",)
"""Modules of this room that are not formats."""


def find_format(document: Json) -> BenchmarkFormat | None:
    """The format that a document is in, by its content; None if it is in none that is known."""
    return next((each for each in all_formats() if each.recognises(document)), None)


def all_formats() -> list[BenchmarkFormat]:
    """The formats there are, by the names of their files."""
    found: list[BenchmarkFormat] = []
    for name, value in furniture("benchmarks", "FORMAT"):
        if not isinstance(value, BenchmarkFormat):
            raise UsageError(
                f"benchmark format {name}: what it registers is no BenchmarkFormat; remove or fix"
                " it"
            )
        found.append(value)
    return found
