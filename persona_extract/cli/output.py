"""Results on stdout: JSON for programs, lines for people."""

from __future__ import annotations

import re
from collections.abc import Iterable

import orjson
import typer
from pydantic import BaseModel

MOST_READ = 2**31 - 1
"""What `--limit` may be at the most."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_json(value: BaseModel) -> None:
    """One JSON document in UTF-8, keys in the order of the record."""
    typer.echo(orjson.dumps(value.model_dump(mode="json"), option=orjson.OPT_INDENT_2))


def print_lines(lines: Iterable[str]) -> None:
    """Plain lines, inert."""
    for line in lines:
        typer.echo(inert(line))


def inert(text: str) -> str:
    """The text with control characters written out: what comes from a pack or a file name must not
    move the cursor, colour the terminal or turn the direction of reading."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def aligned(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of a two-column list."""
    pairs = list(rows)
    width = max((len(left) for left, _ in pairs), default=0)
    return [f"{left:<{width}}  {right}" for left, right in pairs]
