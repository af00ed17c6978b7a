"""`persona-extract pack build`: a pack from a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from persona_extract.cli.arguments import AsJson


def build(
    workspace: Annotated[
        Path,
        typer.Argument(
            metavar="WORKSPACE", help="Folder of a run (`run --out`).", show_default=False
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder of the pack: new, empty, or a pack, which is replaced.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Title.", show_default="names the corpus")
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            metavar="X.Y.Z",
            help="Version of the pack, by Semantic Versioning.",
            show_default="the run's, 0.1.0",
        ),
    ] = None,
    attribution: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Whom to credit: who collected the corpus, where, under which licence. Of "
            "WildChat and other known corpora the pack says that itself.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No remarks on stderr.")] = False,
    json: AsJson = False,
) -> None:
    """Pack the profiles of a finished run, with a name and a version.

    A run writes a pack to WORKSPACE/pack by itself. This makes one to keep or
    to publish: elsewhere, under its own name and version. Nothing is computed
    anew and the workspace stays as it is; the same profiles have the same ids.
    What is said here can also stand under \\[pack] in the settings of the run.

    [dim]persona-extract pack build runs/chats --out packs/support --version 1.0.0
    persona-extract pack build runs/chats --out packs/support --version 1.1.0 \\
        --name "Support users" --attribution "Example Ltd, support chats 2026"[/dim]
    """
    from persona_extract.cli.output import aligned, print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.repacking import build_from

    given = {"name": name, "version": version, "attribution": attribution}
    said = {key: value for key, value in given.items() if value is not None}
    with watching(quiet=quiet) as watcher:
        made = build_from(workspace, out, said, watcher)
    if json:
        print_json(made)
        return
    print_lines(
        aligned(
            [
                ("pack", made.pack),
                ("name", made.name),
                ("version", made.version),
                ("profiles", f"{made.n_profiles}, {made.n_directives} directives"),
                ("digest", made.digest),
                *(("credits", line) for line in made.attribution),
            ]
        )
    )
