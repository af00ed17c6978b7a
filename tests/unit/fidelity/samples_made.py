"""Samples with planted values, for the meters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from persona_extract.fidelity.headlines import HEADLINES
from persona_extract.fidelity.samples import Resampled, Sample, as_sample


def made(
    name: str,
    values: Mapping[str, Sequence[float | None]],
    *,
    units: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    people: bool = False,
    resampled: Resampled = "task",
) -> Sample:
    """One conversation of two turns a value; headlines are 0 unless given."""
    n = len(next(iter(values.values())))
    given: dict[str, Sequence[float | None]] = {h.name: [0.0] * n for h in HEADLINES}
    frame = pl.DataFrame(
        {
            "source": sources or ["s"] * n,
            "unit": units or [f"{name} {i}" for i in range(n)],
            "n_turns": [2] * n,
            **{
                key: pl.Series(list(column), dtype=pl.Float64)
                for key, column in {**given, **values}.items()
            },
        }
    )
    return as_sample(name, frame, "user" if people else resampled, people=people)
