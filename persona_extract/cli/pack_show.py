"""`persona-extract pack show`: what is in a pack."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.packs.read import Pack
    from persona_extract.records.pack import PackManifest
    from persona_extract.records.profile import Profile

WIDTH = 80


def show(
    folder: PackFolder,
    profile: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROFILE]", help="Id, or the beginning of one.", show_default=False
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Print what a pack holds, or one profile of it.

    [dim]persona-extract pack show runs/demo/pack
    persona-extract pack show runs/demo/pack p_3f[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.packs.read import read_pack

    found = read_pack(folder)
    if profile is None:
        print_json(found.manifest) if json else print_lines(_pack_lines(found))
        return
    one = _find(found, profile)
    print_json(one) if json else print_lines(_profile_lines(one))


def _find(found: Pack, start: str) -> Profile:
    from persona_extract.errors import UsageError

    fitting = [one for one in found.profiles if one.id.startswith(start)]
    if len(fitting) != 1:
        some = ", ".join(one.id for one in (fitting or found.profiles)[:5])
        what = "Several profiles begin" if fitting else "No profile begins"
        raise UsageError(f"{what} with {start!r}. For example: {some}.")
    return fitting[0]


def _pack_lines(found: Pack) -> Iterator[str]:
    from persona_extract.cli.output import aligned

    manifest = found.manifest
    yield manifest.name + ("  (made-up people)" if manifest.made_up else "")
    yield from aligned(
        [
            ("corpus", "; ".join(manifest.corpora)),
            ("revision", "; ".join(manifest.revisions)),
            ("licence", "; ".join(manifest.licences)),
            ("profiles", str(manifest.n_profiles)),
            ("conversations", str(manifest.n_conversations)),
            ("user turns", str(manifest.n_turns)),
            ("directives", str(manifest.n_directives)),
            ("traits", str(len(manifest.traits))),
            ("archetypes", str(len(manifest.archetypes))),
            ("demographics", "read: see the card" if manifest.demographics else "not read"),
            ("encoder", manifest.provenance.encoder),
            *((role, model) for role, model in manifest.provenance.models.items()),
            ("made by", manifest.provenance.code),
            ("digest", manifest.digest),
        ]
    )
    yield from _archetype_lines(manifest)
    yield ""
    yield "id                   conversations  turns  directives  traits"
    for one in found.profiles:
        source = one.source
        counts = f"{len(source.conversations):>13}  {source.n_turns:>5}  {len(one.directives):>10}"
        yield f"{one.id}  {counts}  {len(one.traits):>6}"


def _archetype_lines(manifest: PackManifest) -> Iterator[str]:
    if not manifest.archetypes:
        return
    yield ""
    yield "weight  users  archetype"
    for one in sorted(manifest.archetypes, key=lambda a: (-a.weight, a.id)):
        yield from _wrapped(f"{one.weight:>6.1%}  {one.n_users:>5}  ", one.label.name)
    none = 1 - sum(one.weight for one in manifest.archetypes)
    if none >= 0.0005:
        yield f"{none:>6.1%}         in none"


def _profile_lines(one: Profile) -> Iterator[str]:
    from persona_extract.profile.render import render
    from persona_extract.records.profile import measured

    source = one.source
    yield f"{one.id}   {source.corpus}, {len(source.conversations)} conversations, " + (
        f"{source.n_turns} user turns"
    )
    if one.archetype is not None:
        kind = one.archetype
        fit = "" if kind.fit is None else f", fit {kind.fit:.2f}"
        yield from _wrapped("archetype: ", f"{kind.name} ({kind.archetype}){fit}")
    yield ""
    for line in render(one).splitlines():
        yield from _wrapped("- ", line[2:]) if line.startswith("- ") else [line]
    yield ""
    yield "directive             level      support   strength  check"
    for directive in measured(one):
        support = f"{directive.support.n}/{directive.support.of}"
        check = f"{directive.check.operator} {directive.check.threshold:g}"
        yield (
            f"{directive.dimension:<21} {directive.level:<10} {support:<9} "
            f"{directive.strength:<9.2f} {check}"
        )
    if one.traits:
        yield ""
        yield "traits"
    for trait in one.traits:
        support = f"{trait.support.n} of {trait.support.of} conversations"
        yield from _wrapped("  ", f"{trait.name}: {support}")
    if one.moves:
        yield ""
        yield "follow-ups"
        for move in one.moves[:8]:
            yield f"  {move.rate:>4.0%}  {move.label}"


def _wrapped(start: str, text: str) -> list[str]:
    """Lines of 80 columns, the further ones below the beginning of the text."""
    lines = wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    return lines or [start]
