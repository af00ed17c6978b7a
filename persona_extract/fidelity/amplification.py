"""How much of the shift that a directive asks for a simulator makes ("directive amplification" of
arXiv 2605.20204, measured without a model).

    ratio = (mean with the directive - mean without it) / (shift that was asked for)

Below 1 the directive is ignored or weak, about 1 it is followed, far above 1 it is over-acted. The
unit is a conversation; tasks that both runs played are resampled together, people by themselves.

With a *target*, as a profile names it, the shift asked for is the target minus what the simulator
does without the directive. A trait without a number ("impatient") is read by us: as the way from
the mean of people to their 10th or 90th percentile on a dimension that the trait names. The mean
and not the median, because a habit that most people lack has its median where its 10th percentile
is, and because shifts are differences of means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from persona_extract.dimensions import find_dimension
from persona_extract.errors import TooFewUsers, UsageError
from persona_extract.fidelity.draws import curves, draw_units, edges_of, interval_of
from persona_extract.fidelity.headlines import HEADLINES
from persona_extract.fidelity.samples import Floats, Sample, defined, rounded, spread_of
from persona_extract.records.meters import Amplified, Verdict
from persona_extract.records.results import Interval

RESAMPLES = 2000
LEAST = 5
"""Conversations of either run, and people, that have to define the dimension."""

LEAST_ASKED = 0.1
"""Standard deviations of people: less than this is no directive that a ratio could be taken of."""


ABOUT_ONE = (2 / 3, 3 / 2)
"""Ratios that pass as faithful."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a run was told.

    Attributes:
        dimension: a dimension or a share of turns.
        side: where the directive points; of no matter where there is a target.
        target: the value that the profile asks for; None reads the people's percentile.
        told: the directive or trait in words.
    """

    dimension: str
    side: Literal["low", "high"]
    target: float | None = None
    told: str = ""


TRAITS: Mapping[str, tuple[Directive, ...]] = MappingProxyType(
    {
        "impatience": (
            Directive("polite_turns", "low", told="impatience"),
            Directive("frustration", "high", told="impatience"),
            Directive("intensifiers", "high", told="impatience"),
            Directive("turn_words", "low", told="impatience"),
        ),
        "confusion": (
            Directive("hedges", "high", told="confusion"),
            Directive("asks_clarification", "high", told="confusion"),
            Directive("hesitation", "high", told="confusion"),
        ),
        "skeptical": (
            Directive("pushback", "high", told="skeptical"),
            Directive("asks_reason", "high", told="skeptical"),
        ),
    }
)
"""Traits of tau-trait and the dimensions that their names speak of. Our reading: the runs' authors
gave no numbers."""


def amplify(
    with_it: Sample,
    without: Sample,
    people: Sample,
    directive: Directive,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Amplified:
    """Simulated shift over the shift asked for, with its interval or the reason why there is none.

    Raises:
        UsageError: the dimension is not there.
        TooFewUsers: too few conversations define it.
    """
    name = directive.dimension
    for side in (with_it, without, people):
        _refuse_few(side, name)
    rng = np.random.default_rng(seed)
    counted = _draw_tasks((with_it, without), resamples, rng)
    cuts = np.empty(0)
    after, before = (
        curves(s, name, cuts, c).mean for s, c in zip((with_it, without), counted, strict=True)
    )
    population = spread_of(people, name)
    asked = _asked(people, directive, before, resamples, rng)
    shift = after - before
    refused = _refusal(directive, asked, population.sd)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = None if refused else interval_of(shift / asked)
    return Amplified(
        run=with_it.name,
        directive=directive.told or f"{name} {directive.side}",
        dimension=name,
        unit=_unit(name),
        side=_side(directive, asked),
        asked_by="our reading" if directive.target is None else "target",
        n_with=defined(with_it, name),
        n_without=defined(without, name),
        n_paired=len(set(with_it.units) & set(without.units)),
        without_mean=rounded(before[0]),
        with_mean=rounded(after[0]),
        target=rounded(before[0] + asked[0]),
        people=population,
        began_within=population.q10 <= before[0] <= population.q90,
        ended_within=population.q10 <= after[0] <= population.q90,
        shift=interval_of(shift),
        shift_sd=interval_of(shift / population.sd) if population.sd > 0 else None,
        asked=interval_of(asked),
        ratio=ratio,
        verdict=None if ratio is None else verdict_of(ratio),
        refused=refused,
    )


def verdict_of(ratio: Interval) -> Verdict:
    """What an interval allows to say.

    "over-acted" wholly above `ABOUT_ONE`, "weak" wholly between 0 and it, "faithful" where it
    reaches into it; "ignored" if it holds 0 and stays below `ABOUT_ONE`, "opposite"
    wholly below 0; "unclear" if it reaches from 0 to there, or over `ABOUT_ONE` at both ends.
    """
    least, most = ABOUT_ONE
    if ratio.low <= 0 <= ratio.high:
        return "unclear" if ratio.high >= least else "ignored"
    if ratio.high < 0:
        return "opposite"
    if ratio.low > most:
        return "over-acted"
    if ratio.high < least:
        return "weak"
    return "unclear" if ratio.low < least and ratio.high > most else "faithful"


def _side(directive: Directive, asked: Floats) -> Literal["low", "high"]:
    if directive.target is None:
        return directive.side
    return "high" if asked[0] >= 0 else "low"


def _asked(
    people: Sample, directive: Directive, before: Floats, resamples: int, rng: np.random.Generator
) -> Floats:
    """The shift asked for, in the first row and in every draw."""
    name = directive.dimension
    if directive.target is not None:
        return directive.target - before
    edges = np.unique(people.column(name)[~np.isnan(people.column(name))])
    edges = edges if edges.size <= 1000 else edges_of(people, name)
    found = curves(people, name, edges, draw_units(people, resamples, rng))
    share = 0.1 if directive.side == "low" else 0.9
    reached = found.below >= share - 1e-12
    at = np.where(reached.any(axis=1), reached.argmax(axis=1), edges.size - 1)
    return edges[at] - found.mean


def _refusal(directive: Directive, asked: Floats, sd: float) -> str:
    """Why no ratio is taken; empty if one can be."""
    found = interval_of(asked)
    wanted = 1 if directive.side == "high" else -1
    if directive.target is None and found.value * wanted <= 0:
        end = "10th" if directive.side == "low" else "90th"
        return f"a habit too rare to ask for: people's {end} percentile is not beyond their mean"
    if sd <= 0 or abs(found.value) < LEAST_ASKED * sd:
        return (
            f"the shift asked for, {found.value:.3f}, is less than {LEAST_ASKED:g} standard"
            " deviations of people"
        )
    if found.low <= 0 <= found.high:
        return (
            f"the shift asked for, {found.value:.3f} [{found.low:.3f}, {found.high:.3f}], cannot"
            " be told from none"
        )
    return ""


def _draw_tasks(
    runs: Sequence[Sample], resamples: int, rng: np.random.Generator
) -> tuple[Floats, ...]:
    """How often each unit of each run is drawn: a task that several played, as often in each."""
    names = sorted({unit for run in runs for unit in run.units})
    at = {name: i for i, name in enumerate(names)}
    players = np.array([[name in set(run.units) for run in runs] for name in names])
    drawn = np.ones((resamples + 1, len(names)))
    for who in np.unique(players, axis=0):
        own = np.flatnonzero((players == who).all(axis=1))
        even = np.full(own.size, 1 / own.size)
        drawn[1:, own] = rng.multinomial(own.size, even, size=resamples)
    return tuple(drawn[:, [at[unit] for unit in run.units]] for run in runs)


def _unit(name: str) -> str:
    shares = {each.name: "share of turns" for each in HEADLINES}
    return shares.get(name) or find_dimension(name).unit


def _refuse_few(sample: Sample, name: str) -> None:
    if name not in sample.columns:
        raise UsageError(
            f"no dimension is named {name!r}; `persona-extract dimensions` lists them, and there"
            " are lowercase_turns, unclosed_turns and polite_turns"
        )
    if (n := defined(sample, name)) < LEAST:
        raise TooFewUsers(
            f"{sample.name}: {name} is defined in {n} conversations; {LEAST} or more are needed"
        )
