"""`persona-extract pack brief`: what a simulator is told of a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import BaseModel

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    pass


class Brief(BaseModel):
    """What `--json` prints. `tokens` are those of the profile's part."""

    profile: str
    size: str
    tokens: int
    brief: str


def brief(
    folder: PackFolder,
    profile: Annotated[
        str,
        typer.Argument(metavar="PROFILE", help="Id, or the beginning of one.", show_default=False),
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file of scenarios, of which the first."),
    ] = None,
    size: Annotated[
        Literal["compact", "standard", "full"],
        typer.Option(help="Under 200 tokens, under 600, or everything."),
    ] = "full",
    json: AsJson = False,
) -> None:
    """Print the brief for a simulator: the scenario says what, the profile says how.

    The limits, and "tokens" in the JSON, are about the profile's part, in
    tokens of cl100k. The scenario is never cut and does not count.

    A scenario is a JSON object, alone, in a list or one a line:
    {"id": "s1", "domain": null, "requests": ["Book a table."], "facts": []}
    Tasks of tau2-bench and tau-bench are read too.

    [dim]persona-extract pack brief runs/demo/pack p_3f --size compact
    persona-extract pack brief runs/demo/pack p_3f --scenario table.json --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.packs.read import find_profile, read_pack
    from persona_extract.pipeline.exporting import read_goals
    from persona_extract.profile.render import count_profile_tokens, render

    one = find_profile(read_pack(folder), profile)
    text = render(one, read_goals(scenario)[0] if scenario else None, size)
    if json:
        tokens = count_profile_tokens(one, size)
        print_json(Brief(profile=one.id, size=size, tokens=tokens, brief=text))
    else:
        print_lines(text.splitlines())
