"""Distances of distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import wasserstein_distance

from persona_extract.fidelity.usi.distances import bins, distances


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_by_hand() -> None:
    half = distances(column(0, 1), column(0, 0), rng())
    bits = 0.5 * (0.5 * np.log2(0.5 / 0.75) + 0.5 * np.log2(0.5 / 0.25)) + 0.5 * np.log2(1 / 0.75)
    assert half.js[0] == pytest.approx(np.sqrt(bits))
    assert half.wasserstein[0] == pytest.approx(0.5 / 0.5)  # half of it moves by 1; deviation 0.5
    apart = distances(column(0, 2), column(3, 5), rng())
    assert (apart.js[0], apart.wasserstein[0]) == pytest.approx((1, 3))


def test_a_reference_that_never_varies_borrows_the_spread_of_both() -> None:
    assert distances(column(1, 1), column(3, 3), rng()).wasserstein[0] == pytest.approx(2 / 1)
    assert distances(column(1, 1), column(1, 1), rng()).wasserstein[0] == 0


values = arrays(float, st.integers(2, 40), elements=st.floats(-50, 50).map(lambda x: round(x, 3)))


@given(values, values)
def test_properties(one: np.ndarray, other: np.ndarray) -> None:
    found = distances(one[:, None], other[:, None], rng())
    back = distances(other[:, None], one[:, None], rng())
    assert 0 <= found.js[0] <= 1
    assert found.js[0] == pytest.approx(back.js[0])
    spread = one.std() or np.concatenate([one, other]).std() or 1.0
    assert found.wasserstein[0] * spread == pytest.approx(
        wasserstein_distance(one, other), abs=1e-8
    )
    same = distances(one[:, None], one[::-1][:, None], rng())
    assert (same.js[0], same.wasserstein[0]) == pytest.approx((0, 0), abs=1e-7)


def test_dice_of_means_is_blind_to_uniformity_and_these_are_not() -> None:
    people = np.random.default_rng(1).gamma(2, 5, size=(300, 1))
    uniform = np.full((300, 1), people.mean())
    found = distances(people, uniform, rng())
    assert found.js[0] > 0.7 > 4 * found.js_floor
    assert found.wasserstein[0] > 0.6 > 4 * found.wasserstein_floor


def test_zero_is_a_bin_of_its_own_and_few_values_are_exact() -> None:
    rates = np.concatenate([np.zeros(50), np.random.default_rng(0).uniform(0.1, 1, 100)])
    codes = bins(rates)
    assert codes.max() == 10
    assert set(codes[:50]).isdisjoint(codes[50:])
    assert bins(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2, 0, 2, 1]
