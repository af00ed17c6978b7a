"""Feature by feature, and conversation by conversation: where the sides differ."""

from __future__ import annotations

import numpy as np

from persona_extract.fidelity.usi import intervals, sides
from persona_extract.fidelity.usi.distances import distances
from persona_extract.fidelity.usi.drawing import FLOOR, Drawing, bounds, parts, rounded
from persona_extract.fidelity.usi.intervals import Scores
from persona_extract.fidelity.usi.scores import mean_row, scored_features
from persona_extract.fidelity.usi.sides import Side
from persona_extract.fidelity.usi.two_sample import FEWEST, tell_apart
from persona_extract.records.usi import DistanceSummary, FeatureScore, TwoSampleResult


def compare_features(
    reference: Side, candidate: Side, drawn: Scores, drawing: Drawing
) -> tuple[dict[str, FeatureScore], DistanceSummary]:
    """Each feature on both sides, and the means of the distances.

    Means and distances are of all batches together; Dice is the mean over pairs of batches.
    """
    people, run = sides.batch(reference).values, sides.batch(candidate).values
    apart = distances(people, run, drawing.rng(FLOOR))
    pairs = [
        intervals.score(
            intervals.means([sides.batch(h)]), intervals.means([sides.batch(c)]), parts()
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
            interval=bounds(drawn.dice[:, i], float(dice[i])),
            js=rounded(apart.js[i]),
            wasserstein=rounded(apart.wasserstein[i]),
        )
        for i, name in enumerate(scored_features())
    }
    summary = DistanceSummary(
        js=rounded(apart.js.mean()),
        js_floor=rounded(apart.js_floor),
        wasserstein=rounded(apart.wasserstein.mean()),
        wasserstein_floor=rounded(apart.wasserstein_floor),
    )
    return features, summary


def classify_sides(reference: Side, candidate: Side, drawing: Drawing) -> TwoSampleResult | None:
    """Whether single conversations show their side; None where there are too few."""
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
        auc=rounded(found.auc),
        p=rounded(found.p),
        null_low=rounded(found.null_low),
        null_high=rounded(found.null_high),
        group=kind,
        n_groups=found.n_groups,
        n_conversations=found.n_conversations,
        permutations=drawing.permutations,
    )
