"""What the fields of all records are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

DIGITS = 6
"""Decimals of every number in a profile."""

Level = Literal["very low", "low", "typical", "high", "very high"]

LEVELS: tuple[Level, ...] = ("very low", "low", "typical", "high", "very high")

CUTS = (0.10, 0.25, 0.75, 0.90)
"""Percentiles that part the levels. A value that many users share stands in the middle of them,
so that what most people do is typical."""

Share = Annotated[float, Field(ge=0, le=1)]

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]

TraitId = Annotated[str, Field(pattern=r"^t_[0-9a-f]{8}$")]

ArchetypeId = Annotated[str, Field(pattern=r"^a_[0-9a-f]{8}$")]


class Record(BaseModel):
    """Base of every record at a border: immutable, and no field that the schema does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def level_of(percentile: float) -> Level:
    """The band in which a percentile lies."""
    for cut, level in zip(CUTS, LEVELS, strict=False):
        if percentile <= cut:
            return level
    return LEVELS[-1]
