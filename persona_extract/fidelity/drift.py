"""Whether one population has drifted away from another: shifts with their chances, and a verdict
with stated thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.populations import (
    ROUNDING,
    Pair,
    bootstrap,
    chances,
    distances,
    false_discovery,
    mean_shift,
    observed,
    relabelled,
    units,
)
from persona_extract.fidelity.samples import Floats, rounded
from persona_extract.records.diff import (
    DimensionShift,
    EntryShift,
    KindChanges,
    Thresholds,
    Verdict,
    WeightShift,
)
from persona_extract.records.results import Interval

THRESHOLDS = Thresholds(effect=0.2, fdr=0.05, variation=0.1, chance=0.05, vanished=0.5)
"""0.2 standard deviations are a small effect by Cohen (1988, chapter 2). Up to 29 % of the moves
vanished when packs of real people grew by a quarter and nobody had changed; see
docs/diff-and-sample.md."""

LEAST_VANISHED = 2
"""One entry that was not found again is no drift, however few there are."""

LEAST = 5
"""Users of either pack who have to define a dimension."""

PERMUTATIONS = 9_999
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How many relabellings and bootstrap samples are drawn, and from which seed."""

    permutations: int = PERMUTATIONS
    resamples: int = RESAMPLES
    seed: int = 0


def enough(permutations: int, tests: int, fdr: float) -> int:
    """Relabellings with which even one dimension of so many could fall below the threshold."""
    return max(permutations, int(np.ceil(2 * tests / fdr)))


def dimension_shifts(pair: Pair, thresholds: Thresholds, effort: Effort) -> list[DimensionShift]:
    """Every column of the pair, the most moved first. Each is defined for `LEAST` users or more of
    either side."""
    if not pair.columns:
        return []
    unit, shift = units(pair), mean_shift(pair)
    scale = np.where(unit > 0, unit, 1.0)
    low, high = bootstrap(pair, effort.resamples, effort.seed)
    p = chances(pair, effort.permutations, effort.seed)
    q, far = false_discovery(p), distances(pair)
    effect = shift / scale
    found = [
        DimensionShift(
            dimension=name,
            n_a=int((~np.isnan(pair.a[:, j])).sum()),
            n_b=int((~np.isnan(pair.b[:, j])).sum()),
            mean_a=rounded(np.nanmean(pair.a[:, j])),
            mean_b=rounded(np.nanmean(pair.b[:, j])),
            unit=rounded(unit[j]),
            effect=_interval(effect[j], low[j] / scale[j], high[j] / scale[j]),
            wasserstein=rounded(far[j] / scale[j]),
            p=rounded(p[j]),
            q=rounded(q[j]),
            moved=bool(
                abs(effect[j]) >= thresholds.effect
                and q[j] < thresholds.fdr
                and low[j] * high[j] > 0  # unequal sizes and spreads can mislead relabelling alone
            ),
        )
        for j, name in enumerate(pair.columns)
    ]
    return sorted(found, key=lambda one: (not one.moved, -abs(one.effect.value), one.dimension))


def entry_shifts(
    pair: Pair, names: Sequence[tuple[str, str]], thresholds: Thresholds, effort: Effort
) -> list[EntryShift]:
    """Moves, traits or archetypes that both packs list, the most moved first.

    Args:
        pair: 1 where a user holds the entry, 0 where not; columns are ids.
        names: of every column, in A and in B.
        thresholds: `fdr` of them.
        effort: of the estimates.
    """
    if not pair.columns:
        return []
    low, high = bootstrap(pair, effort.resamples, effort.seed)
    p = chances(pair, effort.permutations, effort.seed)
    q, shift = false_discovery(p), mean_shift(pair)
    found = [
        EntryShift(
            id=one,
            name=names[j][0],
            renamed=names[j][1] if names[j][1] != names[j][0] else None,
            share_a=rounded(np.nanmean(pair.a[:, j])),
            share_b=rounded(np.nanmean(pair.b[:, j])),
            difference=_interval(shift[j], low[j], high[j]),
            p=rounded(p[j]),
            q=rounded(q[j]),
            moved=bool(q[j] < thresholds.fdr and low[j] * high[j] > 0),
        )
        for j, one in enumerate(pair.columns)
    ]
    return sorted(found, key=lambda one: (not one.moved, -abs(one.difference.value), one.id))


def weight_shift(
    pair: Pair, thresholds: Thresholds, effort: Effort, *, same_list: bool = True
) -> WeightShift:
    """Total variation distance of a partition: columns are groups, one of which each user is in.

    Only where both packs have the same groups (`same_list`) can it count as moved.
    """
    real = _variation(observed(pair)[None])[0]
    drawn = np.concatenate(
        [_variation(some) for some in relabelled(pair, effort.permutations, effort.seed)]
    )
    p = float((1 + (drawn >= real - ROUNDING).sum()) / (1 + drawn.size))
    return WeightShift(
        variation=rounded(real),
        expected=rounded(drawn.mean()),
        p=rounded(p),
        same_list=same_list,
        moved=bool(same_list and real >= thresholds.variation and p < thresholds.chance),
    )


def verdict_of(
    dimensions: Sequence[DimensionShift],
    weights: WeightShift | None,
    catalogue: Sequence[KindChanges],
    thresholds: Thresholds,
) -> tuple[Verdict, list[str]]:
    """Same or drifted, and why; one reason a threshold that was crossed."""
    reasons: list[str] = []
    moved = [one for one in dimensions if one.moved]
    if moved:
        first = moved[0]
        reasons.append(
            f"{len(moved)} of {len(dimensions)} dimensions moved by {thresholds.effect:g} standard"
            f" deviations or more (q < {thresholds.fdr:g}), {first.dimension} the most"
            f" ({first.effect.value:+.2f})"
        )
    if weights is not None and weights.moved:
        reasons.append(
            f"{weights.variation:.0%} of the users are in other archetypes (p = {weights.p:.4f})"
        )
    for one in catalogue:
        gone = len(one.vanished)
        share = gone / max(one.n_a, 1)
        if one.kind != "archetype" and gone >= LEAST_VANISHED and share > thresholds.vanished:
            reasons.append(f"{gone} of {one.n_a} {one.kind}s vanished")
    return ("drifted", reasons) if reasons else ("same", ["no threshold was crossed"])


def _variation(shifts: Floats) -> Floats:
    return 0.5 * np.abs(shifts).sum(axis=1)


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=rounded(value), low=rounded(low), high=rounded(high))
