"""`persona-extract pack import`: somebody else's profiles as a pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson

if TYPE_CHECKING:
    from persona_extract.pipeline.importing import Imported

MOST_SHOWN = 20
"""Rows that could not be read, of which the screen tells."""


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Rows as JSON Lines, JSON or Parquet.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the pack.", show_default=False)],
    format_: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Of what program: realusersim.")
    ] = "realusersim",
    name: Annotated[str | None, typer.Option(help="Title of the pack.", show_default=False)] = None,
    version: Annotated[str, typer.Option(help="Its version, as in 1.2.3.")] = "0.1.0",
    with_demographics: Annotated[
        bool,
        typer.Option(
            "--with-demographics",
            help="Take over age, gender and the like, as said or inferred by somebody's model.",
        ),
    ] = False,
    salt: Annotated[
        str | None,
        typer.Option(
            envvar="PERSONA_EXTRACT_SALT",
            help="Secret of the user keys; random, and forgotten, unless given. The same salt "
            "gives the same bytes.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Make a pack of profiles that somebody else released.

    Their commands become directives that nothing measured supports, and the pack
    says so. Quotes of people, hashes of addresses and harmful commands are left out
    and counted; rows that cannot be read are listed with the reason.

    [dim]persona-extract pack import profiles.jsonl --out packs/realusersim
    persona-extract pack import rows.parquet --out theirs --with-demographics[/dim]
    """
    import re

    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.errors import UsageError
    from persona_extract.pipeline.importing import FORMATS, Import, import_realusersim

    if format_ not in FORMATS:
        raise UsageError(f"cannot import {format_!r}; there is: {', '.join(FORMATS)}.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise UsageError(f"--version {version!r} is none; write it as 1.2.3.")
    found = import_realusersim(Import(file, out, name, version, with_demographics, salt))
    print_json(found) if json else print_lines(_lines(found))


def _lines(found: Imported) -> Iterator[str]:
    yield f"{found.pack}: {found.profiles} profiles with {found.directives} directives, of " + (
        f"{found.rows} rows"
    )
    if found.backgrounds:
        yield f"{found.backgrounds} demographic attributes, said or guessed: see the card"
    if found.dropped:
        yield ""
        yield "left out"
        for reason, n in found.dropped.items():
            yield f"  {n:>6}  {reason}"
    if found.unread:
        yield ""
        yield f"{len(found.unread)} rows could not be read"
        for row in found.unread[:MOST_SHOWN]:
            yield f"  row {row.row}: {row.reason}"
        if len(found.unread) > MOST_SHOWN:
            yield f"  and {len(found.unread) - MOST_SHOWN} more (all of them: --json)"
