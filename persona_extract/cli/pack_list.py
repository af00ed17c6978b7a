"""A pack on the terminal: what it holds, its archetypes, its profiles."""

from __future__ import annotations

from collections.abc import Sequence

from persona_extract.cli.screen import Screen
from persona_extract.packs.read import Pack
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.report.words import count, percent

_BOUNDS = (10, 30, 100)
"""User turns that part little evidence from some, much and very much."""

_LEFT = 13
_ARCHETYPE = 30


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
        screen.line(f"{count(bare)} of the profiles have no directive.")


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
    rows = [
        [
            one.id,
            str(one.source.n_turns),
            str(len(one.directives)),
            str(len(one.traits)),
            _cut(one.archetype.name if one.archetype else "none"),
        ]
        for one in shown
    ]
    screen.table(["id", "turns", "directives", "traits", "archetype"], rows, numbers=[1, 2, 3])
    if len(shown) < len(listed):
        screen.line(
            f"{len(shown)} of {count(len(listed))}: --all lists all; --archetype NAME and --like "
            "TEXT narrow them down, --sort turns puts those with most turns first."
        )
    elif len(listed) < len(found.profiles):
        screen.line(f"{count(len(listed))} of {count(len(found.profiles))} profiles.")


def _cut(text: str) -> str:
    return text if len(text) <= _ARCHETYPE else text[: _ARCHETYPE - 3].rstrip(" ,") + "..."
