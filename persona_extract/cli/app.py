"""The list of commands. A new one is a module with an `app` of its own, named here."""

from __future__ import annotations

from typing import Annotated

import typer

from persona_extract import __version__
from persona_extract.cli import cache, check, config, dimensions, doctor, fidelity, lint, pack, run

COMMANDS = (run, fidelity, dimensions, pack, lint, check, cache, doctor, config)
"""In the order of the help text."""

app = typer.Typer(
    name="persona-extract",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 ok, 1 the work failed, 2 wrong usage or configuration, 3 a gate said no, "
        "130 interrupted."
    ),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"persona-extract {__version__}")
        raise typer.Exit


@app.callback()
def persona_extract(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_print_version,
            help="Print the version and leave.",
        ),
    ] = False,
) -> None:
    """Executable behaviour profiles of real users, extracted from human-LLM conversations.

    Results are printed to stdout, progress to stderr. No model and no key are needed.
    """


for command in COMMANDS:
    app.add_typer(command.app)
