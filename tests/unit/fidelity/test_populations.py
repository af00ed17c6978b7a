from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from persona_extract.fidelity import populations
from persona_extract.fidelity.populations import (
    Pair,
    bootstrap,
    chances,
    distances,
    false_discovery,
    mean_shift,
    observed,
    relabelled,
    units,
)
from persona_extract.fidelity.samples import Floats

NOTHING = float("nan")


def paired(
    shared: int, gone: int, come: int, columns: int = 1, *, seed: int = 0, noise: float = 0.3
) -> Pair:
    """Users of one population: those who stay change by noise."""
    rng = np.random.default_rng(seed)
    people = rng.normal(size=(shared + gone + come, columns))
    a, b = people.copy(), people.copy()
    b[:shared] += noise * rng.normal(size=(shared, columns))
    in_a = np.arange(people.shape[0]) < shared + gone
    in_b = (np.arange(people.shape[0]) < shared) | ~in_a
    a[~in_a], b[~in_b] = NOTHING, NOTHING
    return Pair(tuple(f"d{j}" for j in range(columns)), a, b, in_a, in_b)


def later(pair: Pair, by: Floats | float, rows: slice = slice(None)) -> Pair:
    b = pair.b.copy()
    b[rows] += by
    return Pair(pair.columns, pair.a, b, pair.in_a, pair.in_b)


@given(st.integers(0, 6), st.integers(1, 6), st.integers(1, 6), st.integers(0, 999))
def test_what_is_relabelled_is_the_mean_shift(shared: int, gone: int, come: int, seed: int) -> None:
    pair = paired(shared, gone, come, 3, seed=seed)
    assert observed(pair) == pytest.approx(mean_shift(pair))


def test_a_user_with_a_value_in_one_pack_only_counts_with_it_in_both() -> None:
    pair = Pair(
        ("d",),
        np.array([[1.0], [3.0], [NOTHING]]),
        np.array([[1.0], [NOTHING], [5.0]]),
        np.array([True, True, False]),
        np.array([True, True, True]),
    )
    assert mean_shift(pair) == pytest.approx([1.0])  # 3 - 2
    assert observed(pair) == pytest.approx([1.0])  # (1 + 3 + 5) / 3 - (1 + 3) / 2


@pytest.mark.parametrize(
    ("shared", "gone", "come"), [(0, 40, 60), (80, 0, 0), (60, 0, 20), (50, 15, 25)]
)
def test_chances_are_even_where_nothing_drifted(shared: int, gone: int, come: int) -> None:
    pair = paired(shared, gone, come, 400, seed=3)
    p = chances(pair, 999, seed=1)
    for level in (0.05, 0.2, 0.5):
        assert abs((p <= level).mean() - level) < 4 * np.sqrt(level * (1 - level) / 400)


def test_without_shared_users_it_is_the_two_sample_test() -> None:
    pair = later(paired(0, 40, 40, 5, seed=5), np.array([0.0, 0.2, 0.4, 0.6, 0.8]))
    p = chances(pair, 9_999, seed=1)
    expected = ttest_ind(pair.a[:40], pair.b[40:]).pvalue
    assert p == pytest.approx(expected, abs=0.02)


def test_a_small_change_of_everybody_is_seen_only_because_users_are_paired() -> None:
    pair = later(paired(60, 0, 0, seed=2, noise=0.1), 0.1)
    strangers = Pair(
        pair.columns,
        np.concatenate([pair.a, np.full_like(pair.a, NOTHING)]),
        np.concatenate([np.full_like(pair.b, NOTHING), pair.b]),
        np.repeat([True, False], 60),
        np.repeat([False, True], 60),
    )
    assert mean_shift(pair) == pytest.approx(mean_shift(strangers))
    assert chances(pair, 999, seed=0)[0] < 0.005
    assert chances(strangers, 999, seed=0)[0] > 0.2
    low, high = bootstrap(pair, 500, seed=0)
    wide = bootstrap(strangers, 500, seed=0)
    assert (high - low)[0] < 0.25 * (wide[1] - wide[0])[0]


def test_newcomers_who_differ_are_seen_among_users_who_did_not_change() -> None:
    pair = paired(80, 0, 20, 2, seed=4, noise=0.0)
    pair = later(pair, np.array([0.0, 1.5]), slice(80, None))
    p = chances(pair, 999, seed=0)
    assert p[0] > 0.05
    assert p[1] == pytest.approx(0.001)


def test_a_pack_does_not_differ_from_itself() -> None:
    pair = paired(30, 0, 0, 4, noise=0.0)
    assert chances(pair, 99, seed=0).tolist() == [1.0] * 4
    assert distances(pair).tolist() == [0.0] * 4
    assert np.concatenate(bootstrap(pair, 50, seed=0)).tolist() == [0.0] * 8


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = []
    for seed in range(100):
        low, high = bootstrap(later(paired(30, 10, 20, seed=seed), 0.3), 300, seed)
        held.append(low[0] <= 0.3 <= high[0])
    assert 0.87 <= np.mean(held) <= 0.99


def test_missing_values_are_nobodys() -> None:
    pair = paired(0, 50, 50, 2, seed=1)
    pair.a[:25, 1] = NOTHING
    halved = Pair(("d1",), pair.a[25:, 1:], pair.b[25:, 1:], pair.in_a[25:], pair.in_b[25:])
    assert mean_shift(pair)[1] == pytest.approx(mean_shift(halved)[0])
    assert distances(pair)[1] == pytest.approx(distances(halved)[0])
    assert chances(pair, 1999, seed=0)[1] == pytest.approx(chances(halved, 1999, 0)[0], abs=0.05)


def test_few_readings_in_one_pack_do_not_look_certain() -> None:
    pair = paired(0, 100, 100, 300, seed=6)
    pair.a[:92] = NOTHING
    p = chances(pair, 999, seed=0)
    assert abs((p <= 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 300)


def test_a_relabelling_that_empties_one_side_counts_as_moving_as_much() -> None:
    pair = Pair(
        ("d",),
        np.array([[1.0], [NOTHING], [NOTHING], [NOTHING]]),
        np.array([[NOTHING], [NOTHING], [NOTHING], [2.0]]),
        np.array([True, True, False, False]),
        np.array([False, False, True, True]),
    )
    assert np.isinf(np.concatenate(list(relabelled(pair, 50, 0)))).any()


def test_units_are_of_the_first_pack_or_of_both() -> None:
    pair = paired(0, 30, 30, 2)
    pair.a[:30, 1] = 0.1  # sums to a mean that is not quite 0.1
    found = units(pair)
    assert found[0] == pytest.approx(np.std(pair.a[:30, 0], ddof=1))
    both = np.concatenate([pair.a[:30, 1], pair.b[30:, 1]])
    assert found[1] == pytest.approx(np.std(both, ddof=1))


def test_distance_of_a_translation_is_its_length() -> None:
    pair = paired(20, 0, 0, noise=0.0)
    assert distances(later(pair, 0.7))[0] == pytest.approx(0.7)


def test_false_discovery_rates_are_those_of_the_textbook() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.5])
    assert false_discovery(p) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert false_discovery(np.empty(0)).size == 0


def test_pieces_of_any_size_give_the_same_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = paired(20, 20, 20, 10, seed=8)
    whole = chances(pair, 4_000, seed=0)
    monkeypatch.setattr(populations, "CELLS", 60 * 150)
    assert chances(pair, 4_000, seed=0) == pytest.approx(whole, abs=0.04)


def test_large_packs_are_quick_and_small_in_memory() -> None:
    pair = paired(0, 500, 500, 200)
    pair.a[np.random.default_rng(0).random(pair.a.shape) < 0.2] = NOTHING
    tracemalloc.start()
    began = time.monotonic()
    chances(pair, 1_000, seed=0)
    bootstrap(pair, 1_000, seed=0)
    distances(pair)
    assert time.monotonic() - began < 20
    assert tracemalloc.get_traced_memory()[1] < 400e6
    tracemalloc.stop()
