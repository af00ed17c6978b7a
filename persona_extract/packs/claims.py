"""Holds the claims of a profile against each other: a pack can be checked without its corpus."""

from __future__ import annotations

import re

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import word_directive
from persona_extract.dimensions.protocol import Side
from persona_extract.errors import UsageError
from persona_extract.records.profile import Directive, Profile, Reading, level_of, profile_id

_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b(?:\d{1,3}\.){3}\d{1,3}\b|https?://|\+?\d[\d ()-]{8,}\d"
)


def doubts(profile: Profile, *, same_dimensions: bool) -> list[str]:
    """What is wrong with one profile beyond its schema.

    Args:
        profile: as read.
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
        if not {e.conversation for e in directive.evidence} <= set(profile.source.conversations):
            found.append("it cites a foreign conversation")
        if any(e.start > e.end for e in directive.evidence):
            found.append("it cites a span that ends before it starts")
        if _PERSONAL.search(directive.text):
            found.append("it looks like personal data")
        said += [f"directive on {directive.dimension}: {doubt}" for doubt in found]
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
