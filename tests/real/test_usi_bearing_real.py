"""What the User-Sim Index can bear, on recorded runs: figures of the specification's section 4."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from persona_extract.fidelity.usi.compare import usi
from persona_extract.fidelity.usi.drawing import Drawing
from persona_extract.fidelity.usi.intervals import Batch, bounds, draw_means, score, self_scores
from persona_extract.fidelity.usi.scores import FEATURES, scored_features
from persona_extract.fidelity.usi.sides import Side, make_side
from persona_extract.pipeline.usi import measure_file

SHARED = Path(
    os.environ.get("PERSONA_EXTRACT_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)
DATA = SHARED / "data"
AIRLINE = DATA / "tau_bench" / "gpt-4o-airline.json"
PAIRS = DATA / "usi_reference" / "golden_dice_pairs.json"
DRAWS = 2000

pytestmark = pytest.mark.skipif(not AIRLINE.exists(), reason=f"{AIRLINE} is absent")


def parts() -> list[slice]:
    ends = np.cumsum([0, *map(len, FEATURES.values())])
    return [slice(int(a), int(b)) for a, b in pairwise(ends)]


def side(path: Path) -> Side:
    measured = measure_file(str(path))
    return make_side(path.stem, measured.rows, measured.n_skipped)


def matrix(path: Path) -> np.ndarray:
    return side(path).rows.select(scored_features()).to_numpy()


def lone(values: np.ndarray) -> Batch:
    return Batch(values, np.arange(len(values)))


CEILINGS = {
    50: ((77, 97, 79, 69), None),
    165: ((81.5, 98.4, 88.7, 80.8), (8.5, None, 4.2, 11.9)),
    1000: ((92, 99, 96, 92), None),
}


@pytest.mark.parametrize("n", CEILINGS)
def test_the_ceiling_of_gpt_4o_with_itself(n: int) -> None:
    values, deviations = CEILINGS[n]
    rng = np.random.default_rng(0)
    one, _ = self_scores([lone(matrix(AIRLINE))], ([n], [n]), parts(), rng, DRAWS)
    assert one.dimensions[:, :4].mean(axis=0) == pytest.approx(values, abs=1.5)
    for i, deviation in enumerate(deviations or ()):
        if deviation is not None:
            assert one.dimensions[:, i].std() == pytest.approx(deviation, abs=0.8)


def test_one_deviation_of_the_mean_is_about_4_points_at_165() -> None:
    rng = np.random.default_rng(0)
    one, other = self_scores([lone(matrix(AIRLINE))], ([165], [165]), parts(), rng, DRAWS)
    assert one.dimensions[:, 4].std() == pytest.approx(4, abs=0.5)
    apart = np.abs(one.dimensions[:, 4] - other.dimensions[:, 4])
    assert 6 < np.quantile(apart, 0.95) < 12


def test_files_score_as_the_golden_pairs() -> None:
    golden = json.loads(PAIRS.read_text(encoding="utf-8"))
    folder = DATA / "tau_trait"
    names = ("confusion_airline", "skeptical_airline", "telecom_none")
    sides = {name: side(folder / f"{name}.json") for name in names}
    known = {
        (a, b): scores
        for key, scores in golden.items()
        for a, b in [[part.removeprefix("tautrait_") for part in key.split("||")]]
        if a in sides and b in sides
    }
    assert len(known) >= 3
    for (a, b), scores in known.items():
        found = usi(sides[a], sides[b], drawing=Drawing(100, 20))
        assert pytest.approx(list(scores.values()), abs=1e-9) == [
            found.D1,
            found.D2,
            found.D3,
            found.D4,
        ]


def test_intervals_cover_the_score_to_be_expected_at_their_n() -> None:
    """Sets of 60 drawn from two recorded simulators: nominal 0.95."""
    people, run = matrix(AIRLINE), matrix(DATA / "tau_trait" / "confusion_airline.json")
    rng = np.random.default_rng(1)
    n, repeats = 60, 150

    def sets(values: np.ndarray) -> np.ndarray:
        return values[rng.integers(len(values), size=n)]

    expected = (
        score(
            draw_means([lone(people)], rng, DRAWS, [n]),
            draw_means([lone(run)], rng, DRAWS, [n]),
            parts(),
        )
        .dimensions[:, 4]
        .mean()
    )
    covered = 0
    for _ in range(repeats):
        one, other = lone(sets(people)), lone(sets(run))
        drawn = score(draw_means([one], rng, 200), draw_means([other], rng, 200), parts())
        means = [each.values.mean(axis=0, keepdims=True) for each in (one, other)]
        value = float(score([means[0]], [means[1]], parts()).dimensions[0, 4])
        low, high = bounds(drawn.dimensions[:, 4], value)
        covered += low <= expected <= high
    assert 0.87 <= covered / repeats <= 1


def test_traits_are_told_apart_from_gpt_4o_and_trials_of_it_are_not() -> None:
    airline = side(AIRLINE)
    trials = [
        Side(f"trial {k}", airline.rows.filter(trial=k), 0)
        for k in sorted(airline.rows["trial"].unique())
    ]
    alike = usi(trials[0], trials[1], drawing=Drawing(200, 99)).two_sample
    other = usi(
        airline, side(DATA / "tau_trait" / "confusion_airline.json"), drawing=Drawing(200, 99)
    )
    assert alike and alike.group == "task" and alike.null_low < alike.auc < alike.null_high
    assert other.two_sample and other.two_sample.auc > 0.9 > other.two_sample.null_high
