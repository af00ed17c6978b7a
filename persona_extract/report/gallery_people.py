"""What a gallery knows of every profile at once: titles, colours, readings as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from persona_extract.packs.read import Pack
from persona_extract.records.catalogue import Archetype
from persona_extract.records.fields import CUTS
from persona_extract.records.profile import Profile
from persona_extract.report.profile_words import is_known_personal, title, unusual, unusualness
from persona_extract.report.user_map import sign_of

Table = NDArray[np.float64]

HEADLINE = (
    "turn_words",
    "conversation_turns",
    "front_loading",
    "facts",
    "questions",
    "imperatives",
    "please",
    "first_person",
    "echo",
    "open_ending",
    "lowercase_start",
    "spelling_slips",
)
"""Dimensions of the glyph, from how much over what to how: easily understood, few of them alike."""

PARTS = 1000
"""Percentiles are shown, sorted and told apart by thousandths."""

_TOLD = 12  # readings by which the unusualness of a user is told
_AT_MOST = 3.0  # standard deviations


@dataclass(frozen=True, slots=True)
class Person:
    """One profile of a gallery. `sign` is the class of its colour, `unusual` 0 to 1."""

    profile: Profile
    title: str
    sign: str
    unusual: float

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"{self.profile.id}.html"


@dataclass(frozen=True)
class People:
    """All profiles of a pack, by id, with their readings as tables (profiles x dimensions).

    Attributes:
        pack: as it was read.
        everyone: in the order of ids.
        archetypes: the heaviest first, as colours are given out.
        dimensions: of the pack's population, sorted; columns of the tables.
        values, percentiles, reliability: NaN (0 for reliability) where there is no reading.
    """

    pack: Pack
    everyone: tuple[Person, ...]
    archetypes: tuple[Archetype, ...]
    dimensions: tuple[str, ...]
    values: Table
    percentiles: Table
    reliability: Table

    @cached_property
    def personal(self) -> list[int]:
        """Columns of the dimensions that tell people apart."""
        return [i for i, name in enumerate(self.dimensions) if is_known_personal(name)]

    @cached_property
    def column(self) -> dict[str, int]:
        """Dimension -> its column."""
        return {name: i for i, name in enumerate(self.dimensions)}

    @cached_property
    def deviations(self) -> Table:
        """Personal readings in standard deviations between users from their mean, cut at three; 0
        where nothing is known."""
        told = [self.pack.manifest.population[self.dimensions[i]] for i in self.personal]
        mean = np.array([one.mean for one in told])
        spread = np.array([one.sd for one in told])
        away = self.values[:, self.personal] - mean
        z = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
        return np.nan_to_num(np.clip(z, -_AT_MOST, _AT_MOST), nan=0.0)

    @cached_property
    def weights(self) -> Table:
        """Reliability of `deviations`."""
        return self.reliability[:, self.personal]

    def sign(self, archetype: str | None) -> str:
        """Class of the colour of an archetype."""
        ids = [one.id for one in self.archetypes]
        return sign_of(ids.index(archetype) if archetype in ids else None)


def gather_people(pack: Pack) -> People:
    """Everything that pages of a gallery need to know of all profiles."""
    profiles = sorted(pack.profiles, key=lambda one: one.id)
    archetypes = tuple(sorted(pack.manifest.archetypes, key=lambda a: (-a.weight, a.id)))
    signs = {one.id: sign_of(i) for i, one in enumerate(archetypes)}
    names = tuple(sorted(pack.manifest.population))
    values, percentiles, reliability = _tables(profiles, names)
    return People(
        pack=pack,
        everyone=tuple(
            Person(
                one,
                title(one),
                signs.get(one.archetype.archetype if one.archetype else "", sign_of(None)),
                _unusual(one),
            )
            for one in profiles
        ),
        archetypes=archetypes,
        dimensions=names,
        values=values,
        percentiles=percentiles,
        reliability=reliability,
    )


def parts(percentile: float) -> int:
    """A percentile in thousandths, rounded up so that it stays in its level."""
    return -(-round(percentile * 1_000_000) // (1_000_000 // PARTS))


def cuts() -> list[int]:
    """Thousandths that part the levels."""
    return [parts(cut) for cut in CUTS]


def _unusual(profile: Profile) -> float:
    told = unusual(profile, _TOLD)
    return sum(unusualness(one) for one in told) / _TOLD


def _tables(profiles: Sequence[Profile], names: Sequence[str]) -> tuple[Table, Table, Table]:
    shape = len(profiles), len(names)
    values, percentiles = np.full(shape, np.nan), np.full(shape, np.nan)
    reliability = np.zeros(shape)
    place = {name: i for i, name in enumerate(names)}
    for row, profile in enumerate(profiles):
        for one in profile.readings:
            if (at := place.get(one.dimension)) is not None:
                values[row, at] = one.value
                percentiles[row, at] = one.percentile
                reliability[row, at] = one.reliability
    return values, percentiles, reliability
