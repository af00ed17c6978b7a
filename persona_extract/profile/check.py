"""Runs the checks of directives on turns, real or simulated.

A check asks whether the mean of a dimension lies on the user's side of the threshold, which stands
half way between the population's median and the user's own mean. From the two follows

    ratio = (simulated mean - median) / (user's mean - median)

which is 0 for turns like those of the median user, 1/2 on the threshold, 1 for the user's own.

* "followed": the check passes.
* "over-acted": it passes, the ratio is above `OVER`, and the simulated mean exceeds the user's by
  more than `ERRORS` standard errors (the user's own spread over turns / sqrt(n)).
* "ignored": the check fails, whether nothing was done about it or too little.
* "too few turns": fewer turns define the dimension than the check asks for.

`fidelity.amplification` takes a ratio, too, and another one: a whole run with a directive against
the same simulator without it, with an interval. It tells what the directive did. This ratio needs
no second run and tells where the simulation arrived, whatever brought it there: a simulator that
would say "please" anyway follows the directive here and shows no shift there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.records.checks import Followed, Verdict
from persona_extract.records.directives import Check, Directive, MeasuredDirective, ReadDirective
from persona_extract.records.fields import DIGITS
from persona_extract.records.profile import Profile, Reading, measured

OVER = 1.5
ERRORS = 2.0
"""A ratio above the first is over-acted where the excess is more than so many standard errors."""


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


def check_turns(profile: Profile, readings: pl.DataFrame) -> list[Followed]:
    """What became of each directive, in the profile's order.

    Args:
        profile: the directives, and the user's own readings.
        readings: turn readings (`dimensions.read.turn_readings`) of whoever plays the user.
    """
    told = measured(profile)
    outcomes = run_checks([one.check for one in told], readings)
    found = {one.dimension: outcome for one, outcome in zip(told, outcomes, strict=True)}
    own = {reading.dimension: reading for reading in profile.readings}
    return [_followed(one, found, own) for one in profile.directives]


def _followed(
    one: Directive, found: Mapping[str, CheckOutcome], own: Mapping[str, Reading]
) -> Followed:
    if isinstance(one, MeasuredDirective):
        return _measured(one, found[one.dimension], own.get(one.dimension))
    if isinstance(one, ReadDirective):
        verdict: Verdict = "needs a judge" if one.check is not None else "not testable"
        return Followed(kind="read", about=one.trait, text=one.text, verdict=verdict)
    return Followed(kind="imported", about="", text=one.text, verdict="not testable")


def _measured(one: MeasuredDirective, outcome: CheckOutcome, own: Reading | None) -> Followed:
    ratio = error = None
    if own is not None and outcome.value is not None:
        half = own.value - one.check.threshold  # from the threshold to the user
        if half:
            ratio = (outcome.value - own.value + 2 * half) / (2 * half)
        error = own.spread / math.sqrt(outcome.n)
    return Followed(
        kind="measured",
        about=one.dimension,
        text=one.text,
        verdict=_verdict(outcome, own, ratio, error),
        unit=_units().get(one.dimension),
        value=_rounded(outcome.value),
        n=outcome.n,
        asked=None if own is None else own.value,
        operator=one.check.operator,
        threshold=one.check.threshold,
        ratio=_rounded(ratio),
        error=_rounded(error),
    )


@cache
def _units() -> dict[str, str]:
    return {dimension.name: dimension.unit for dimension in all_dimensions()}


def _verdict(
    outcome: CheckOutcome, own: Reading | None, ratio: float | None, error: float | None
) -> Verdict:
    if outcome.followed is None or outcome.value is None:
        return "too few turns"
    if not outcome.followed:
        return "ignored"
    if own is None or ratio is None or error is None or ratio <= OVER:
        return "followed"
    return "over-acted" if abs(outcome.value - own.value) > ERRORS * error else "followed"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _outcome(check: Check, mean: float | None, n: int) -> CheckOutcome:
    if mean is None:
        return CheckOutcome(None, 0, None)
    on_side = mean >= check.threshold if check.operator == ">=" else mean <= check.threshold
    return CheckOutcome(mean, n, on_side if n >= check.min_turns else None)
