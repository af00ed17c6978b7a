"""ECE and Eval over resampled tasks."""

from __future__ import annotations

import numpy as np
import pytest

from persona_extract.fidelity.usi.outcomes import score_success, score_surveys
from persona_extract.fidelity.usi.scores import ece, frozen_difficulty
from persona_extract.fidelity.usi.survey import FIELDS

HARD = min(frozen_difficulty(), key=lambda task: frozen_difficulty()[task])
EASY = max(frozen_difficulty(), key=lambda task: frozen_difficulty()[task])


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_two_tasks_in_two_bins_by_hand() -> None:
    """One gap of 1, one of 0: a resample has the first task twice, once or never."""
    found = score_success([{HARD: 1, EASY: 1}], [{HARD: 0, EASY: 1}], rng(), 400)
    assert found and found.value == 0.5
    assert set(found.draws) == {0.0, 0.5, 1.0}
    assert found.draws.mean() == pytest.approx(0.5, abs=0.05)


def test_runs_are_scored_in_pairs() -> None:
    people, runs = [{HARD: 1}], [{HARD: 1}, {HARD: 0}, {"unknown": 1}]
    found = score_success(people, runs, rng(), 20)
    assert found and found.value == 0.5 and set(found.draws) == {0.5}
    assert score_success(people, runs[2:], rng(), 20) is None


def test_a_resample_of_the_tasks_themselves_is_the_ece() -> None:
    tasks = sorted(frozen_difficulty())[:60]
    human = {task: int(k) for task, k in zip(tasks, rng().integers(2, size=60), strict=True)}
    run = dict.fromkeys(tasks, 1)
    found = score_success([human], [run], rng(), 3000)
    assert found and found.value == ece(run, human)
    spread = np.std([run[task] - human[task] for task in tasks]) / np.sqrt(60)
    assert found.draws.std() == pytest.approx(spread, rel=0.1)  # all gaps of one sign: a mean


def test_surveys_by_hand() -> None:
    field, ordinals = next(iter(FIELDS.items()))
    worst, best = min(ordinals, key=lambda a: ordinals[a]), max(ordinals, key=lambda a: ordinals[a])
    people = {"a": {field: best}, "b": {field: best}, "c": {field: best}}
    told = {"a": {field: best}, "b": {field: worst}, "x": {field: worst}}
    found = score_surveys(people, told, rng(), rng(), 300)
    assert found and found.value == 50 and set(found.draws) == {0.0, 50.0, 100.0}
    assert score_surveys(people, {}, rng(), rng(), 5) is None
