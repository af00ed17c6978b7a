"""Results on stdout: JSON for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import typer
from pydantic import BaseModel


def print_json(value: BaseModel) -> None:
    """One JSON document, keys in the order of the record."""
    typer.echo(orjson.dumps(value.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode())


def print_lines(lines: Iterable[str]) -> None:
    """Plain lines."""
    for line in lines:
        typer.echo(line)


def aligned(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of a two-column list."""
    pairs = list(rows)
    width = max((len(left) for left, _ in pairs), default=0)
    return [f"{left:<{width}}  {right}" for left, right in pairs]
