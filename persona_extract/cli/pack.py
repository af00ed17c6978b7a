"""`persona-extract pack`: everything that is done with packs. One file a command."""

from __future__ import annotations

import typer

from persona_extract.cli.pack_brief import brief
from persona_extract.cli.pack_build import build
from persona_extract.cli.pack_card import card
from persona_extract.cli.pack_diff import diff
from persona_extract.cli.pack_export import export
from persona_extract.cli.pack_forget import forget
from persona_extract.cli.pack_gallery import gallery
from persona_extract.cli.pack_import import import_
from persona_extract.cli.pack_publish import publish
from persona_extract.cli.pack_sample import sample
from persona_extract.cli.pack_show import show
from persona_extract.cli.pack_validate import validate

app = typer.Typer(no_args_is_help=True)
pack = typer.Typer(no_args_is_help=True, help="Make packs of profiles, look at them, check them.")
app.add_typer(pack, name="pack")


@pack.callback()
def group() -> None:
    """Make packs of profiles, look at them, check them."""


COMMANDS = (
    *(show, brief, gallery, card),
    *(build, validate, diff, sample, forget),
    *(export, import_, publish),
)
"""In the order of the help text."""

for command in COMMANDS:
    pack.command(command.__name__.rstrip("_"))(command)
