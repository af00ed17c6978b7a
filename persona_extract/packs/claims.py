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
    Check,
    Evidence,
    ImportedDirective,
    MeasuredDirective,
    Profile,
    ReadDirective,
    Reading,
    TraitSeen,
    level_of,
    measured,
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
    said += [
        f"reading of {reading.dimension}: percentile and level disagree"
        for reading in profile.readings
        if reading.level != level_of(reading.percentile)
    ]
    said += _instructions(profile, manifest, same_dimensions=same_dimensions)
    for trait in profile.traits:
        found = [*_unsupported(trait, profile), *_misplaced(trait.evidence, profile)]
        found += harmful(trait.name)
        said += [f"trait {trait.trait}: {doubt}" for doubt in found]
    said += _twice(profile) + _person(profile, manifest)
    return said + (strangers(profile, manifest) if manifest else [])


def _instructions(
    profile: Profile, manifest: PackManifest | None, *, same_dimensions: bool
) -> list[str]:
    """What is wrong with the directives, each named by what it is on."""
    readings = {reading.dimension: reading for reading in profile.readings}
    traits = {trait.trait: trait for trait in profile.traits}
    said: list[str] = []
    for told in profile.directives:
        match told:
            case MeasuredDirective():
                about, reading = told.dimension, readings.get(told.dimension)
                found = (
                    ["there is no reading of it"] if reading is None else _against(told, reading)
                )
                if same_dimensions and reading is not None and not _worded(told, reading):
                    found.append("its text is not what the dimension says")
                found += [*_misplaced(told.evidence, profile), *harmful(told.text)]
            case ReadDirective():
                about = told.trait
                found = list(_unlike(told, traits.get(told.trait)))
                found += harmful(
                    told.text, told.condition or "", told.check.question if told.check else ""
                )
            case ImportedDirective():
                about, found = "nothing measured", list(harmful(told.text))
                if manifest and not manifest.imported:
                    found.append("the manifest does not say that anything was imported")
        said += [f"directive on {about}: {doubt}" for doubt in found]
    return said


def _unlike(told: ReadDirective, seen: TraitSeen | None) -> Iterator[str]:
    """Where a directive and the trait that it rests on disagree."""
    if seen is None:
        yield "the profile does not show that trait"
    elif (told.support, told.evidence) != (seen.support, seen.evidence):
        yield "its support and evidence are not those of the trait"


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
        "dimension": [reading.dimension for reading in profile.readings],
        "directive on one dimension": [told.dimension for told in measured(profile)],
        "directive on one trait": [
            told.trait for told in profile.directives if isinstance(told, ReadDirective)
        ],
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


def _against(directive: MeasuredDirective, reading: Reading) -> list[str]:
    """Where a directive and the reading that it rests on disagree."""
    check, support = directive.check, directive.support
    high = check.operator == ">="
    wrong = {
        "it cites no evidence": not directive.evidence,
        "its check is on another dimension": check.dimension != directive.dimension,
        "its level is not that of the reading": directive.level != reading.level,
        "its check asks for the other side": high != (reading.percentile > 0.5),
        "the user's own value fails its check": not _within(check, reading.value),
        "the turns that it cites fail its check": not _within(check, directive.tested.value),
        "it was not tested on the turns that it cites": directive.tested.n
        != len(directive.evidence),
        "its support is not out of the turns of the reading": support.of != reading.n,
        "its support is not 1 to all of these turns": not 1 <= support.n <= support.of,
    }
    return [problem for problem, holds in wrong.items() if holds]


def _within(check: Check, value: float) -> bool:
    return value >= check.threshold if check.operator == ">=" else value <= check.threshold


def _worded(directive: MeasuredDirective, reading: Reading) -> bool:
    """Whether a directive says what its dimension says, but for the rounding of its value."""
    try:
        dimension = find_dimension(directive.dimension)
    except UsageError:
        return False
    side: Side = "high" if directive.check.operator == ">=" else "low"
    return directive.text == word_directive(dimension, side, reading.value)
