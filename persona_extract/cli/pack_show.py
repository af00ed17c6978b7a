"""`persona-extract pack show`: what is in a pack, or in one profile of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.packs.read import Pack
    from persona_extract.records.profile import Profile


class Order(StrEnum):
    """What profiles may be sorted by."""

    ID = "id"
    TURNS = "turns"
    DIRECTIVES = "directives"
    ARCHETYPE = "archetype"


def show(
    folder: PackFolder,
    profile: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROFILE]", help="Id, or the beginning of one.", show_default=False
        ),
    ] = None,
    sort: Annotated[
        Order | None, typer.Option(help="List profiles in this order; by id if not given.")
    ] = None,
    archetype: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only those of it: a part of its name, or its id."),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Only those with it in a directive, trait or name."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="List all profiles.")] = False,
    json: AsJson = False,
) -> None:
    """Print what a pack holds, or one profile of it as a card.

    With --json a pack is its manifest and, under "profiles", a line on each
    profile that is asked for.

    [dim]persona-extract pack show runs/demo/pack
    persona-extract pack show runs/demo/pack p_3f
    persona-extract pack show runs/demo/pack --sort turns --like "please"
    persona-extract pack show runs/demo/pack --like "please" --json[/dim]
    """
    from persona_extract.cli.output import print_json
    from persona_extract.cli.pack_list import listing, show_pack
    from persona_extract.cli.profile_card import show_profile
    from persona_extract.packs.read import find_profile, read_pack

    if profile is not None:
        given = {"--sort": sort, "--archetype": archetype, "--like": like, "--all": all_ or None}
        _refuse_list_flags([name for name, value in given.items() if value is not None])
    found = read_pack(folder)
    if profile is not None:
        one = find_profile(found, profile)
        print_json(one) if json else show_profile(one)
        return
    listed = _listed(found, sort or Order.ID, archetype, like)
    if json:
        print_json(listing(found.manifest, listed))
    else:
        show_pack(found, listed, most=None if all_ else 20)


def _refuse_list_flags(given: list[str]) -> None:
    from persona_extract.errors import UsageError

    if given:
        raise UsageError(
            f"{', '.join(given)}: only for the list of profiles. Leave the profile out to list"
            " them, or leave this out to see the one."
        )


def _listed(found: Pack, sort: Order, archetype: str | None, like: str | None) -> list[Profile]:
    """The profiles that were asked for, in the order that was asked for; ids break ties."""
    kept = [
        one
        for one in sorted(found.profiles, key=lambda one: one.id)
        if (archetype is None or _is_of(one, archetype.casefold()))
        and (like is None or like.casefold() in _said(one))
    ]
    match sort:
        case Order.ID:
            return kept
        case Order.TURNS:
            return sorted(kept, key=lambda one: -one.source.n_turns)
        case Order.DIRECTIVES:
            return sorted(kept, key=lambda one: -len(one.directives))
        case Order.ARCHETYPE:
            return sorted(kept, key=lambda one: (one.archetype is None, _archetype(one)))


def _archetype(one: Profile) -> str:
    return one.archetype.name if one.archetype else ""


def _is_of(one: Profile, wanted: str) -> bool:
    kind = one.archetype
    if kind is None:
        return wanted == "none"
    return wanted in kind.name.casefold() or wanted == kind.archetype


def _said(one: Profile) -> str:
    """Everything in words that a profile says, to be searched."""
    texts = [_archetype(one), *(told.text for told in one.directives)]
    return "\n".join([*texts, *(trait.name for trait in one.traits)]).casefold()
