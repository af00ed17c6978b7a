from __future__ import annotations

import numpy as np
import pytest

from persona_extract.fidelity.draws import (
    curves,
    curves_of,
    draw_parts,
    draw_units,
    edges_of,
    interval_of,
    turn_share,
)
from persona_extract.fidelity.samples import spread_of, users_sd
from tests.unit.fidelity.samples_made import made


def test_each_person_and_each_source_counts_the_same() -> None:
    people = made(
        "p",
        {"please": [1, 1, 1, 0, 0.5]},
        units=["a", "a", "a", "b", "c"],
        sources=["one", "one", "one", "one", "two"],
        people=True,
    )
    # a: 1, b: 0 -> source one 0.5; source two 0.5
    assert spread_of(people, "please").mean == pytest.approx(0.5)
    assert people.weight.sum() == pytest.approx(1)
    flat = made("c", {"please": [1, 1, 1, 0, 0.5]}, units=["a", "a", "a", "b", "c"])
    assert spread_of(flat, "please").mean == pytest.approx(0.7)


def test_spread_by_hand_and_undefined_conversations_do_not_count() -> None:
    found = spread_of(made("c", {"please": [0, 1, 2, 3, None]}), "please")
    assert (found.n, found.mean, found.q10, found.q50, found.q90) == (4, 1.5, 0, 1, 3)
    assert found.sd == pytest.approx(np.sqrt(1.25), abs=1e-6)


def test_spread_between_people_needs_several_conversations_of_two() -> None:
    people = made("p", {"please": [0, 1, 0, 0, 1]}, units=["a", "a", "b", "b", "c"], people=True)
    assert users_sd(people, "please") == pytest.approx(np.std([0.5, 0], ddof=1), abs=1e-6)
    assert users_sd(made("p", {"please": [0, 1]}, people=True), "please") is None


def test_curves_under_weights_are_those_under_counts() -> None:
    rng = np.random.default_rng(1)
    sample = made("p", {"please": rng.random(40).tolist()}, units=[f"{i // 2}" for i in range(40)])
    counts = draw_units(sample, 5, rng)
    edges = edges_of(sample, "please")
    by_unit = curves(sample, "please", edges, counts)
    by_row = curves_of(sample, "please", edges, counts[:, sample.unit] * sample.weight)
    assert np.allclose(by_unit.mean, by_row.mean)
    assert np.allclose(by_unit.sd, by_row.sd)
    assert np.allclose(by_unit.below, by_row.below)
    assert by_unit.mean[0] == pytest.approx(spread_of(sample, "please").mean, abs=1e-6)


def test_people_are_drawn_within_their_source() -> None:
    sample = made("p", {"please": [0] * 5 + [1] * 3}, sources=["a"] * 5 + ["b"] * 3, people=True)
    counts = draw_units(sample, 50, np.random.default_rng(0))
    assert (counts[0] == 1).all()
    assert (counts[:, :5].sum(axis=1) == 5).all() and (counts[:, 5:].sum(axis=1) == 3).all()


def test_parts_leave_their_people_out_of_the_others() -> None:
    units = [f"u{i // 3}" for i in range(60)]
    sample = made("p", {"please": [0.0] * 60}, units=units, people=True)
    inside, others = draw_parts(sample, 8, 20, np.random.default_rng(0))
    assert ((inside > 0).sum(axis=1) == 8).all()
    for part, rest in zip(inside, others, strict=True):
        chosen = set(sample.unit[part > 0])
        assert len(chosen) == 8  # as many people as can be
        assert not chosen & set(sample.unit[rest > 0])
    whole, _ = draw_parts(sample, 60, 3, np.random.default_rng(0))
    assert ((whole > 0).sum(axis=1) == 30).all()  # no more than half of the people


def test_shares_are_of_turns() -> None:
    sample = made("c", {"polite_turns": [1.0, 0.0]})
    sample.turns[:] = [3, 1]
    assert turn_share(sample, "polite_turns", np.ones((1, 2)))[0] == pytest.approx(0.75)


def test_an_interval_is_of_the_draws_and_not_of_the_sample() -> None:
    found = interval_of(np.array([5.0, *range(101)]))
    assert (found.value, found.low, found.high) == (5, 2.5, 97.5)
