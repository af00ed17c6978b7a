"""Several candidates against one reference, best first, with ties said to be ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from persona_extract.fidelity.usi.compare import Measured, measure
from persona_extract.fidelity.usi.drawing import Drawing
from persona_extract.fidelity.usi.intervals import LEVEL
from persona_extract.fidelity.usi.sides import Side, Surveys
from persona_extract.records.results import Interval
from persona_extract.records.usi import Contrast, RankedNames, UsiRanking

_DIGITS = 6


def rank_candidates(
    reference: Side,
    candidates: Sequence[Side],
    *,
    surveys: Mapping[str, Surveys] | None = None,
    drawing: Drawing | None = None,
    done: Callable[[Side], None] = lambda _: None,
) -> UsiRanking:
    """Score all and rank them by USI, or by the mean of D1 to D4 if one of them has no USI or one
    of other parts (with a survey or without).

    A candidate ties with the best of a rank if the 95 % interval of their difference, on the same
    resamples of the reference, includes 0, and nobody between them is worse. Being tied is not
    transitive: each is compared with the best of the rank only.

    Args:
        reference: usually people.
        candidates: their names differ.
        surveys: answers by candidate's name, instead of those in its file.
        drawing: numbers of resamples and shufflings, and the seed.
        done: told of each candidate when it is scored.
    """
    told = surveys or {}
    found: list[Measured] = []
    for candidate in candidates:
        found.append(measure(reference, candidate, told.get(candidate.name), drawing or Drawing()))
        done(candidate)
    return rank_measured(found)


def rank_measured(found: Sequence[Measured]) -> UsiRanking:
    """The ranking of candidates that were measured against the same reference."""
    by: Literal["USI", "USI_D1_D4"] = "USI" if _comparable(found) else "USI_D1_D4"
    order = sorted(found, key=lambda each: (-_score(each, by), each.result.name))
    ranking: list[RankedNames] = []
    contrasts: list[Contrast] = []
    while order:
        first, tied, rest = order[0], [order[0].result.name], list[Measured]()
        for each in order[1:]:
            contrast = _contrast(each, first, by)
            contrasts.append(contrast)
            if contrast.difference.low <= 0 <= contrast.difference.high and not rest:
                tied.append(each.result.name)
            else:
                rest.append(each)
        ranking.append(RankedNames(rank=len(found) - len(order) + 1, names=tied))
        order = rest
    return UsiRanking(
        ranked_by=by,
        candidates=[each.result for each in found],
        ranking=ranking,
        contrasts=contrasts,
    )


def _comparable(found: Sequence[Measured]) -> bool:
    return len({each.result.index for each in found}) == 1 and found[0].result.ECE is not None


def _score(each: Measured, by: Literal["USI", "USI_D1_D4"]) -> float:
    return each.result.USI if by == "USI" else each.result.USI_D1_D4


def _contrast(one: Measured, other: Measured, by: Literal["USI", "USI_D1_D4"]) -> Contrast:
    value = _score(one, by) - _score(other, by)
    low, high = np.quantile(one.draws[by] - other.draws[by], LEVEL)
    return Contrast(
        name=one.result.name,
        against=other.result.name,
        difference=Interval(
            value=round(value, _DIGITS),
            low=round(min(float(low), value), _DIGITS),
            high=round(max(float(high), value), _DIGITS),
        ),
    )
