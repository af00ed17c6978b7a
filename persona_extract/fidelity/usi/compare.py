"""The User-Sim Index of a candidate, with intervals, self-ceiling, distances and a test."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from persona_extract.fidelity.usi import intervals, sides
from persona_extract.fidelity.usi.drawing import (
    CANDIDATE,
    CEILING,
    DIMENSIONS,
    FOUR,
    REFERENCE,
    Drawing,
    bounds,
    parts,
    rounded,
)
from persona_extract.fidelity.usi.evidence import classify_sides, compare_features
from persona_extract.fidelity.usi.intervals import Batch, Floats, Scores
from persona_extract.fidelity.usi.pairs import join, over, score_pairs, score_people
from persona_extract.fidelity.usi.sides import Side, Surveys
from persona_extract.records.results import Interval
from persona_extract.records.usi import UsiResult

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Measured:
    """A result and the resamples behind it: name of a score -> shape (resamples,)."""

    result: UsiResult
    draws: Mapping[str, Floats]


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

    Raises:
        ValueError: the sides' features belong to different variants of the index.
    """
    return measure(reference, candidate, survey, drawing or Drawing()).result


def measure(reference: Side, candidate: Side, survey: Surveys | None, drawing: Drawing) -> Measured:
    """As `usi`, with the resamples; those of one reference and seed are the same each time."""
    if reference.variant != candidate.variant:
        raise ValueError(f"variants mixed: {reference.variant} and {candidate.variant}")
    humans, simulated = sides.batches(reference), sides.batches(candidate)
    people, runs = [sides.batch(b) for b in humans], [sides.batch(b) for b in simulated]
    drawn = _draw(people, runs, drawing)
    pairs = score_pairs(humans, simulated, survey, drawing)
    scored = join(pairs, drawn)
    found = scored.values
    ceiling, resolution = _ceiling(people, runs, drawing)
    features, summary = compare_features(reference, candidate, drawn, drawing)
    result = UsiResult(
        name=candidate.name,
        reference_name=reference.name,
        n_reference=reference.rows.height,
        n_candidate=candidate.rows.height,
        n_skipped_reference=reference.n_skipped,
        n_skipped_candidate=candidate.n_skipped,
        drawn="users" if sides.draws_users(reference) else "conversations",
        variant=reference.variant,
        index=_index(found, reference.variant),
        **{name: found[name] for name in DIMENSIONS},
        Eval=found.get("Eval"),
        ECE=found.get("ECE"),
        USI=found.get("USI", found[FOUR]),
        interval=_named({n: bounds(scored.draws[n], value) for n, value in found.items()}, found),
        self_ceiling=_named(ceiling, found),
        resolution=_named(resolution, found),
        features=features,
        distances=summary,
        two_sample=classify_sides(reference, candidate, drawing),
        batches=over([pair.values for pair in pairs]) if len(pairs) > 1 else None,
        human_pairs=score_people(humans, drawing) if reference.human else None,
    )
    return Measured(result, scored.draws)


def _draw(people: list[Batch], runs: list[Batch], drawing: Drawing) -> Scores:
    own = zlib.crc32(b"".join((run.values.round(6) + 0.0).tobytes() for run in runs))
    return intervals.score(
        intervals.draw_means(people, drawing.rng(REFERENCE), drawing.resamples),
        intervals.draw_means(runs, drawing.rng(CANDIDATE, own), drawing.resamples),
        parts(),
    )


def _ceiling(
    people: list[Batch], runs: list[Batch], drawing: Drawing
) -> tuple[dict[str, Interval], dict[str, float]]:
    sizes = [len(b) for b in people], [len(b) for b in runs]
    one, other = intervals.self_scores(
        people, sizes, parts(), drawing.rng(CEILING), drawing.resamples
    )
    ceiling: dict[str, Interval] = {}
    resolution: dict[str, float] = {}
    for i, name in enumerate(DIMENSIONS):
        both = np.concatenate([one.dimensions[:, i], other.dimensions[:, i]])
        low, high = np.quantile(both, intervals.LEVEL)
        ceiling[name] = Interval(value=rounded(both.mean()), low=rounded(low), high=rounded(high))
        apart = np.abs(one.dimensions[:, i] - other.dimensions[:, i])
        resolution[name] = rounded(np.quantile(apart, 0.95))
    return ceiling, resolution


def _named(values: Mapping[str, Value], found: Mapping[str, float]) -> dict[str, Value]:
    """With USI, which with turns alone is what there is of it: the mean of D1 to D4."""
    return dict(values) if "ECE" in found else {**values, "USI": values[FOUR]}


def _index(found: Mapping[str, float], variant: str) -> str:
    if "ECE" not in found:
        return f"{variant} D1-D4"
    return variant if "Eval" in found else f"{variant} without survey"
