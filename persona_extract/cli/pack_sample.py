"""`persona-extract pack sample`: a few profiles that stand for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.packs.read import Pack
    from persona_extract.records.panel import Nearness, Panel

WIDTH = 80


class By(StrEnum):
    """What a panel is stratified by."""

    archetype = "archetype"
    none = "none"


def sample(
    folder: PackFolder,
    n: Annotated[int, typer.Option("--n", min=1, help="Profiles in the panel.")] = 50,
    by: Annotated[By, typer.Option(help="Share the places among archetypes, or not.")] = (
        By.archetype
    ),
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another panel.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the panel, as JSON.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Draw a panel of real profiles, with weights, that is near all of them.

    Places are shared among archetypes in proportion to their users; users
    in none are a group of their own. Within each, profiles are chosen so
    that the panel as a whole behaves like all. It is held against random
    panels of the same size. Weights sum to 1: use them in every mean.

    [dim]persona-extract pack sample runs/demo/pack --n 10
    persona-extract pack sample runs/chats/pack --n 50 --out panel.json
    persona-extract pack sample runs/chats/pack --n 20 --by none --seed 3 --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.packs.place import refuse_target
    from persona_extract.packs.read import read_pack
    from persona_extract.pipeline.pack_sample import sample_panel
    from persona_extract.store.atomic import write_json

    if out is not None:
        refuse_target(out)
    pack = read_pack(folder)
    panel = sample_panel(pack, n, by_archetype=by is By.archetype, seed=seed)
    if out is not None:
        write_json(out, panel.model_dump(mode="json"))
    print_json(panel) if json else print_lines(_lines(panel, pack, out))


def _lines(panel: Panel, pack: Pack, out: Path | None) -> Iterator[str]:
    yield f"{len(panel.members)} of {panel.n_population} profiles, by {panel.by}, seed {panel.seed}"
    yield ""
    if len(panel.members) == panel.n_population:
        yield "The panel is the whole pack: there is nothing to compare it with."
    else:
        yield from _nearness(panel)
    if panel.by == "archetype":
        yield ""
        yield from _archetypes(panel, pack)
    if out is None:
        yield ""
        yield "weight   profile             archetype"
        for one in panel.members:
            yield f"{one.weight:.5f}  {one.profile}  {one.archetype or 'none'}"
    else:
        yield ""
        yield f"written to {out}"


def _nearness(panel: Panel) -> Iterator[str]:
    yield f"{'distance to all profiles':<31}{'panel':>7}   {'random: mean, 5-95 %':<22}better than"
    yield _row("energy distance", panel)
    yield _row("mean Wasserstein distance (sd)", panel.per_dimension)


def _row(name: str, near: Nearness) -> str:
    drawn = f"{near.random_mean:.3f}, {near.random_low:.3f}-{near.random_high:.3f}"
    return f"{name:<31}{near.distance:>7.3f}   {drawn:<22}{near.better_than:>11.1%}"


def _archetypes(panel: Panel, pack: Pack) -> Iterator[str]:
    names = {one.id: one.label.name for one in pack.manifest.archetypes}
    held = Counter(one.archetype.archetype if one.archetype else None for one in pack.profiles)
    places = Counter(one.archetype for one in panel.members)
    yield "users  places  archetype"
    for one, users in sorted(held.items(), key=lambda pair: (-pair[1], pair[0] or "~")):
        start = f"{users / panel.n_population:>5.1%}  {places[one]:>6}  "
        name = "in none" if one is None else names.get(one, one)
        yield from wrap(name, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
