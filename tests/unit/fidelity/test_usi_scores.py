"""Scores of the User-Sim Index on cases computed by hand, and as the paper prints them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from persona_extract.fidelity.usi.phrases import frozen_difficulty
from persona_extract.fidelity.usi.scores import (
    FEATURES,
    combine,
    dice,
    dimension_scores,
    ece,
    eval_agreement,
    mean_row,
    over_batches,
    scored_features,
    task_key,
)
from persona_extract.fidelity.usi.survey import FIELDS

ZERO = dict.fromkeys(scored_features(), 0.0)


@pytest.mark.parametrize(
    ("a", "b", "value"), [(0, 0, 1), (1, 0, 0), (1, 3, 0.5), (3, 1, 0.5), (-1, 3, 0.5), (2, 2, 1)]
)
def test_dice(a: float, b: float, value: float) -> None:
    assert dice(a, b) == value


def test_a_dimension_is_the_mean_over_its_own_features() -> None:
    scores = dimension_scores(ZERO | {"id_density": 1.0}, ZERO | {"id_density": 3.0})
    assert scores == {"D1": 100.0, "D2": 87.5, "D3": 100.0, "D4": 100.0}
    assert [len(FEATURES[d]) for d in scores] == [7, 4, 5, 3]


def test_a_row_is_the_mean_over_conversations() -> None:
    rows = [ZERO | {"n_turns": 4.0, "opening_words": w, "variant": "USI"} for w in (1.0, 2.0, 6.0)]
    assert mean_row(pl.DataFrame(rows)) == ZERO | {"opening_words": 3.0, "n_turns": 4.0}


def test_no_row_of_nothing_nor_of_two_variants() -> None:
    rows = pl.DataFrame([ZERO | {"n_turns": 1.0, "variant": name} for name in ("USI", "USI-F")])
    with pytest.raises(ValueError, match="variants mixed"):
        mean_row(rows)
    with pytest.raises(ValueError, match="no conversation"):
        mean_row(rows[:0])


def test_calibration_error_weights_bins_by_tasks() -> None:
    difficulty = {"a": 0.1, "b": 0.2, "c": 0.39, "d": 0.8, "e": 1.0}
    simulated = {"a": 1, "b": 1, "c": 0, "d": 1, "x": 1}
    human = {"a": 0, "b": 0, "c": 1, "d": 1, "x": 0, "e": 0}
    # a alone: gap 1; b and c: gap 0; d alone: gap 0; x has no difficulty, e was not simulated.
    assert ece(simulated, human, difficulty) == pytest.approx(1 / 4)
    assert ece({"y": 1}, {"y": 1}, difficulty) is None


@pytest.mark.parametrize("cut", [0.2, 0.4, 0.6, 0.8])
def test_a_task_on_a_cut_lies_above_it(cut: float) -> None:
    sides = {"low": cut - 1e-9, "on": cut, "high": cut + 0.1}
    # Together, on and high cancel; apart they would not.
    assert ece({"on": 1, "high": 0}, {"on": 0, "high": 1}, sides) == 0
    assert ece({"on": 1, "low": 0}, {"on": 0, "low": 1}, sides) == 1


def test_the_frozen_difficulty_is_the_default() -> None:
    task = next(iter(frozen_difficulty()))
    assert len(frozen_difficulty()) == 165
    assert ece({task: 1}, {task: 0}) == 1.0
    assert all(0 <= share <= 1 for share in frozen_difficulty().values())


def test_task_keys_drop_the_run() -> None:
    ids = ["airline_3", "airline_3_2", "retail_12_1", "retail_12_ann2", "telecom_1_2"]
    assert [task_key(i) for i in ids] == [
        "airline_3",
        "airline_3",
        "retail_12",
        "retail_12",
        "telecom_1_2",
    ]


def test_agreement_is_over_what_the_person_answered() -> None:
    human = {"human_like": "No", "reuse": "Yes", "efficiency": None, "overall_score": "who knows"}
    simulated = {"human_like": "Partially", "reuse": "Yes", "interaction_flow": "OK"}
    rng = np.random.default_rng(42)
    assert eval_agreement([(human, simulated), ({}, simulated)], rng) == [75.0]
    assert rng.random() == np.random.default_rng(42).random()


def test_missing_answers_are_drawn_from_one_generator_in_order() -> None:
    human = {"reuse": "Absolutely no", "human_like": "No"}
    scores = eval_agreement([(human, {}), (human, {})], np.random.default_rng(42))
    drawn = np.random.default_rng(42)
    expected = []
    for _ in range(2):
        likeness, reuse = drawn.choice([1, 2, 3]), drawn.choice([1, 2, 3, 4, 5])
        expected.append(100 * (1 - ((likeness - 1) / 2 + (reuse - 1) / 4) / 2))
    assert scores == pytest.approx(expected, abs=1e-12)


def test_too_many_and_too_few_questions_are_one_rank() -> None:
    pair = ({"question_amount_preference": "Too many"}, {"question_amount_preference": "Too few"})
    assert eval_agreement([pair], np.random.default_rng(0)) == [100.0]
    assert len(FIELDS) == 8


@pytest.mark.parametrize(
    ("dimensions", "eval_", "calibration", "index"),
    [
        ((87.4, 97.9, 88.0, 93.5), 97.4, 0.069, 92.9),
        ((51.6, 88.9, 68.2, 76.9), 73.7, 0.196, 73.3),
        ((47.3, 77.4, 73.3, 88.1), 72.1, 0.331, 70.9),
        ((49.7, 73.7, 73.2, 73.4), 74.5, 0.210, 70.6),
        ((39.4, 74.4, 83.1, 68.7), 73.5, 0.174, 70.3),
        ((38.7, 76.9, 76.1, 60.6), 73.5, 0.267, 66.5),
        ((54.6, 88.0, 73.4, 70.1), 73.7, 0.168, 73.8),
    ],
)
def test_printed_indices_recompute_from_their_parts(
    dimensions: tuple[float, ...], eval_: float, calibration: float, index: float
) -> None:
    """Rows of arXiv 2603.11245, table 1, and of its authors' later replication."""
    found = combine(dict(zip(FEATURES, dimensions, strict=True)), eval_, calibration)
    assert found == pytest.approx(index, abs=0.1)


def test_without_a_survey_the_other_five_and_without_tasks_none() -> None:
    parts = {"D1": 45.0, "D2": 85.0, "D3": 65.0, "D4": 75.0}
    assert combine(parts, None, 0.2) == pytest.approx((45 + 85 + 65 + 75 + 80) / 5)
    assert combine(parts, 90.0, None) is None
    assert combine(parts, None, None) is None


def test_batches_have_a_mean_and_a_population_deviation() -> None:
    found = over_batches([1.0, 2.0, 6.0])
    assert (found.mean, found.n) == (3.0, 3)
    assert found.std == pytest.approx((14 / 3) ** 0.5)
    with pytest.raises(ValueError, match="no batch"):
        over_batches([])
