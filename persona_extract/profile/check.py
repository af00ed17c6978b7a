"""Runs a directive's check on turns, real or simulated."""

from __future__ import annotations

from collections.abc import Sequence
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


def run_checks(checks: Sequence[Check], readings: pl.DataFrame) -> list[CheckOutcome]:
    """Runs checks on the turns of one speaker, all at once.

    Args:
        checks: the tests.
        readings: turn readings (`dimensions.read.turn_readings`) of that speaker.
    """
    if not checks:
        return []
    names = [check.dimension for check in checks]
    distinct = list(dict.fromkeys(names))
    row = readings.select(
        pl.struct(pl.col(distinct).mean()).alias("mean"),
        pl.struct(pl.col(distinct).count()).alias("n"),
    ).row(0)
    means, counts = row
    return [
        _outcome(check, means[name], counts[name])
        for check, name in zip(checks, names, strict=True)
    ]


def _outcome(check: Check, mean: float | None, n: int) -> CheckOutcome:
    if mean is None:
        return CheckOutcome(None, 0, None)
    on_side = mean >= check.threshold if check.operator == ">=" else mean <= check.threshold
    return CheckOutcome(mean, n, on_side if n >= check.min_turns else None)
