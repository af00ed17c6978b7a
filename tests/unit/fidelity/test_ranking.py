"""Ranking arithmetic on leads small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from persona_extract.fidelity.ranking import chance, rank


def test_ranks_are_counted_with_ties_as_half() -> None:
    leads = np.array([[0.0, 1.0, -1.0], [0.0, 0.0, 0.0], [2.0, 0.0, 3.0], [1.0, 1.0, 0.0]])
    result = rank(np.array([0, 1, 1, 2]), lambda rows: leads[rows], seed=0, bootstrap=0)
    assert result.auc == pytest.approx((0.5 + 0.5 + 1 + 1) / 4)
    assert result.top1 == pytest.approx((0 + 1 / 3 + 1 + 1) / 4, abs=1e-6)
    assert (result.n_users, result.n_conversations) == (3, 4)
    assert result.auc_low == result.auc == result.auc_high


def test_the_interval_is_over_users_not_conversations() -> None:
    """Two users, one always right and one never: the interval spans everything."""
    owner = np.repeat([0, 1], 200)
    leads = np.where(owner[:, None] == 0, [[0.0, 1.0]], [[-1.0, 0.0]] * 1)
    leads[owner == 1] = [1.0, 0.0]
    leads[owner == 1] *= -1
    result = rank(owner, lambda rows: leads[rows], seed=0, bootstrap=500)
    assert (result.auc_low, result.auc, result.auc_high) == (0.0, 0.5, 1.0)


def test_chance() -> None:
    assert chance(4, 9).auc == 0.5 and chance(4, 9).top1 == 0.25
