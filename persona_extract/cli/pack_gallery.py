"""`persona-extract pack gallery`: a pack as pages that people can look through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder


def gallery(
    folder: PackFolder,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder for the pages: new, empty or a gallery."),
    ],
    open_: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
    json: AsJson = False,
) -> None:
    """Make a gallery of a pack: search, filters, a page a profile, archetypes, dimensions.

    Plain files that need no server and no network: open index.html, or put the folder on any
    web space. The same pack gives the same bytes.

    [dim]persona-extract pack gallery profiles/demo --out gallery
    persona-extract pack gallery runs/demo/pack --out gallery --open[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.gallery import make_gallery

    with watching(quiet=json) as watcher:
        made = make_gallery(folder, out, watcher)
    if json:
        print_json(made)
    else:
        size = f"{made.n_bytes / 1e6:.1f} MB"
        print_lines([f"{made.index}: {made.n_profiles:,} profiles, {made.n_files:,} files, {size}"])
    if open_:
        typer.launch(Path(made.index).resolve().as_uri())
