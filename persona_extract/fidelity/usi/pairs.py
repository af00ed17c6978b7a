"""Scores of human batches against simulator runs, pair by pair, and their means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.usi import intervals, sides
from persona_extract.fidelity.usi.drawing import DIMENSIONS, TASKS, Drawing, parts
from persona_extract.fidelity.usi.intervals import Floats, Scores
from persona_extract.fidelity.usi.outcomes import Outcome, score_success, score_surveys
from persona_extract.fidelity.usi.scores import FEATURES, SURVEY_SEED, combine, over_batches
from persona_extract.fidelity.usi.sides import Side, Surveys
from persona_extract.records.usi import BatchScores


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one pair of batches or of all: value and resamples by name."""

    values: dict[str, float]
    draws: dict[str, Floats]


def score_pairs(
    humans: list[Side], simulated: list[Side], survey: Surveys | None, drawing: Drawing
) -> list[Scored]:
    """Every pair of batches; the draws are those of the outcomes only."""
    answering = np.random.default_rng(SURVEY_SEED)
    return [_pair(human, run, survey, answering, drawing) for human in humans for run in simulated]


def join(pairs: list[Scored], drawn: Scores) -> Scored:
    """Means over pairs, of what all of them have."""
    names = [name for name in pairs[0].values if all(name in pair.values for pair in pairs)]
    values = {name: float(np.mean([pair.values[name] for pair in pairs])) for name in names}
    draws = dict(zip(DIMENSIONS, drawn.dimensions.T, strict=True))
    for name in ("Eval", "ECE"):
        if name in values:
            draws[name] = np.mean([pair.draws[name] for pair in pairs], axis=0)
    if "USI" in values:
        parts = [*(draws[name] for name in FEATURES), 100 * (1 - draws["ECE"])]
        draws["USI"] = np.mean([*parts, draws["Eval"]] if "Eval" in values else parts, axis=0)
    return Scored(values, draws)


def score_people(humans: list[Side], drawing: Drawing) -> BatchScores | None:
    """Batches of people against each other, each pair once."""
    pairs = [
        _pair(one, other, None, np.random.default_rng(SURVEY_SEED), drawing).values
        for i, one in enumerate(humans)
        for other in humans[i + 1 :]
    ]
    return over(pairs) if pairs else None


def over(pairs: Sequence[Mapping[str, float]]) -> BatchScores:
    """Mean and population deviation of what all pairs have."""
    names = [name for name in pairs[0] if all(name in pair for pair in pairs)]
    found = {name: over_batches([pair[name] for pair in pairs]) for name in names}
    return BatchScores(
        n=len(pairs),
        mean={name: each.mean for name, each in found.items()},
        std={name: each.std for name, each in found.items()},
    )


def _pair(
    human: Side, run: Side, survey: Surveys | None, answering: np.random.Generator, drawing: Drawing
) -> Scored:
    one, other = (intervals.means([sides.batch(side)]) for side in (human, run))
    dimensions = intervals.score(one, other, parts()).dimensions[0]
    values = dict(zip(DIMENSIONS, map(float, dimensions), strict=True))
    found: dict[str, Outcome | None] = {}
    if human.human:
        tasks, n = drawing.rng(TASKS), drawing.resamples
        told = sides.surveys(run) if survey is None else survey
        found["Eval"] = score_surveys(sides.surveys(human), told, answering, tasks, n)
        found["ECE"] = score_success(sides.runs(human), sides.runs(run), drawing.rng(TASKS), n)
    there = {name: outcome for name, outcome in found.items() if outcome is not None}
    values |= {name: outcome.value for name, outcome in there.items()}
    whole = combine(values, values.get("Eval"), values.get("ECE"))
    return Scored(
        values if whole is None else values | {"USI": whole},
        {name: outcome.draws for name, outcome in there.items()},
    )
