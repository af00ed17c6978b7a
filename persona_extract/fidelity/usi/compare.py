"""The User-Sim Index of a candidate, with intervals, self-ceiling, distances and a test."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.usi import intervals, sides
from persona_extract.fidelity.usi.distances import distances
from persona_extract.fidelity.usi.intervals import Batch, Floats, Scores
from persona_extract.fidelity.usi.outcomes import Outcome, score_success, score_surveys
from persona_extract.fidelity.usi.scores import (
    FEATURES,
    SURVEY_SEED,
    combine,
    mean_row,
    over_batches,
    scored_features,
)
from persona_extract.fidelity.usi.sides import Side, Surveys
from persona_extract.fidelity.usi.two_sample import FEWEST, tell_apart
from persona_extract.records.results import Interval
from persona_extract.records.usi import (
    BatchScores,
    Bounds,
    DistanceSummary,
    FeatureScore,
    IndexName,
    TwoSampleResult,
    UsiResult,
)

RESAMPLES = 1000
PERMUTATIONS = 200
FOUR = "USI_D1_D4"

_REFERENCE, _CANDIDATE, _TASKS, _CEILING, _FLOOR = range(5)  # streams of chance
_DIGITS = 6  # of what is drawn


@dataclass(frozen=True, slots=True)
class Drawing:
    """How much is drawn, and from which seed."""

    resamples: int = RESAMPLES
    permutations: int = PERMUTATIONS
    seed: int = 0

    def rng(self, stream: int, own: int = 0) -> np.random.Generator:
        """One stream of chance. `own` keeps candidates independent of each other, and what is
        drawn for one independent of which others there are."""
        return np.random.default_rng([self.seed, stream, own])


@dataclass(frozen=True, slots=True)
class Measured:
    """A result and the resamples behind it: name of a score -> shape (resamples,)."""

    result: UsiResult
    draws: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of one pair of batches or of all: value and resamples by name."""

    values: dict[str, float]
    draws: dict[str, Floats]


def usi(
    reference: Side,
    candidate: Side,
    *,
    survey: Surveys | None = None,
    drawing: Drawing | None = None,
) -> UsiResult:
    """Score a candidate against a reference.

    Scores of several human batches or simulator runs are means over their pairs.

    Args:
        reference: usually people. ECE and Eval exist only if they are.
        candidate: usually a simulator.
        survey: the candidate's answers by task, instead of those in its file.
        drawing: numbers of resamples and shufflings, and the seed.
    """
    return measure(reference, candidate, survey, drawing or Drawing()).result


def measure(reference: Side, candidate: Side, survey: Surveys | None, drawing: Drawing) -> Measured:
    """As `usi`, with the resamples; those of one reference and seed are the same each time."""
    humans, simulated = sides.batches(reference), sides.batches(candidate)
    people, runs = [sides.batch(b) for b in humans], [sides.batch(b) for b in simulated]
    drawn = _draw(people, runs, drawing)
    pairs = _pairs(humans, simulated, survey, drawing)
    scored = _join(pairs, drawn)
    eval_, ece = scored.values.get("Eval"), scored.values.get("ECE")
    ceiling, resolution = _ceiling(people, runs, drawing)
    features, summary = _features(reference, candidate, drawn, drawing)
    result = UsiResult(
        name=candidate.name,
        reference_name=reference.name,
        n_reference=reference.rows.height,
        n_candidate=candidate.rows.height,
        n_skipped_reference=reference.n_skipped,
        n_skipped_candidate=candidate.n_skipped,
        drawn="users" if sides.draws_users(reference) else "conversations",
        index=_index(eval_, ece),
        **{name: scored.values[name] for name in (*FEATURES, FOUR)},
        Eval=eval_,
        ECE=ece,
        USI=scored.values.get("USI"),
        interval={name: _bounds(scored.draws[name], v) for name, v in scored.values.items()},
        self_ceiling=ceiling,
        resolution=resolution,
        features=features,
        distances=summary,
        two_sample=_two_sample(reference, candidate, drawing),
        batches=_over([pair.values for pair in pairs]) if len(pairs) > 1 else None,
        human_pairs=_human_pairs(humans, drawing) if reference.human else None,
    )
    return Measured(result, scored.draws)


def _draw(people: list[Batch], runs: list[Batch], drawing: Drawing) -> Scores:
    own = zlib.crc32(b"".join(run.values.tobytes() for run in runs))
    return intervals.score(
        intervals.draw_means(people, drawing.rng(_REFERENCE), drawing.resamples),
        intervals.draw_means(runs, drawing.rng(_CANDIDATE, own), drawing.resamples),
        _parts(),
    )


def _pairs(
    humans: list[Side], simulated: list[Side], survey: Surveys | None, drawing: Drawing
) -> list[_Scored]:
    """Every pair of batches; the draws are those of the outcomes only."""
    answering = np.random.default_rng(SURVEY_SEED)
    return [_pair(human, run, survey, answering, drawing) for human in humans for run in simulated]


def _pair(
    human: Side, run: Side, survey: Surveys | None, answering: np.random.Generator, drawing: Drawing
) -> _Scored:
    one, other = (intervals.means([sides.batch(side)]) for side in (human, run))
    dimensions = intervals.score(one, other, _parts()).dimensions[0]
    values = dict(zip((*FEATURES, FOUR), map(float, dimensions), strict=True))
    found: dict[str, Outcome | None] = {}
    if human.human:
        tasks, n = drawing.rng(_TASKS), drawing.resamples
        told = sides.surveys(run) if survey is None else survey
        found["Eval"] = score_surveys(sides.surveys(human), told, answering, tasks, n)
        found["ECE"] = score_success(sides.runs(human), sides.runs(run), drawing.rng(_TASKS), n)
    there = {name: outcome for name, outcome in found.items() if outcome is not None}
    values |= {name: outcome.value for name, outcome in there.items()}
    whole = combine(values, values.get("Eval"), values.get("ECE"))
    return _Scored(
        values if whole is None else values | {"USI": whole},
        {name: outcome.draws for name, outcome in there.items()},
    )


def _join(pairs: list[_Scored], drawn: Scores) -> _Scored:
    """Means over pairs, of what all of them have."""
    names = [name for name in pairs[0].values if all(name in pair.values for pair in pairs)]
    values = {name: float(np.mean([pair.values[name] for pair in pairs])) for name in names}
    draws = dict(zip((*FEATURES, FOUR), drawn.dimensions.T, strict=True))
    for name in ("Eval", "ECE"):
        if name in values:
            draws[name] = np.mean([pair.draws[name] for pair in pairs], axis=0)
    if "USI" in values:
        parts = [*(draws[name] for name in FEATURES), 100 * (1 - draws["ECE"])]
        draws["USI"] = np.mean([*parts, draws["Eval"]] if "Eval" in values else parts, axis=0)
    return _Scored(values, draws)


def _ceiling(
    people: list[Batch], runs: list[Batch], drawing: Drawing
) -> tuple[dict[str, Interval], dict[str, float]]:
    sizes = [len(b) for b in people], [len(b) for b in runs]
    one, other = intervals.self_scores(
        people, sizes, _parts(), drawing.rng(_CEILING), drawing.resamples
    )
    ceiling: dict[str, Interval] = {}
    resolution: dict[str, float] = {}
    for i, name in enumerate((*FEATURES, FOUR)):
        both = np.concatenate([one.dimensions[:, i], other.dimensions[:, i]])
        low, high = np.quantile(both, intervals.LEVEL)
        mean = round(float(both.mean()), _DIGITS)
        ceiling[name] = Interval(value=mean, low=_round(low), high=_round(high))
        apart = np.abs(one.dimensions[:, i] - other.dimensions[:, i])
        resolution[name] = _round(np.quantile(apart, 0.95))
    return ceiling, resolution


def _features(
    reference: Side, candidate: Side, drawn: Scores, drawing: Drawing
) -> tuple[dict[str, FeatureScore], DistanceSummary]:
    people, run = sides.batch(reference).values, sides.batch(candidate).values
    apart = distances(people, run, drawing.rng(_FLOOR))
    pairs = [
        intervals.score(
            intervals.means([sides.batch(h)]), intervals.means([sides.batch(c)]), _parts()
        )
        for h in sides.batches(reference)
        for c in sides.batches(candidate)
    ]
    dice = np.mean([pair.dice[0] for pair in pairs], axis=0)
    means = mean_row(reference.rows), mean_row(candidate.rows)
    features = {
        name: FeatureScore(
            reference=means[0][name],
            candidate=means[1][name],
            dice=float(dice[i]),
            interval=_bounds(drawn.dice[:, i], float(dice[i])),
            js=_round(apart.js[i]),
            wasserstein=_round(apart.wasserstein[i]),
        )
        for i, name in enumerate(scored_features())
    }
    summary = DistanceSummary(
        js=_round(apart.js.mean()),
        js_floor=_round(apart.js_floor),
        wasserstein=_round(apart.wasserstein.mean()),
        wasserstein_floor=_round(apart.wasserstein_floor),
    )
    return features, summary


def _two_sample(reference: Side, candidate: Side, drawing: Drawing) -> TwoSampleResult | None:
    kind, rows, groups = sides.grouped(reference, candidate, FEWEST)
    values = rows.select(scored_features()).to_numpy().astype(np.float64)
    found = tell_apart(
        values,
        rows["side"].to_numpy().astype(np.int64),
        groups,
        permutations=drawing.permutations,
        seed=drawing.seed,
    )
    if found is None:
        return None
    return TwoSampleResult(
        auc=_round(found.auc),
        p=_round(found.p),
        null_low=_round(found.null_low),
        null_high=_round(found.null_high),
        group=kind,
        n_groups=found.n_groups,
        n_conversations=found.n_conversations,
        permutations=drawing.permutations,
    )


def _human_pairs(humans: list[Side], drawing: Drawing) -> BatchScores | None:
    """Batches of people against each other, each pair once."""
    pairs = [
        _pair(one, other, None, np.random.default_rng(SURVEY_SEED), drawing).values
        for i, one in enumerate(humans)
        for other in humans[i + 1 :]
    ]
    return _over(pairs) if pairs else None


def _over(pairs: Sequence[Mapping[str, float]]) -> BatchScores:
    """Mean and population deviation of what all pairs have."""
    names = [name for name in pairs[0] if all(name in pair for pair in pairs)]
    found = {name: over_batches([pair[name] for pair in pairs]) for name in names}
    return BatchScores(
        n=len(pairs),
        mean={name: each.mean for name, each in found.items()},
        std={name: each.std for name, each in found.items()},
    )


def _parts() -> list[slice]:
    ends = np.cumsum([0, *map(len, FEATURES.values())])
    return [slice(int(a), int(b)) for a, b in zip(ends[:-1], ends[1:], strict=True)]


def _index(eval_: float | None, ece: float | None) -> IndexName:
    if ece is None:
        return "USI D1-D4"
    return "USI without survey" if eval_ is None else "USI"


def _bounds(draws: Floats, value: float) -> Bounds:
    low, high = intervals.bounds(draws, value)
    return Bounds(low=min(_round(low), value), high=max(_round(high), value))


def _round(value: float | np.floating) -> float:
    return round(float(value), _DIGITS)
