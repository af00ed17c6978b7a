"""`persona-extract pack`: everything that is done with packs. One file a command."""

from __future__ import annotations

import typer

from persona_extract.cli.pack_build import build
from persona_extract.cli.pack_card import card
from persona_extract.cli.pack_publish import publish
from persona_extract.cli.pack_show import show
from persona_extract.cli.pack_validate import validate

app = typer.Typer(no_args_is_help=True)
pack = typer.Typer(no_args_is_help=True, help="Make packs of profiles, look at them, check them.")
app.add_typer(pack, name="pack")


@pack.callback()
def group() -> None:
    """Make packs of profiles, look at them, check them."""


COMMANDS = (build, validate, show, card, publish)
"""In the order of the help text."""

for command in COMMANDS:
    pack.command()(command)
