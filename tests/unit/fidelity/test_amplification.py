from __future__ import annotations

import numpy as np
import pytest

from persona_extract.errors import TooFewUsers, UsageError
from persona_extract.fidelity.amplification import TRAITS, Directive, amplify, verdict_of
from persona_extract.fidelity.samples import Sample
from persona_extract.records.results import Interval
from tests.unit.fidelity.samples_made import made

TASKS = [f"task {i}" for i in range(20)]


def people() -> Sample:
    rng = np.random.default_rng(0)
    return made("people", {"please": rng.beta(1, 4, 200).tolist()}, people=True)


def run(
    mean: float, name: str = "run", *, noise: float = 0.05, tasks: list[str] | None = None
) -> Sample:
    rng = np.random.default_rng([int(mean * 100), len(name)])
    values = np.clip(mean + noise * (rng.random(20) - 0.5), 0, 1)
    return made(name, {"please": values.tolist()}, units=tasks or TASKS)


@pytest.mark.parametrize(
    ("reached", "ratio", "verdict"),
    [
        (0.10, 0.0, "ignored"),
        (0.20, 0.33, "weak"),
        (0.40, 1.0, "faithful"),
        (0.85, 2.5, "over-acted"),
    ],
)
def test_ratio_of_a_target(reached: float, ratio: float, verdict: str) -> None:
    """Without 10 %, target 40 %: 30 points are asked for."""
    found = amplify(
        run(reached), run(0.101, "plain"), people(), Directive("please", "high", 0.4), seed=1
    )
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(ratio, abs=0.06)
    assert found.verdict == verdict
    assert (found.side, found.asked_by, found.n_paired) == ("high", "target", 20)


def test_ratio_by_hand() -> None:
    before = made("plain", {"please": [0.0, 0.2] * 5}, units=TASKS[:10])
    after = made("run", {"please": [0.4, 0.6] * 5}, units=TASKS[:10])
    found = amplify(after, before, people(), Directive("please", "high", 0.3))
    assert (found.without_mean, found.with_mean, found.target) == (0.1, 0.5, 0.3)
    assert found.ratio is not None and found.ratio.value == pytest.approx(2)
    # The tasks are drawn together: every draw shifts by 0.4.
    assert found.shift == Interval(value=0.4, low=0.4, high=0.4)


def test_other_tasks_are_drawn_by_themselves() -> None:
    before = made("plain", {"please": [0.0, 0.2] * 5}, units=TASKS[:10])
    after = made("run", {"please": [0.4, 0.6] * 5}, units=TASKS[10:])
    found = amplify(after, before, people(), Directive("please", "high", 0.3))
    assert found.n_paired == 0
    assert found.shift.low < 0.4 < found.shift.high


def test_our_reading_asks_from_the_mean_of_people_to_their_percentile() -> None:
    found = amplify(run(0.6), run(0.1, "plain"), people(), Directive("please", "high"))
    assert found.asked_by == "our reading"
    assert found.asked.value == pytest.approx(found.people.q90 - found.people.mean, abs=1e-4)
    low = amplify(run(0.0), run(0.5, "plain"), people(), Directive("please", "low"))
    assert low.asked.value == pytest.approx(low.people.q10 - low.people.mean, abs=1e-4)
    assert low.verdict == "over-acted"
    assert (low.began_within, low.ended_within) == (False, False)


def test_small_denominators_are_refused_with_a_reason() -> None:
    near = amplify(run(0.5), run(0.3, "plain"), people(), Directive("please", "high", 0.301))
    assert near.ratio is None and near.verdict is None
    assert "less than 0.1 standard deviations" in near.refused
    noisy = run(0.3, "plain", noise=0.6)
    unsure = amplify(run(0.5), noisy, people(), Directive("please", "high", 0.33))
    assert unsure.ratio is None and unsure.refused
    rare = made("people", {"please": [0.0] * 95 + [1.0] * 5}, people=True)
    asked = amplify(run(0.5), run(0.1, "plain"), rare, Directive("please", "high"))
    assert asked.ratio is None and "too rare" in asked.refused
    assert asked.shift_sd is not None and asked.shift_sd.value > 1
    nobody = made("people", {"please": [0.0] * 20}, people=True)
    assert amplify(run(0.5), run(0.1), nobody, Directive("please", "high")).shift_sd is None


def test_opposite_shift() -> None:
    found = amplify(run(0.1), run(0.3, "plain"), people(), Directive("please", "high", 0.5))
    assert found.verdict == "opposite"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.2, 0.4, "ignored"),
        (-0.2, 1.2, "unclear"),
        (0.2, 0.6, "weak"),
        (0.2, 1.0, "faithful"),
        (0.9, 2.0, "faithful"),
        (0.2, 3.0, "unclear"),
        (1.6, 3.0, "over-acted"),
        (-2.0, -0.1, "opposite"),
    ],
)
def test_verdicts(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Interval(value=(low + high) / 2, low=low, high=high)) == verdict


def test_unknown_dimensions_and_few_conversations_are_refused() -> None:
    with pytest.raises(UsageError, match="no dimension is named 'pleese'"):
        amplify(run(0.1), run(0.2), people(), Directive("pleese", "high", 0.5))
    few = made("few", {"please": [0.1] * 4})
    with pytest.raises(TooFewUsers, match="few: please is defined in 4"):
        amplify(few, run(0.2), people(), Directive("please", "high", 0.5))


def test_traits_name_dimensions_that_exist() -> None:
    from persona_extract.dimensions import all_dimensions
    from persona_extract.fidelity.headlines import HEADLINES

    known = {d.name for d in all_dimensions()} | {h.name for h in HEADLINES}
    assert {d.dimension for asked in TRAITS.values() for d in asked} <= known
    assert all(d.target is None for asked in TRAITS.values() for d in asked)
