"""Whether sides can be told apart."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from persona_extract.fidelity.usi.two_sample import MOST, area, fit_logistic, tell_apart


def sides(n: int, m: int) -> np.ndarray:
    return np.repeat([0, 1], [n, m])


def test_area_by_hand() -> None:
    assert area(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0, 0, 1, 1])) == (1 + 0.5 + 1 + 1) / 4


def test_all_fits_at_once_equal_one_at_a_time() -> None:
    rng = np.random.default_rng(0)
    inputs = np.concatenate([np.ones((80, 1)), rng.normal(size=(80, 5))], axis=1)
    labels = rng.integers(0, 2, size=(3, 80))
    found = fit_logistic(inputs, labels.astype(float))
    for weights, label in zip(found, labels, strict=True):
        one = LogisticRegression(tol=1e-10, max_iter=10_000).fit(inputs[:, 1:], label)
        assert weights[1:] == pytest.approx(one.coef_[0], abs=1e-5)
        assert weights[0] == pytest.approx(one.intercept_[0], abs=1e-5)


def test_a_shifted_side_is_told_apart() -> None:
    values = np.random.default_rng(0).normal(size=(120, 4))
    values[60:, 0] += 2
    found = tell_apart(values, sides(60, 60), np.arange(120), permutations=99, seed=0)
    assert found and found.auc > 0.85 > found.null_high and found.p == 0.01


def test_a_side_that_is_alike_in_mean_but_uniform_is_told_apart() -> None:
    values = np.random.default_rng(0).normal(size=(200, 4))
    values[100:] *= 0.4
    found = tell_apart(values, sides(100, 100), np.arange(200), permutations=99, seed=0)
    assert found and found.auc > 0.8 > found.null_high


def test_chance_is_not_told_apart() -> None:
    """p is uniform: of 40 comparisons of nothing, few reach 5 %, and AUC is 0.5 on average."""
    found = []
    for seed in range(40):
        values = np.random.default_rng(seed).exponential(size=(60, 4))
        found.append(tell_apart(values, sides(30, 30), np.arange(60), permutations=39, seed=seed))
    assert np.mean([each.auc for each in found]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([each.p <= 0.05 for each in found]) <= 0.15
    assert np.mean([each.p for each in found]) == pytest.approx(0.5, abs=0.13)


def test_people_who_write_alike_are_not_mistaken_for_sides() -> None:
    """Each user has a style of its own; a split that tore users apart would find the sides."""
    rng = np.random.default_rng(0)
    user = np.repeat(np.arange(24), 10)
    values = rng.normal(size=(24, 6))[user] + 0.1 * rng.normal(size=(240, 6))
    label = (user >= 12).astype(int)
    whole = tell_apart(values, label, user, permutations=99, seed=0)
    torn = tell_apart(values, label, np.arange(240), permutations=99, seed=0)
    assert whole and torn
    assert whole.p > 0.05 and torn.p <= 0.01
    assert whole.null_high > 0.7 > torn.null_high  # 24 independent units, not 240


def test_tasks_on_both_sides_are_shuffled_within() -> None:
    """What a task is about is no difference between the sides."""
    rng = np.random.default_rng(0)
    task = np.tile(np.arange(30), 2)
    values = 5 * rng.normal(size=(30, 3))[task] + rng.normal(size=(60, 3))
    found = tell_apart(values, sides(30, 30), task, permutations=99, seed=0)
    assert found and found.n_groups == 30 and 0.3 < found.auc < 0.7 and found.p > 0.05


def test_too_few_groups_or_nothing_that_varies_is_not_tested() -> None:
    values = np.random.default_rng(0).normal(size=(40, 2))
    assert tell_apart(values, sides(31, 9), np.arange(40), permutations=9, seed=0) is None
    assert (
        tell_apart(np.ones((40, 2)), sides(20, 20), np.arange(40), permutations=9, seed=0) is None
    )


def test_large_sets_are_thinned_by_group() -> None:
    values = np.random.default_rng(0).normal(size=(3 * MOST, 2))
    user = np.arange(3 * MOST) // 5
    found = tell_apart(values, (user % 2).astype(int), user, permutations=1, seed=0)
    assert found and MOST < found.n_conversations <= 2 * MOST
    assert found.n_conversations == 5 * found.n_groups
