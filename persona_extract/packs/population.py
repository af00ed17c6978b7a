"""Whether the population of a manifest is that of the profiles, and the profile's place in it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import repeat

import polars as pl

from persona_extract.dimensions.levels import population
from persona_extract.packs.findings import Doubt
from persona_extract.records.pack import PackManifest, Quantiles
from persona_extract.records.profile import DIGITS, Profile
from persona_extract.records.tables import USER_READINGS

NEAR = 5 * 10.0**-DIGITS
"""By so much a quantile of rounded values may miss the rounded quantile, for values around 1."""


class Values:
    """The readings of profiles that pass by, eight bytes each."""

    def __init__(self) -> None:
        self._of: dict[str, array[float]] = {}

    def add(self, profile: Profile) -> None:
        """Notes one more."""
        for reading in profile.readings:
            self._of.setdefault(reading.dimension, array("d")).append(reading.value)

    def doubts(self, manifest: PackManifest) -> Iterator[Doubt]:
        """Where the manifest says something else of the dimensions."""
        for dimension in sorted(self._of.keys() ^ manifest.population.keys()):
            who = "the manifest" if dimension in self._of else "no profile"
            yield Doubt("population", f"population: {who} has no {dimension}")
        for dimension in sorted(self._of.keys() & manifest.population.keys()):
            said = manifest.population[dimension]
            found = _quantiles(dimension, self._of[dimension])
            for name in Quantiles.model_fields:
                a, b = getattr(said, name), getattr(found, name)
                if abs(a - b) > NEAR * max(1.0, abs(b)):
                    yield Doubt(
                        "population",
                        f"population, {dimension}: {name} says {a:g}, the profiles {b:g}",
                    )


def _quantiles(dimension: str, values: array[float]) -> Quantiles:
    columns = {
        "user_key": [f"{i:09}" for i in range(len(values))],
        "dimension": list(repeat(dimension, len(values))),
        "n": list(repeat(1, len(values))),
        "n_conversations": list(repeat(1, len(values))),
        "value": values,
        "spread": list(repeat(0.0, len(values))),
    }
    row = population(pl.DataFrame(columns, schema=USER_READINGS)).drop("dimension")
    return Quantiles.model_validate(row.row(0, named=True))
