"""What became of the catalogue and of the profiles of a pack, by their ids and user keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from persona_extract.packs.read import Pack
from persona_extract.records.catalogue import Trait
from persona_extract.records.diff import (
    Entry,
    Kind,
    Part,
    PerhapsSame,
    ProfileChange,
    ProfileChanges,
)
from persona_extract.records.directives import ImportedDirective, MeasuredDirective, ReadDirective
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile

K = TypeVar("K", bound=str)

KINDS: tuple[Kind, ...] = ("archetype", "trait", "move")

STRANGERS = (
    "the packs have no user key in common: either their users are all different, or their keys"
    " were made with different salts (two workspaces). Who came, left or changed cannot be told"
)
"""Why profiles are not held against each other."""

MADE_BY = ("code", "dimensions", "encoder", "settings", "models", "prompts", "seed")
"""Fields of the provenance that may make the same people look different."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One part of two catalogues, matched by id: id -> name each.

    Attributes:
        refused: why ids say nothing; empty where they do.
    """

    kind: Kind
    refused: str
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def kept(self) -> list[str]:
        """Ids that both list, in order."""
        return sorted(self.before.keys() & self.after.keys())

    @property
    def new(self) -> list[Entry]:
        """Listed by B only."""
        return [] if self.refused else _entries(self.after, self.after.keys() - self.before.keys())

    @property
    def vanished(self) -> list[Entry]:
        """Listed by A only."""
        return [] if self.refused else _entries(self.before, self.before.keys() - self.after.keys())

    @property
    def perhaps_same(self) -> list[PerhapsSame]:
        """Other ids, same name: only where a name stands once on either side."""
        olds = _by_name(self.before, self.before.keys() - self.after.keys())
        news = _by_name(self.after, self.after.keys() - self.before.keys())
        return [
            PerhapsSame(before=olds[name], after=news[name], name=self.before[olds[name]])
            for name in sorted(olds.keys() & news.keys())
        ]


def match(kind: Kind, a: PackManifest, b: PackManifest) -> Matched:
    """Matches moves, traits or archetypes by id. Ids persist between runs of one workspace; those
    of two workspaces have nothing to do with each other."""
    before, after = _listed(kind, a), _listed(kind, b)
    refused = ""
    if not before.keys() & after.keys() and (before or after):
        if before and after:
            refused = (
                f"no {kind} of A has the id of one of B: the packs are of two workspaces, or"
                " everything was found anew"
            )
        elif made_differently(a, b):
            lacking = "A" if after else "B"
            refused = f"{lacking} lists none, and the packs were made in different ways"
    return Matched(kind, refused, before, after)


def made_differently(a: PackManifest, b: PackManifest) -> list[str]:
    """Names of the fields of the provenance in which two packs differ."""
    one, other = a.provenance, b.provenance
    return [name for name in MADE_BY if getattr(one, name) != getattr(other, name)]


def profile_changes(a: Pack, b: Pack) -> ProfileChanges:
    """Who came, went and changed, matched by user key."""
    before = {one.source.user_key: one for one in a.profiles}
    after = {one.source.user_key: one for one in b.profiles}
    shared = sorted(before.keys() & after.keys())
    strangers = not shared
    changed = [
        _change(before[key], after[key]) for key in shared if before[key].id != after[key].id
    ]
    gone = [] if strangers else sorted(before.keys() - after.keys())
    come = [] if strangers else sorted(after.keys() - before.keys())
    return ProfileChanges(
        refused=STRANGERS if strangers else "",
        n_a=len(before),
        n_b=len(after),
        added=[after[key].id for key in come],
        removed=[before[key].id for key in gone],
        unchanged=len(shared) - len(changed),
        changed=changed,
        parts=_most(part for one in changed for part in one.parts),
        gained=_most(told for one in changed for told in one.gained),
        lost=_most(told for one in changed for told in one.lost),
    )


def _change(a: Profile, b: Profile) -> ProfileChange:
    parts: list[Part] = [
        part for part, look in _PARTS.items() if sorted(look(a)) != sorted(look(b))
    ]
    before, after = {_named(one) for one in a.directives}, {_named(one) for one in b.directives}
    return ProfileChange(
        before=a.id,
        after=b.id,
        parts=parts or ["standing"],
        gained=sorted(after - before),
        lost=sorted(before - after),
    )


def _named(told: MeasuredDirective | ReadDirective | ImportedDirective) -> str:
    """What a directive is about: a dimension and its side, or a trait."""
    if isinstance(told, MeasuredDirective):
        return f"{told.dimension} ({told.level.removeprefix('very ')})"
    return told.trait if isinstance(told, ReadDirective) else "imported"


_PARTS: dict[Part, Callable[[Profile], Sequence[str]]] = {
    "conversations": lambda p: [
        *p.source.conversations,
        f"{p.source.n_turns} {p.source.window}",
    ],
    "readings": lambda p: [f"{r.dimension} {r.value} {r.spread} {r.n}" for r in p.readings],
    "standing": lambda p: [
        f"{r.dimension} {r.percentile} {r.level} {r.reliability}" for r in p.readings
    ],
    "directives": lambda p: [f"{_named(one)} {one.text}" for one in p.directives],
    "traits": lambda p: [f"{t.trait} {t.support}" for t in p.traits],
    "moves": lambda p: [
        *(f"{m.move} {m.n}" for m in p.moves),
        *(f"{t.before} {t.after} {t.n}" for t in p.transitions),
    ],
    "archetype": lambda p: [p.archetype.archetype if p.archetype else ""],
    "policy": lambda p: [p.policy.model_dump_json() if p.policy else ""],
    "background": lambda p: [one.model_dump_json() for one in p.background],
    "examples": lambda p: [one.model_dump_json() for one in p.examples],
    "provenance": lambda p: [
        p.provenance.model_dump_json(),
        f"{p.source.corpus} {p.source.revision} {p.source.licence}",
    ],
}


def _most(names: Iterable[K]) -> dict[K, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def _listed(kind: Kind, manifest: PackManifest) -> dict[str, str]:
    lists = {
        "move": manifest.moves,
        "trait": manifest.traits,
        "archetype": manifest.archetypes,
    }
    return {
        one.id: f"avoids: {one.label.name}"
        if isinstance(one, Trait) and one.polarity == "avoids"
        else one.label.name
        for one in lists[kind]
    }


def _entries(names: Mapping[str, str], ids: Iterable[str]) -> list[Entry]:
    return [Entry(id=one, name=names[one]) for one in sorted(ids)]


def _by_name(names: Mapping[str, str], ids: Iterable[str]) -> dict[str, str]:
    chosen = sorted(ids)
    times = Counter(names[one].casefold() for one in chosen)
    return {names[one].casefold(): one for one in chosen if times[names[one].casefold()] == 1}
