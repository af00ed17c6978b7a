from __future__ import annotations

import numpy as np
import pytest

from persona_extract.fidelity.drift import (
    THRESHOLDS,
    Effort,
    dimension_shifts,
    enough,
    entry_shifts,
    verdict_of,
    weight_shift,
)
from persona_extract.fidelity.populations import Pair, false_discovery
from persona_extract.records.diff import Entry, KindChanges, WeightShift
from tests.unit.fidelity.test_populations import later, paired

QUICK = Effort(permutations=2_999, resamples=300)


def kind(what: str, n_a: int, gone: int) -> KindChanges:
    vanished = [Entry(id=f"m_{i:08x}", name=str(i)) for i in range(gone)]
    return KindChanges.model_validate(
        {
            "kind": what,
            "refused": "",
            "n_a": n_a,
            "n_b": n_a - gone,
            "new": [],
            "vanished": vanished,
            "perhaps_same": [],
            "kept": [],
        }
    )


def groups(a: list[int], b: list[int], n: int = 3) -> Pair:
    """Members of n groups, nobody in both packs."""
    lacking = np.full((len(b), n), np.nan)
    return Pair(
        tuple("abc"[:n]),
        np.concatenate([np.eye(n)[a], lacking]),
        np.concatenate([np.full((len(a), n), np.nan), np.eye(n)[b]]),
        np.repeat([True, False], [len(a), len(b)]),
        np.repeat([False, True], [len(a), len(b)]),
    )


def test_the_dimension_that_moved_is_told_and_no_other() -> None:
    by = np.zeros(30)
    by[7] = -0.6
    found = dimension_shifts(later(paired(0, 150, 150, 30, seed=1), by), THRESHOLDS, QUICK)
    assert [one.dimension for one in found if one.moved] == ["d7"]
    first = found[0]
    assert first.effect.low < -0.6 < first.effect.high < 0
    assert first.q < 0.05 <= min(one.q for one in found[1:])
    assert (first.n_a, first.n_b) == (150, 150)
    assert first.mean_b - first.mean_a == pytest.approx(first.effect.value * first.unit, abs=1e-5)
    p = np.array([one.p for one in found])
    assert [one.q for one in found] == pytest.approx(list(false_discovery(p)), abs=1e-5)


def test_a_certain_shift_that_is_small_is_no_move() -> None:
    pair = later(paired(200, 0, 0, noise=0.05), 0.1)
    found = dimension_shifts(pair, THRESHOLDS, QUICK)[0]
    assert found.q < 0.05
    assert found.effect.value < 0.2
    assert not found.moved
    looser = THRESHOLDS.model_copy(update={"effect": 0.05})
    assert dimension_shifts(pair, looser, QUICK)[0].moved


def test_what_nobody_did_in_a_is_measured_by_all_users() -> None:
    pair = paired(0, 40, 40)
    pair.a[:40] = 0.0
    pair.b[40:] = np.abs(pair.b[40:])
    found = dimension_shifts(pair, THRESHOLDS, QUICK)[0]
    assert found.moved
    assert 0.5 < found.effect.value < 3


def test_equal_constants_do_not_differ() -> None:
    pair = paired(0, 20, 20)
    pair.a[:20], pair.b[20:] = 2.0, 2.0
    found = dimension_shifts(pair, THRESHOLDS, QUICK)[0]
    assert (found.effect.value, found.wasserstein, found.p, found.moved) == (0, 0, 1, False)


def test_one_dimension_among_many_can_fall_below_the_threshold() -> None:
    for tests, fdr in ((200, 0.05), (1_000, 0.05), (200, 0.001)):
        least = 1 / (1 + enough(9_999, tests, fdr))
        assert least * tests < fdr
    assert enough(9_999, 200, 0.05) == 9_999


def test_weights_that_moved_are_told_from_chance() -> None:
    still = weight_shift(groups([0, 1, 2] * 30, [0, 1, 2] * 30), THRESHOLDS, QUICK)
    assert (still.variation, still.p, still.moved) == (0, 1, False)
    gone = weight_shift(groups([0, 1, 2] * 30, [0, 0, 2] * 30), THRESHOLDS, QUICK)
    assert gone.variation == pytest.approx(1 / 3, abs=1e-6)
    assert gone.moved
    assert gone.expected < 0.15
    pair = groups([0, 1, 2] * 30, [0, 0, 2] * 30)
    assert not weight_shift(pair, THRESHOLDS, QUICK, same_list=False).moved
    few = weight_shift(groups([0, 1, 2], [0, 0, 2]), THRESHOLDS, QUICK)
    assert few.variation == pytest.approx(1 / 3, abs=1e-6)
    assert not few.moved


def test_shares_of_users_who_hold_an_entry() -> None:
    pair = groups([0, 1, 2, 2] * 25, [0, 1, 1, 1] * 25)
    found = entry_shifts(pair, [("x", "x"), ("y", "z"), ("w", "w")], THRESHOLDS, QUICK)
    by = {one.id: one for one in found}
    assert [by[name].moved for name in "abc"] == [False, True, True]
    assert (by["b"].share_a, by["b"].share_b, by["b"].renamed) == (0.25, 0.75, "z")
    assert by["b"].difference.low < 0.5 < by["b"].difference.high
    assert by["a"].renamed is None


def test_each_threshold_alone_makes_the_verdict() -> None:
    assert verdict_of([], None, [], THRESHOLDS) == ("same", ["no threshold was crossed"])
    weights = WeightShift(variation=0.2, expected=0.05, p=0.001, same_list=True, moved=True)
    verdict, reasons = verdict_of([], weights, [], THRESHOLDS)
    assert verdict == "drifted"
    assert reasons == ["20% of the users are in other archetypes (p = 0.0010)"]
    moved = dimension_shifts(later(paired(50, 0, 0), 1.0), THRESHOLDS, QUICK)
    verdict, reasons = verdict_of(moved, None, [], THRESHOLDS)
    assert verdict == "drifted"
    assert "1 of 1 dimensions moved" in reasons[0]


@pytest.mark.parametrize(
    ("what", "n_a", "gone", "verdict"),
    [
        ("move", 20, 20, "drifted"),
        ("trait", 4, 4, "drifted"),
        ("move", 20, 10, "same"),
        ("move", 20, 11, "drifted"),
        ("move", 1, 1, "same"),  # one that was not found again is no drift
        ("archetype", 4, 4, "same"),  # its weights are what is tested
    ],
)
def test_entries_that_vanished(what: str, n_a: int, gone: int, verdict: str) -> None:
    assert verdict_of([], None, [kind(what, n_a, gone)], THRESHOLDS)[0] == verdict
