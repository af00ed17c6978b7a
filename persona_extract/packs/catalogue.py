"""Holds what a manifest lists (moves, traits, archetypes) against itself and the profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from persona_extract.packs.findings import Doubt
from persona_extract.packs.tally import Tally, held
from persona_extract.records.catalogue import Archetype, Move, Trait
from persona_extract.records.directives import ReadDirective
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile

ROUNDING = 0.001
"""By so much a weight may miss the count that it comes from."""

Wording = tuple[str, ...]


def catalogue_doubts(manifest: PackManifest, tally: Tally) -> list[Doubt]:
    """What is wrong with the catalogue of a manifest, given all profiles of the pack."""
    listed = list(_listed(manifest))
    ids = Counter(one.id for _, one in listed)
    said = [Doubt("counts", f"{one} is listed twice") for one, n in ids.items() if n > 1]
    for kind, one in listed:
        shown = tally.shown[kind, one.id]
        said += [
            Doubt(doubt.check, f"{kind} {one.id}: {doubt.problem}")
            for doubt in _miscounted(one, manifest.k_users, shown)
        ]
    said += [
        Doubt(
            "claims",
            f"archetype {archetype.id}: it is marked by {mark.name}, which the "
            "manifest does not list",
        )
        for archetype in manifest.archetypes
        for mark in archetype.marks
        if mark.kind != "dimension" and mark.name not in ids
    ]
    return said + _weights(manifest)


def strangers(profile: Profile, manifest: PackManifest) -> list[str]:
    """What a profile holds that the manifest does not list, or lists in other words."""
    listed = {(kind, one.id): _worded(one) for kind, one in _listed(manifest)}
    return [
        f"{kind} {one}: "
        + (
            "its wording is not the one in the manifest"
            if (kind, one) in listed
            else "the manifest does not list it"
        )
        for kind, one, said in held(profile)
        if listed.get((kind, one)) != said
    ] + _reworded(profile, manifest)


def _reworded(profile: Profile, manifest: PackManifest) -> list[str]:
    """Instructions of traits that are not the manifest's."""
    listed = {trait.id: _instructs(trait) for trait in manifest.traits}
    return [
        f"directive on {told.trait}: it is not what the manifest says of the trait"
        for told in profile.directives
        if isinstance(told, ReadDirective)
        and listed.get(told.trait)
        != (told.text, told.situation, told.condition, told.check.question if told.check else "")
    ]


def _listed(manifest: PackManifest) -> Iterator[tuple[str, Move | Trait | Archetype]]:
    yield from (("move", move) for move in manifest.moves)
    yield from (("trait", trait) for trait in manifest.traits)
    yield from (("archetype", archetype) for archetype in manifest.archetypes)


def _miscounted(one: Move | Trait | Archetype, k_users: int, shown: int) -> Iterator[Doubt]:
    """Profiles are all there, so moves and archetypes must tally. A trait whose quotes did not
    hold is taken out of a profile, though its statement stays in its cluster: fewer may show it."""
    if min(one.n_users, shown) < k_users:
        yield Doubt(
            "k-users",
            f"{min(one.n_users, shown)} users show it, fewer than k_users, {k_users}",
        )
    if shown > one.n_users or (shown < one.n_users and not isinstance(one, Trait)):
        yield Doubt("counts", f"n_users says {one.n_users}, the profiles {shown}")


def _weights(manifest: PackManifest) -> list[Doubt]:
    said = [
        Doubt(
            "weights",
            f"archetype {one.id}: its weight is {one.weight:g}, but {one.n_users} of "
            f"{manifest.n_profiles} users belong to it",
        )
        for one in manifest.archetypes
        if abs(one.weight - one.n_users / max(1, manifest.n_profiles)) > ROUNDING
    ]
    total = sum(one.weight for one in manifest.archetypes)
    if total > 1 + ROUNDING:
        said.append(Doubt("weights", f"weights of archetypes sum to {total:.3f}, more than 1"))
    return said


def _worded(one: Move | Trait | Archetype) -> Wording:
    """What profiles repeat of it."""
    if isinstance(one, Archetype):
        return one.label.name, f"{one.weight:g}"
    return (one.label.name,)


def _instructs(trait: Trait) -> tuple[str, str, str | None, str]:
    return trait.label.directive, trait.situation, trait.label.condition, trait.label.check
