"""`persona-extract pack card`: what a pack is, from where, and what it is not for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder


def card(
    folder: PackFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write it (or the JSON) to a file.", show_default="stdout"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Print the data card of a pack: Markdown with the hub's front matter.

    The card says what is in the pack, from where, under which licence, how it
    was made, how its users differ, and what its limits are. Everything in it
    is counted anew from the profiles. README.md of the pack is the card of the
    day on which the pack was built. `--json` gives the figures as data.

    [dim]persona-extract pack card profiles/demo
    persona-extract pack card profiles/demo --json | jq .statistics
    persona-extract pack card profiles/demo --out CARD.md[/dim]
    """
    from persona_extract.cli.output import inert, print_json, print_lines
    from persona_extract.packs.card import card as card_of
    from persona_extract.packs.card import card_data
    from persona_extract.packs.place import refuse_target
    from persona_extract.packs.read import read_pack
    from persona_extract.packs.statistics import Counted
    from persona_extract.store.atomic import write_bytes, write_json

    if out is not None:
        refuse_target(out)
    found = read_pack(folder)
    counted = Counted()
    for profile in found.profiles:
        counted.add(profile)
    if json:
        data = card_data(found.manifest, counted.statistics())
        print_json(data) if out is None else write_json(out, data.model_dump(mode="json"))
        return
    written = card_of(found.manifest, counted.statistics())
    if out is not None:
        write_bytes(out, written.encode())
    else:
        print_lines(inert(line) for line in written.splitlines())
