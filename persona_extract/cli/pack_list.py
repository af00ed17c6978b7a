"""A pack on the terminal: what it holds, its archetypes, its profiles."""

from __future__ import annotations

from collections.abc import Sequence

from persona_extract.cli.screen import Screen
from persona_extract.packs.read import Pack
from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.report.profile_words import title
from persona_extract.report.words import count, percent

_BOUNDS = (10, 30, 100)
"""User turns that part little evidence from some, much and very much."""

_LEFT = 13
_ARCHETYPE = 30
_LEAST_ARCHETYPE = 10
"""Columns that the name of an archetype has at the most, and below which it is left out."""

_TAKEN = (0, 25, 37, 47)
"""Columns of a line up to the end of id, turns, directives and traits; what does not fit is left
out, for half a figure is a wrong one."""


class Line(Record):
    """One profile in a list. `conversations`, `turns`, `directives` and `traits` are counts;
    `title` and `archetype` are words."""

    id: str
    title: str
    turns: int
    conversations: int
    directives: int
    traits: int
    archetype: str | None


class Listing(PackManifest):
    """What `persona-extract pack show PACK --json` prints: the manifest, and the profiles that
    were asked for in the order that was asked for."""

    profiles: list[Line]


def listing(manifest: PackManifest, listed: Sequence[Profile]) -> Listing:
    """A pack as one JSON document: all that are listed, none cut off."""
    held = {name: getattr(manifest, name) for name in PackManifest.model_fields}
    return Listing.model_construct(**held, profiles=[_line(one) for one in listed])


def _line(one: Profile) -> Line:
    return Line(
        id=one.id,
        title=title(one),
        turns=one.source.n_turns,
        conversations=len(one.source.conversations),
        directives=len(one.directives),
        traits=len(one.traits),
        archetype=one.archetype.name if one.archetype else None,
    )


def show_pack(found: Pack, listed: Sequence[Profile], most: int | None) -> None:
    """Prints facts and archetypes of a pack, and `most` of the profiles that are to be listed."""
    screen = Screen()
    manifest = found.manifest
    made_up = "  (made-up people)" if manifest.made_up else ""
    screen.line(manifest.name + made_up, "bold")
    for what, said in _facts(manifest):
        screen.hanging(what, said, "dim", wide=_LEFT)
    _evidence(screen, found)
    _archetypes(screen, manifest)
    _profiles(screen, found, listed, most)


def _facts(manifest: PackManifest) -> list[tuple[str, str]]:
    made = manifest.provenance
    return [
        ("version", f"{manifest.version} (format {manifest.pack_version})"),
        ("corpus", "; ".join(manifest.corpora)),
        ("revision", "; ".join(manifest.revisions)),
        ("licence", "; ".join(manifest.licences)),
        ("profiles", count(manifest.n_profiles)),
        ("conversations", count(manifest.n_conversations)),
        ("user turns", count(manifest.n_turns)),
        ("directives", count(manifest.n_directives) + " (imported)" * manifest.imported),
        ("moves", count(len(manifest.moves))),
        ("traits", count(len(manifest.traits))),
        ("archetypes", count(len(manifest.archetypes))),
        ("k users", f"{manifest.k_users}: what fewer show is not listed"),
        ("demographics", "read: see the card" if manifest.demographics else "not read"),
        ("encoder", made.encoder),
        *made.models.items(),
        ("made by", made.code),
        ("digest", manifest.digest),
    ]


def _evidence(screen: Screen, found: Pack) -> None:
    """How many profiles rest on how much."""
    turns = [one.source.n_turns for one in found.profiles]
    bounds = list(zip((0, *_BOUNDS), (*_BOUNDS, None), strict=True))
    rows = [
        [_range(low, high), count(n), percent(n / len(turns)), screen.meter(n / len(turns))]
        for low, high in bounds
        if (n := sum(low <= t and (high is None or t < high) for t in turns))
    ]
    screen.head("Evidence")
    screen.table(["user turns", "profiles", "share", ""], rows, numbers=[1, 2])
    bare = sum(not one.directives for one in found.profiles)
    if bare:
        have = "has" if bare == 1 else "have"
        screen.line(f"{count(bare)} of the profiles {have} no directive.")


def _range(low: int, high: int | None) -> str:
    return f"{low} or more" if high is None else f"{low} to {high - 1}"


def _archetypes(screen: Screen, manifest: PackManifest) -> None:
    if not manifest.archetypes:
        return
    screen.head("Archetypes")
    rows = [
        [f"{one.weight:.1%}", str(one.n_users), one.label.name, screen.meter(one.weight)]
        for one in sorted(manifest.archetypes, key=lambda a: (-a.weight, a.id))
    ]
    none = 1 - sum(one.weight for one in manifest.archetypes)
    if none >= 0.0005:
        rows.append([f"{none:.1%}", "", "in none", screen.meter(none)])
    screen.table(["weight", "users", "archetype", ""], rows, numbers=[0, 1])


def _profiles(screen: Screen, found: Pack, listed: Sequence[Profile], most: int | None) -> None:
    screen.head("Profiles")
    if not listed:
        screen.line("None is like that. Without --archetype and --like all are listed.")
        return
    shown = listed[:most]
    room = min(_ARCHETYPE, screen.width - _TAKEN[-1])
    rows = [
        [
            one.id,
            str(one.source.n_turns),
            str(len(one.directives)),
            str(len(one.traits)),
            _cut(one.archetype.name if one.archetype else "none", room),
        ]
        for one in shown
    ]
    fit = sum(screen.width >= taken for taken in _TAKEN) + (room >= _LEAST_ARCHETYPE)
    heads = ["id", "turns", "directives", "traits", "archetype"][:fit]
    screen.table(heads, [row[:fit] for row in rows], numbers=range(1, min(fit, 4)), whole=[0])
    if len(shown) < len(listed):
        screen.line(
            f"{len(shown)} of {count(len(listed))}: --all lists all; --archetype NAME and --like "
            "TEXT narrow them down, --sort turns puts those with most turns first."
        )
    elif len(listed) < len(found.profiles):
        screen.line(f"{count(len(listed))} of {count(len(found.profiles))} profiles.")


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 3].rstrip(" ,") + "..."
