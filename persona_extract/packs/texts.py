"""Every text of a pack with its place: what is looked at for personal data, injection and runs of
words of the source. A new field with text belongs here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import word_directive
from persona_extract.dimensions.protocol import Side
from persona_extract.errors import UsageError
from persona_extract.prompts.injection import Place
from persona_extract.records.catalogue import Label
from persona_extract.records.directives import ImportedDirective, MeasuredDirective, ReadDirective
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, Provenance, Reading


class Text(NamedTuple):
    """One text.

    Attributes:
        about: where in the record it stands, e.g. "trait t_0a1b2c3d".
        text: as it stands.
        kind: what it is for.
        own: whether it is word for word what a template of this program says, so that none of it
            can come from anybody else.
    """

    about: str
    text: str
    kind: Place = "told"
    own: bool = False


def profile_texts(profile: Profile) -> Iterator[Text]:
    """Every text of a profile. Of measured directives those are `own` that the dimensions of this
    program say about the profile's reading."""
    readings = {reading.dimension: reading for reading in profile.readings}
    for told in profile.directives:
        match told:
            case MeasuredDirective():
                own = is_worded(told, readings.get(told.dimension))
                yield Text(f"directive on {told.dimension}", told.text, own=own)
                yield Text("directive", told.dimension, "name")
                yield Text("directive", told.check.dimension, "name")
            case ReadDirective():
                about = f"directive on {told.trait}"
                yield Text(about, told.text)
                yield Text(about, told.condition or "")
                yield Text(about, told.check.question if told.check else "")
            case ImportedDirective():
                yield Text("directive on nothing measured", told.text)
    yield from _labels(profile)
    for one in profile.background:
        yield Text(f"background, {one.attribute}", one.value)
    for shown in profile.examples:
        yield Text(f"example of {shown.dimension}", shown.text)
        yield Text("example", shown.dimension, "name")
    for reading in profile.readings:
        yield Text("reading", reading.dimension, "name")
    yield from _origin(profile)


def manifest_texts(manifest: PackManifest) -> Iterator[Text]:
    """Every text of a manifest."""
    for kind, listed in (
        ("move", manifest.moves),
        ("trait", manifest.traits),
        ("archetype", manifest.archetypes),
    ):
        for one in listed:
            yield from _label(f"{kind} {one.id}", one.label)
    for one in (*manifest.moves, *manifest.traits):
        about = f"{'move' if one.id.startswith('m_') else 'trait'} {one.id}"
        yield from (Text(about, phrase) for phrase in one.phrases)
    for move in manifest.moves:
        yield from (Text(f"move {move.id}", form) for form in move.exemplars)
    for trait in manifest.traits:
        yield Text(f"trait {trait.id}, group", trait.group, "name")
    for archetype in manifest.archetypes:
        yield from (Text(f"archetype {archetype.id}", m.name, "name") for m in archetype.marks)
    yield Text("name", manifest.name, "name")
    for what, names in (
        ("corpora", manifest.corpora),
        ("revisions", manifest.revisions),
        ("licences", manifest.licences),
        ("attribution", manifest.attribution),
        ("population", manifest.population),
    ):
        yield from (Text(what, name, "name") for name in names)
    yield from _made_by(manifest.provenance)


def is_worded(directive: MeasuredDirective, reading: Reading | None) -> bool:
    """Whether a directive says what its dimension says, but for the rounding of its value."""
    if reading is None:
        return False
    try:
        dimension = find_dimension(directive.dimension)
        side: Side = "high" if directive.check.operator == ">=" else "low"
        return directive.text == word_directive(dimension, side, reading.value)
    except (UsageError, ArithmeticError, ValueError):
        return False


def _labels(profile: Profile) -> Iterator[Text]:
    for trait in profile.traits:
        yield Text(f"trait {trait.trait}", trait.name)
    for move in profile.moves:
        yield Text("move", move.move, "name")
        yield Text(f"move {move.move}", move.label)
    for step in profile.transitions:
        yield Text("transition", step.before or "", "name")
        yield Text("transition", step.after, "name")
    if profile.archetype is not None:
        yield Text(f"archetype {profile.archetype.archetype}", profile.archetype.name)


def _label(about: str, label: Label) -> Iterator[Text]:
    for text in (label.name, label.directive, label.condition or "", label.check):
        yield Text(about, text)
    yield Text(f"{about}, made_by", label.made_by, "name")


def _origin(profile: Profile) -> Iterator[Text]:
    source = profile.source
    for text in (source.corpus, source.revision, source.licence):
        yield Text("source", text, "name")
    for day in (source.window.first, source.window.last):
        yield Text("window", day or "", "name")
    yield from _made_by(profile.provenance)


def _made_by(made: Provenance) -> Iterator[Text]:
    names = (made.code, made.dimensions, made.encoder, made.settings, *made.prompts)
    for text in (*names, *made.models, *made.models.values()):
        yield Text("provenance", text, "name")
