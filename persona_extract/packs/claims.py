"""Holds the claims of a profile against each other: a pack can be checked without its corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from persona_extract.packs.catalogue import strangers
from persona_extract.packs.examples import example_doubts
from persona_extract.packs.findings import Doubt
from persona_extract.packs.rates import ROUNDED, rate_doubts, source_doubts
from persona_extract.packs.texts import is_worded, profile_texts
from persona_extract.packs.wording import wording_doubts
from persona_extract.records.directives import (
    Check,
    Evidence,
    ImportedDirective,
    MeasuredDirective,
    ReadDirective,
)
from persona_extract.records.fields import level_of
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, Reading, TraitSeen, measured, profile_id

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def doubts(
    profile: Profile, manifest: PackManifest | None, *, same_dimensions: bool
) -> Iterator[Doubt]:
    """What is wrong with one profile beyond its schema.

    Args:
        profile: as read.
        manifest: of its pack; None where that cannot be read.
        same_dimensions: whether the pack was made with the dimensions of this program, so that the
            wording of its directives can be held against them.
    """
    if profile.id != profile_id(profile):
        yield Doubt("counts", "its id is not the hash of its content")
    said = chain(
        _levels(profile),
        _instructions(profile, manifest, same_dimensions=same_dimensions),
        _traits(profile),
        _twice(profile),
        _origin(profile, manifest),
        strangers(profile, manifest) if manifest else (),
    )
    yield from (Doubt("claims", problem) for problem in said)
    yield from source_doubts(profile)
    yield from rate_doubts(profile)
    yield from example_doubts(profile, manifest)
    yield from wording_doubts(profile_texts(profile))


def _levels(profile: Profile) -> Iterator[str]:
    for reading in profile.readings:
        if reading.level != level_of(reading.percentile):
            yield f"reading of {reading.dimension}: percentile and level disagree"


def _origin(profile: Profile, manifest: PackManifest | None) -> Iterator[str]:
    """A profile is measured, or somebody else's: nothing in between."""
    held = (profile.readings, profile.traits, profile.moves, profile.transitions, profile.examples)
    foreign = [isinstance(told, ImportedDirective) for told in profile.directives]
    if manifest is not None and manifest.imported:
        if any(held) or profile.policy is not None or profile.archetype is not None:
            yield "it is imported, so it may hold nothing that was measured or read"
        if not all(foreign):
            yield "it is imported, so its directives may claim no support"
    else:
        if profile.policy is None or not profile.readings:
            yield "it is measured, so it must hold readings and a policy"
        if not profile.source.conversations:
            yield "it is measured, and rests on no conversation"
    if profile.background and manifest and not manifest.demographics:
        yield "it has a background, and the manifest says that none was read"
    window = profile.source.window
    if any(day is not None and not _DAY.fullmatch(day) for day in (window.first, window.last)):
        yield "its window is not made of days (YYYY-MM-DD)"


def _traits(profile: Profile) -> Iterator[str]:
    for trait in profile.traits:
        for doubt in (*_unsupported(trait, profile), *_misplaced(trait.evidence, profile)):
            yield f"trait {trait.trait}: {doubt}"


def _instructions(
    profile: Profile, manifest: PackManifest | None, *, same_dimensions: bool
) -> Iterator[str]:
    """What is wrong with the directives, each named by what it is on."""
    readings = {reading.dimension: reading for reading in profile.readings}
    traits = {trait.trait: trait for trait in profile.traits}
    for told in profile.directives:
        match told:
            case MeasuredDirective():
                about, reading = told.dimension, readings.get(told.dimension)
                found = _unmeasured(told, reading, profile)
                if same_dimensions and reading is not None and not is_worded(told, reading):
                    found.append("its text is not what the dimension says")
            case ReadDirective():
                about, found = told.trait, list(_unlike(told, traits.get(told.trait)))
            case ImportedDirective():
                about = "nothing measured"
                unsaid = manifest is not None and not manifest.imported
                found = ["the manifest does not say that anything was imported"] * unsaid
        yield from (f"directive on {about}: {doubt}" for doubt in found)


def _unmeasured(told: MeasuredDirective, reading: Reading | None, profile: Profile) -> list[str]:
    against = ["there is no reading of it"] if reading is None else _against(told, reading)
    return [*against, *_misplaced(told.evidence, profile)]


def _unlike(told: ReadDirective, seen: TraitSeen | None) -> Iterator[str]:
    """Where a directive and the trait that it rests on disagree."""
    if seen is None:
        yield "the profile does not show that trait"
    elif (told.support, told.evidence) != (seen.support, seen.evidence):
        yield "its support and evidence are not those of the trait"
    if abs(told.strength - (told.support.n + 1) / (told.support.of + 2)) > ROUNDED:
        yield "its strength is not that of its support"


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
