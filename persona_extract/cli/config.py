"""`persona-extract config`: the settings file, with every key and its default."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import typer

Key = tuple[str, ...]

app = typer.Typer()

HEADER = """\
Settings of persona-extract. Copy to persona_extract.toml in the folder you work in, and take
the # from the keys you want to change; what is shown are the defaults.

Later wins: defaults < preset < this file < environment < flags. The environment names a key as
PERSONA_EXTRACT_SECTION__KEY, e.g. PERSONA_EXTRACT_CURATE__MIN_TURNS=4 (lists as JSON).
The string "null" stands for null. Unknown keys are an error."""


@app.command(rich_help_panel="About this installation")
def config() -> None:
    """Print a commented persona_extract.toml with all keys and their defaults.

    [dim]persona-extract config > persona_extract.toml[/dim]
    """
    typer.echo(example(), nl=False)


def example() -> str:
    """The commented settings file, generated from the fields of `records.settings`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from persona_extract.cli.keys import fields, section

    yield from (f"# {line}".rstrip() for line in HEADER.splitlines())
    plain = [name for name in fields(()) if not section((name,))]
    yield from _keys((), plain)
    yield from _sections(())


def _sections(above: Key) -> Iterator[str]:
    """The tables of settings below a key, each with its own keys first. Of tables of the same keys
    only the first says what they mean."""
    from persona_extract.cli.keys import dotted, fields, section

    described: dict[str, str] = {}
    for name in fields(above):
        key = (*above, name)
        if not section(key):
            continue
        like = described.setdefault(_purpose(key), dotted(key))
        yield ""
        yield from _comment(_purpose(key) if like == dotted(key) else f"As in [{like}].")
        yield f"[{dotted(key)}]"
        own = [inner for inner in fields(key) if not section((*key, inner))]
        yield from _keys(key, own, described=like != dotted(key))
        yield from _sections(key)


def _keys(above: Key, names: list[str], *, described: bool = False) -> Iterator[str]:
    from persona_extract.cli.keys import fields

    for name in names:
        field = fields(above)[name]
        if not described:
            yield ""
            yield from _comment(field.description or "")
        yield f"#{name} = {_toml(field.get_default(call_default_factory=False))}"


def _purpose(key: Key) -> str:
    """First line of the docstring of a section's class."""
    from persona_extract.cli.keys import fields

    kind = fields(key[:-1])[key[-1]].annotation
    return (kind.__doc__ or "").strip().splitlines()[0] if kind else ""


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 97)]


def _toml(value: object) -> str:
    """TOML of a default; JSON is TOML for strings, numbers, booleans and lists of them."""
    if value is None:
        return '"null"'
    if isinstance(value, dict):
        return "{}"
    return json.dumps(value)
