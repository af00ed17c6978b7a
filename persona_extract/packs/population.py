"""Whether the population of a manifest is that of the profiles, and the profile's place in it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import polars as pl

from persona_extract.dimensions.levels import population
from persona_extract.packs.findings import Doubt
from persona_extract.records.fields import DIGITS
from persona_extract.records.pack import PackManifest, Quantiles
from persona_extract.records.profile import Profile

NEAR = 5 * 10.0**-DIGITS
"""By so much a quantile of rounded values may miss the rounded quantile, for values around 1."""

_ROWS = 500_000


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
            who = "the manifest has no" if dimension in self._of else "no profile has"
            yield Doubt("population", f"population: {who} {dimension}")
        found = self._quantiles(sorted(self._of.keys() & manifest.population.keys()))
        for dimension, here in found.items():
            said = manifest.population[dimension]
            for name in Quantiles.model_fields:
                a, b = getattr(said, name), getattr(here, name)
                if not abs(a - b) <= NEAR * max(1.0, abs(a)):  # of what overflows, too
                    yield Doubt(
                        "population",
                        f"population, {dimension}: {name} says {a:g}, the profiles {b:g}",
                    )

    def _quantiles(self, dimensions: list[str]) -> dict[str, Quantiles]:
        """Of some dimensions, several at a time, for a table of all values would be large."""
        made: dict[str, Quantiles] = {}
        while dimensions:
            most = max(1, _ROWS // max(1, len(self._of[dimensions[0]])))
            now, dimensions = dimensions[:most], dimensions[most:]
            table = population(_rows({name: self._of[name] for name in now}))
            for row in table.iter_rows(named=True):
                name = str(row.pop("dimension"))
                made[name] = Quantiles.model_validate(row)
        return made


def _rows(values: dict[str, array[float]]) -> pl.DataFrame:
    """As `USER_READINGS`: who the users are makes no difference."""
    flat = array("d")
    for one in values.values():
        flat.extend(one)
    each = pl.DataFrame({"dimension": list(values), "times": [len(v) for v in values.values()]})
    names = each.select(pl.col("dimension").repeat_by("times")).explode("dimension")
    return names.with_columns(
        pl.Series("value", flat, pl.Float64),
        user_key=pl.lit(""),
        n=pl.lit(1, pl.UInt32),
        n_conversations=pl.lit(1, pl.UInt32),
        spread=pl.lit(0.0),
    )
