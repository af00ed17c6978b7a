"""Runs a directive's check on turns, real or simulated."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from persona_extract.records.profile import Check


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What a check found.

    Attributes:
        value: mean of the dimension over the turns on which it is defined; None if there are none.
        n: how many such turns.
        followed: whether the value is on the asked side; None with fewer than `min_turns` turns.
    """

    value: float | None
    n: int
    followed: bool | None


def run_check(check: Check, readings: pl.DataFrame) -> CheckOutcome:
    """Runs one check on the turns of one speaker.

    Args:
        check: the test.
        readings: turn readings (`dimensions.read.turn_readings`) of that speaker.
    """
    values = readings[check.dimension].drop_nulls()
    mean = values.mean()
    if not isinstance(mean, float):
        return CheckOutcome(None, 0, None)
    on_side = mean >= check.threshold if check.operator == ">=" else mean <= check.threshold
    enough = len(values) >= check.min_turns
    return CheckOutcome(mean, len(values), on_side if enough else None)
