"""Holds the claims of a profile against each other: a pack can be checked without its corpus."""

from __future__ import annotations

from collections.abc import Iterator

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import word_directive
from persona_extract.dimensions.protocol import Side
from persona_extract.errors import UsageError
from persona_extract.packs.catalogue import strangers
from persona_extract.packs.wording import harmful
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import (
    Directive,
    Evidence,
    Profile,
    Reading,
    TraitSeen,
    level_of,
    profile_id,
)


def doubts(profile: Profile, manifest: PackManifest | None, *, same_dimensions: bool) -> list[str]:
    """What is wrong with one profile beyond its schema.

    Args:
        profile: as read.
        manifest: of its pack; None where that cannot be read.
        same_dimensions: whether the pack was made with the dimensions of this program, so that the
            wording of its directives can be held against them.
    """
    said = ["its id is not the hash of its content"] * (profile.id != profile_id(profile))
    readings = {reading.dimension: reading for reading in profile.readings}
    told = [directive.dimension for directive in profile.directives]
    if len(set(told)) < len(told) or len(readings) < len(profile.readings):
        said.append("a dimension stands twice")
    said += [
        f"reading of {reading.dimension}: percentile and level disagree"
        for reading in profile.readings
        if reading.level != level_of(reading.percentile)
    ]
    for directive in profile.directives:
        reading = readings.get(directive.dimension)
        found = ["there is no reading of it"] if reading is None else _against(directive, reading)
        if same_dimensions and reading is not None and not _worded(directive, reading):
            found.append("its text is not what the dimension says")
        found += [*_misplaced(directive.evidence, profile), *harmful(directive.text)]
        said += [f"directive on {directive.dimension}: {doubt}" for doubt in found]
    for trait in profile.traits:
        found = [*_unsupported(trait, profile), *_misplaced(trait.evidence, profile)]
        found += harmful(trait.name, trait.directive, trait.condition or "")
        said += [f"trait {trait.trait}: {doubt}" for doubt in found]
    said += _twice(profile) + _person(profile, manifest)
    return said + (strangers(profile, manifest) if manifest else [])


def _misplaced(evidence: list[Evidence], profile: Profile) -> Iterator[str]:
    if not {cited.conversation for cited in evidence} <= set(profile.source.conversations):
        yield "it cites a foreign conversation"
    if any(cited.start > cited.end for cited in evidence):
        yield "it cites a span that ends before it starts"


def _unsupported(trait: TraitSeen, profile: Profile) -> Iterator[str]:
    support = trait.support
    if not trait.evidence:
        yield "it cites no evidence"
    if any(cited.start == cited.end for cited in trait.evidence):
        yield "it cites an empty quote"
    if not 1 <= support.n <= support.of <= len(profile.source.conversations):
        yield "its support is not 1 to all of the conversations in which it could have been seen"


def _twice(profile: Profile) -> list[str]:
    held = {
        "trait": [trait.trait for trait in profile.traits],
        "move": [move.move for move in profile.moves],
        "background": [one.attribute for one in profile.background],
    }
    return [f"a {kind} stands twice" for kind, ids in held.items() if len(set(ids)) < len(ids)]


def _person(profile: Profile, manifest: PackManifest | None) -> list[str]:
    """Background is published only where it was asked for."""
    said = [
        f"background, {one.attribute}: {doubt}"
        for one in profile.background
        for doubt in harmful(one.value)
    ]
    if profile.background and manifest and not manifest.demographics:
        said.append("it has a background, and the manifest says that none was read")
    return said


def _against(directive: Directive, reading: Reading) -> list[str]:
    """Where a directive and the reading that it rests on disagree."""
    check, support = directive.check, directive.support
    high = check.operator == ">="
    passes = reading.value >= check.threshold if high else reading.value <= check.threshold
    wrong = {
        "it cites no evidence": not directive.evidence,
        "its check is on another dimension": check.dimension != directive.dimension,
        "its level is not that of the reading": directive.level != reading.level,
        "its check asks for the other side": high != (reading.percentile > 0.5),
        "the user's own value fails its check": not passes,
        "its support is not out of the turns of the reading": support.of != reading.n,
        "its support is not 1 to all of these turns": not 1 <= support.n <= support.of,
    }
    return [problem for problem, holds in wrong.items() if holds]


def _worded(directive: Directive, reading: Reading) -> bool:
    """Whether a directive says what its dimension says, but for the rounding of its value."""
    try:
        dimension = find_dimension(directive.dimension)
    except UsageError:
        return False
    side: Side = "high" if directive.check.operator == ">=" else "low"
    return directive.text == word_directive(dimension, side, reading.value)
