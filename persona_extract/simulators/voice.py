"""Words a neutral turn the way a profile says: every dimension that can be enacted, in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.protocol import Dimension
from persona_extract.records.profile import Profile
from persona_extract.simulators.spans import FIRST, marks, protect, restore

_GROUPS = ("punctuation", "emoji", "capitalization")
"""Groups that work on the marks and letters of what the others have worded, in this order."""

_NAMES = ("open_ending", "unmarked_questions")
"""Within its group, the usual closing mark is settled before the rarer ones."""

_PER_TURN = ("share of turns", "share of follow-ups", "share of openings")
"""Units of what a turn either shows or does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the conversation a turn stands."""

    opening: bool
    last: bool


@dataclass(slots=True)
class Voice:
    """One conversation's wording: the enactments of a profile, words before marks before casing.

    What is due in a share of turns is dealt out by systematic sampling: in n turns it shows n times
    the share, rounded up or down, rather than by n independent draws. Rates of a person then hold
    within short conversations too. Words that are not due are not taken out either: a scenario is
    in neutral wording, and what looks like a hedge in it may be what it is about.
    """

    steps: tuple[tuple[Dimension, float], ...]
    rng: np.random.Generator
    due: dict[str, float]

    def word(self, text: str, facts: Sequence[str], place: Place) -> str:
        """The turn in this voice; code, ids, numbers, quotes and facts stay letter by letter."""
        masked = protect(text, facts)
        worded = masked.text
        for dimension, value in self.steps:
            if _applies(dimension, place):
                dealt = self._dealt(dimension, value)
                if dealt or dimension.group in _GROUPS or dimension.unit not in _PER_TURN:
                    worded = _enacted(dimension, worded, dealt, self.rng)
        said = restore(_own_lines(worded, masked.spans), masked.spans).strip()
        return said or text

    def _dealt(self, dimension: Dimension, value: float) -> float:
        if dimension.unit not in _PER_TURN:
            return value
        due = self.due[dimension.name] + value
        self.due[dimension.name] = due - (due >= 1)
        return float(due >= 1)


def voice_of(profile: Profile | None, rng: np.random.Generator) -> Voice:
    """The voice of a profile in one conversation; None words nothing."""
    values = {r.dimension: r.value for r in profile.readings} if profile else {}
    known = [d for d in all_dimensions() if d.enact is not None and d.name in values]
    steps = tuple((d, values[d.name]) for d in sorted(known, key=_rank))
    return Voice(steps, rng, {d.name: float(rng.random()) for d, _ in steps})


def _rank(dimension: Dimension) -> tuple[int, str, int, str]:
    late = _GROUPS.index(dimension.group) + 1 if dimension.group in _GROUPS else 0
    first = _NAMES.index(dimension.name) if dimension.name in _NAMES else len(_NAMES)
    return late, dimension.group, first, dimension.name


def _own_lines(text: str, spans: Sequence[str]) -> str:
    """Blocks of several lines start on a line of their own, whatever was put before them."""
    blocks = [chr(FIRST + i) for i, span in enumerate(spans) if "\n" in span]
    return re.sub(rf"[ \t]+(?=[{''.join(blocks)}])", "\n", text) if blocks else text


def _applies(dimension: Dimension, place: Place) -> bool:
    match dimension.where:
        case "openings":
            return place.opening
        case "follow-ups":
            return not place.opening
        case "last turn":
            return False  # how a conversation ends is the agenda's business
        case _:
            return True


def _enacted(dimension: Dimension, text: str, value: float, rng: np.random.Generator) -> str:
    """What the dimension makes of the text, or the text itself where a span would be lost."""
    if dimension.enact is None:
        return text
    worded = dimension.enact(text, value, rng)
    return worded if worded.strip() and marks(worded) == marks(text) else text
