from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import energy_distance, wasserstein_distance

from persona_extract.fidelity.panels import (
    against_random,
    allocate,
    as_points,
    choose,
    energy,
    mean_distances,
    per_dimension,
    stratum_weights,
)

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(1, 60), min_size=1)


def people(n: int = 200, columns: int = 6, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(size=(n, columns))


@given(SIZES, st.data())
def test_places_are_shared_in_proportion(sizes: dict[str, int], data: st.DataObject) -> None:
    total = sum(sizes.values())
    n = data.draw(st.integers(1, total))
    given_ = allocate(n, sizes)
    assert sum(given_.values()) == n
    for name, size in sizes.items():
        exact = n * size / total
        assert abs(given_[name] - exact) < 1
        assert given_[name] <= size
        assert given_[name] >= 1 or exact < 1


@given(SIZES, st.data())
def test_weights_sum_to_one_and_restore_the_strata(
    sizes: dict[str, int], data: st.DataObject
) -> None:
    total = sum(sizes.values())
    quota = allocate(data.draw(st.integers(1, total)), sizes)
    members = [name for name, k in quota.items() for _ in range(k)]
    weight = stratum_weights(members, sizes)
    assert weight.sum() == pytest.approx(1)
    there = sum(sizes[name] for name in set(members))
    for name in set(members):
        own = sum(w for w, m in zip(weight, members, strict=True) if m == name)
        assert own == pytest.approx(sizes[name] / there)


def test_energy_is_that_of_scipy_along_a_line() -> None:
    values = people(50, 1)
    chosen, weight = np.array([3, 7, 20]), np.array([0.5, 0.3, 0.2])
    expected = energy_distance(values[chosen, 0], values[:, 0], weight)
    own = energy(values, mean_distances(values), chosen, weight)
    assert own == pytest.approx(expected)


def test_distance_per_dimension_is_that_of_scipy() -> None:
    values = people(40, 3)
    values[:10, 1] = np.nan
    values[:, 2] = 1.0  # tells nobody apart
    chosen, weight = np.array([2, 11, 15, 30]), np.array([0.4, 0.3, 0.2, 0.1])
    first = wasserstein_distance(values[chosen, 0], values[:, 0], weight) / values[:, 0].std()
    own = values[10:, 1]
    second = wasserstein_distance(values[chosen[1:], 1], own, weight[1:]) / own.std()
    found = per_dimension(values, chosen, weight, seed=0, n_random=20)
    assert found.distance == pytest.approx((first + second) / 2, abs=1e-6)
    assert found.random_low <= found.random_mean <= found.random_high


def test_a_panel_is_nearer_than_nearly_all_random_ones() -> None:
    values = people()
    points = as_points(values, np.ones(6))
    chosen = choose(points, [""] * 200, {"": 15}, seed=0)
    even = np.full(15, 1 / 15)
    assert len(set(chosen.tolist())) == 15
    found = against_random(points, chosen, even, seed=0)
    assert found.better_than > 0.99
    assert found.distance < 0.8 * found.random_mean
    assert per_dimension(values, chosen, even, seed=0).better_than > 0.95


def test_every_stratum_has_its_places() -> None:
    strata = ["x"] * 120 + ["y"] * 60 + [""] * 20
    quota = {"x": 6, "y": 3, "": 1}
    chosen = choose(as_points(people(), np.ones(6)), strata, quota, seed=1)
    assert [strata[i] for i in chosen] == ["x"] * 6 + ["y"] * 3 + [""]


def test_one_seed_one_panel() -> None:
    points = as_points(people(), np.ones(6))
    panels = [choose(points, [""] * 200, {"": 10}, seed=seed).tolist() for seed in (1, 1, 2, 3)]
    assert panels[0] == panels[1]
    assert len({tuple(panel) for panel in panels}) > 1


def test_everybody_is_no_distance_from_everybody() -> None:
    points = as_points(people(20), np.ones(6))
    chosen = choose(points, [""] * 20, {"": 20}, seed=0)
    found = against_random(points, chosen, np.full(20, 0.05), seed=0, n_random=5)
    assert found.distance == pytest.approx(0, abs=1e-6)


def test_who_has_no_reading_stands_at_the_mean_and_the_dimension_weighs_less() -> None:
    values = people(100, 2)
    whole = as_points(values, np.array([1.0, 1.0]))
    values[:50, 1] = np.nan
    points = as_points(values, np.array([1.0, 1.0]))
    assert (points[:50, 1] == 0).all()
    assert points[:, 0].var() == pytest.approx(1 / 1.5)
    assert whole[:, 0].var() == pytest.approx(1 / 2)
    assert as_points(values, np.array([1.0, 0.0])).shape == (100, 1)
