"""What a candidate's users made of the tasks: success against difficulty (ECE) and surveys (Eval).

Both are means over tasks that both sides know, so tasks are what is resampled here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_extract.fidelity.usi.scores import (
    DIFFICULTY_CUTS,
    Answers,
    ece,
    eval_agreement,
    frozen_difficulty,
)

Floats = NDArray[np.float64]
Success = Mapping[str, int]
"""Task key -> 1 if the agent succeeded, else 0: one run over the tasks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A score over tasks: its value, and of resamples of tasks, shape (draws,)."""

    value: float
    draws: Floats


def score_success(
    people: Sequence[Success], simulated: Sequence[Success], rng: np.random.Generator, draws: int
) -> Outcome | None:
    """Mean ECE over all pairs of a run with people and a simulated one; None without one."""
    pairs = [(human, run) for human in people for run in simulated]
    values = [ece(run, human) for human, run in pairs]
    known = [(value, *pair) for value, pair in zip(values, pairs, strict=True) if value is not None]
    if not known:
        return None
    shared = {task for _, human, run in known for task in human.keys() & run.keys()}
    tasks = sorted(shared & frozen_difficulty().keys())
    counts = _draw_tasks(len(tasks), rng, draws)
    drawn = [_drawn_ece(counts, tasks, human, run) for _, human, run in known]
    return Outcome(float(np.mean([value for value, *_ in known])), np.mean(drawn, axis=0))


def score_surveys(
    people: Mapping[str, Answers],
    simulated: Mapping[str, Answers],
    answering: np.random.Generator,
    rng: np.random.Generator,
    draws: int,
) -> Outcome | None:
    """Mean agreement over tasks that both answered; None if there is no such task.

    Args:
        people: task key -> answers of the person, in the order of the instance ids.
        simulated: task key -> answers of the simulator.
        answering: stands in for fields that the simulator left out, one generator for a whole
            pass; tasks are taken in the order of `people`.
        rng: of the resamples.
        draws: number of resamples of tasks.
    """
    found: list[float] = []
    for task, answers in people.items():
        if task in simulated:
            found += eval_agreement([(answers, simulated[task])], answering)
    if not found:
        return None
    counts = _draw_tasks(len(found), rng, draws)
    return Outcome(float(np.mean(found)), counts @ np.array(found) / len(found))


def _draw_tasks(n: int, rng: np.random.Generator, draws: int) -> Floats:
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)


def _drawn_ece(counts: Floats, tasks: list[str], human: Success, run: Success) -> Floats:
    """ECE of resamples: the sum over bins of |sum of differences|, by the number of tasks."""
    known = np.array([task in human and task in run for task in tasks], dtype=np.float64)
    gaps = np.array([run.get(task, 0) - human.get(task, 0) for task in tasks]) * known
    place = [bisect_right(DIFFICULTY_CUTS, frozen_difficulty()[task]) for task in tasks]
    at = np.eye(len(DIFFICULTY_CUTS) + 1)[place] * gaps[:, None]
    return np.abs(counts @ at).sum(axis=1) / np.maximum(1, counts @ known)
