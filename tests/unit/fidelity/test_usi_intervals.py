"""Scores of means and of their resamples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from persona_extract.fidelity.usi import intervals
from persona_extract.fidelity.usi.intervals import Batch, bounds, draw_means, means, score

PARTS = [slice(0, 2), slice(2, 3)]


def lone(values: np.ndarray) -> Batch:
    return Batch(values, np.arange(len(values)))


def test_scores_by_hand() -> None:
    found = score([np.array([[1.0, 0.0, 2.0]])], [np.array([[3.0, 0.0, 2.0]])], PARTS)
    assert found.dice.tolist() == [[0.5, 1.0, 1.0]]
    assert found.dimensions.tolist() == [[75.0, 100.0, 87.5]]


def test_batches_are_scored_in_pairs_and_not_pooled() -> None:
    people = [np.array([[1.0, 1.0, 1.0]]), np.array([[3.0, 1.0, 1.0]])]
    found = score(people, [np.array([[2.0, 1.0, 1.0]])], PARTS)
    assert found.dice[0, 0] == pytest.approx((2 / 3 + 4 / 5) / 2)  # the pooled means would give 1


rows = arrays(float, st.tuples(st.integers(2, 12), st.just(3)), elements=st.floats(0, 50))


@given(rows, rows)
def test_scores_are_symmetric_and_100_only_of_equal_means(
    one: np.ndarray, other: np.ndarray
) -> None:
    a, b = means([lone(one)]), means([lone(other)])
    assert score(a, b, PARTS).dimensions == pytest.approx(score(b, a, PARTS).dimensions)
    assert (score(a, a, PARTS).dimensions == 100).all()
    assert (score(a, b, PARTS).dice <= 1).all()


@given(rows, rows, st.integers(0, 99))
def test_an_interval_holds_its_value(one: np.ndarray, other: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    value = score(means([lone(one)]), means([lone(other)]), PARTS).dimensions[0]
    drawn = score(draw_means([lone(one)], rng, 50), draw_means([lone(other)], rng, 50), PARTS)
    for i in range(3):
        low, high = bounds(drawn.dimensions[:, i], float(value[i]))
        assert 0 <= low <= value[i] <= high <= 100 + 1e-9


def test_resamples_have_the_spread_of_a_mean() -> None:
    values = np.random.default_rng(0).normal(5, 2, size=(400, 1))
    drawn = draw_means([lone(values)], np.random.default_rng(1), 4000)[0]
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.01)
    assert drawn.std() == pytest.approx(values.std() / 20, rel=0.05)
    fewer = draw_means([lone(values)], np.random.default_rng(1), 4000, [100])[0]
    assert fewer.std() == pytest.approx(values.std() / 10, rel=0.05)


def test_users_are_drawn_with_all_their_conversations() -> None:
    """Ten users of forty alike conversations know no more than ten conversations."""
    values = np.repeat(np.random.default_rng(0).normal(size=(10, 1)), 40, axis=0)
    by_user = draw_means(
        [Batch(values, np.repeat(np.arange(10), 40))], np.random.default_rng(1), 2000
    )
    alone = draw_means([lone(values)], np.random.default_rng(1), 2000)
    assert by_user[0].std() == pytest.approx(values.std() / np.sqrt(10), rel=0.06)
    assert by_user[0].std() > 5 * alone[0].std()


def test_many_units_are_drawn_in_blocks_of_the_same_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=(3000, 1))
    monkeypatch.setattr(intervals, "MOST_UNITS", 500)
    drawn = draw_means([lone(values)], np.random.default_rng(1), 4000)[0]
    assert drawn.std() == pytest.approx(values.std() / np.sqrt(3000), rel=0.08)


def test_the_ceiling_rises_with_n_and_is_100_only_without_spread() -> None:
    spread = lone(np.random.default_rng(0).exponential(size=(200, 3)))
    tops = [
        intervals.self_scores([spread], ([n], [n]), PARTS, np.random.default_rng(0), 500)[0]
        for n in (10, 100, 1000)
    ]
    low, middle, high = (top.dimensions[:, -1].mean() for top in tops)
    assert low < middle < high < 100
    alike = lone(np.ones((20, 3)))
    one, other = intervals.self_scores([alike], ([9], [9]), PARTS, np.random.default_rng(0), 50)
    assert (one.dimensions == 100).all() and (other.dimensions == 100).all()
