"""Scores of the User-Sim Index over feature rows, task successes and survey answers.

Source: arXiv 2603.11245, as its authors' public scorer computes it (OdysSim, `agents/tau_usi`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from persona_extract.fidelity.usi.phrases import frozen_difficulty
from persona_extract.fidelity.usi.survey import FIELDS

FEATURES: dict[str, tuple[str, ...]] = {
    "D1": (
        "politeness_rate",
        "short_msg_rate",
        "formality_rate",
        "ack_only_rate",
        "verbosity_cv",
        "repeat_rate",
        "id_confuse_rate",
    ),
    "D2": ("info_frontload", "id_density", "user_words_per_turn", "opening_words"),
    "D3": (
        "uncertainty_rate",
        "certainty_rate",
        "pushback_q_rate",
        "clarify_q_rate",
        "info_q_rate",
    ),
    "D4": ("emotion_rate", "accusation_rate", "pivot_rate"),
}
"""The scored features of each dimension: D1 conversation, D2 information, D3 clarification, D4
reaction."""

SURVEY_SEED = 42
"""Seed of the generator that answers for a simulator that left a survey field out."""

DIFFICULTY_CUTS = (0.2, 0.4, 0.6, 0.8)
"""Where the five bins of task difficulty part; a task on a cut lies above it."""

Answers = Mapping[str, str | None]
"""Survey field -> answer as written."""

_TASK = re.compile(r"(airline|retail)_(\d+)")


@dataclass(frozen=True)
class MeanAndStd:
    """Mean and population standard deviation over human batches or simulator runs."""

    mean: float
    std: float
    n: int


def mean_row(features: pl.DataFrame) -> dict[str, float]:
    """Mean of each feature over conversations, and of `n_turns`, which is not scored.

    Args:
        features: what `usi_features` gave, one row a conversation.

    Raises:
        ValueError: no conversation, or rows of different variants of the index.
    """
    if features.is_empty():
        raise ValueError("no conversation with user turns")
    if "variant" in features.columns and features["variant"].n_unique() > 1:
        raise ValueError(f"variants mixed: {sorted(features['variant'].unique())}")
    names = [*scored_features(), "n_turns"]
    means = features.select(pl.col(names).mean()).row(0)
    return dict(zip(names, map(float, means), strict=True))


def scored_features() -> tuple[str, ...]:
    """The nineteen features, by dimension."""
    return tuple(name for names in FEATURES.values() for name in names)


def dice(a: float, b: float) -> float:
    """Dice-Sorensen likeness of two means, from 0 to 1; 1 where both are 0."""
    total = abs(a) + abs(b)
    return 2.0 * min(abs(a), abs(b)) / total if total > 0 else 1.0


def dimension_scores(
    reference: Mapping[str, float], candidate: Mapping[str, float]
) -> dict[str, float]:
    """D1 to D4, each from 0 to 100: mean Dice over the features of the dimension.

    Args:
        reference: row of the people (`mean_row`).
        candidate: row of the simulator. The score is symmetric in the two.
    """
    return {
        dimension: 100.0 * float(np.mean([dice(reference[n], candidate[n]) for n in names]))
        for dimension, names in FEATURES.items()
    }


def ece(
    simulated: Mapping[str, int],
    human: Mapping[str, int],
    difficulty: Mapping[str, float] | None = None,
) -> float | None:
    """Calibration error of the agent's success, from 0 to 1, over tasks that all three know.

    Tasks are binned by difficulty; the gaps between mean successes are weighted by tasks.

    Args:
        simulated: task key (`task_key`) -> 1 if the agent succeeded with the simulator, else 0.
        human: the same with people.
        difficulty: task key -> mean success pooled over simulators; None takes the frozen map.

    Returns:
        None where no task is known to all.
    """
    known = frozen_difficulty() if difficulty is None else difficulty
    bins: dict[int, list[str]] = {}
    for task in sorted(simulated.keys() & human.keys() & known.keys()):
        bins.setdefault(bisect_right(DIFFICULTY_CUTS, known[task]), []).append(task)
    n = sum(map(len, bins.values()))
    if not n:
        return None
    return sum(len(tasks) / n * _gap(simulated, human, tasks) for _, tasks in sorted(bins.items()))


def task_key(instance: str) -> str:
    """`domain_task` of an instance id: the number of its run is dropped, other ids stay."""
    found = _TASK.match(instance)
    return f"{found[1]}_{found[2]}" if found else instance


def eval_agreement(
    pairs: Iterable[tuple[Answers, Answers]], rng: np.random.Generator
) -> list[float]:
    """Agreement of two surveys about a task, from 0 to 100, a task whose person answered something.

    Args:
        pairs: (person's answers, simulator's answers) of a task each. The order matters, as one
            generator serves the whole pass: sort by instance id, batch after batch.
        rng: `numpy.random.default_rng(SURVEY_SEED)` to be exact.
    """
    scores = (_agreement(human, simulated, rng) for human, simulated in pairs)
    return [score for score in scores if score is not None]


def combine(
    dimensions: Mapping[str, float], eval_: float | None, ece: float | None
) -> float | None:
    """The User-Sim Index, from 0 to 100; without a survey the mean of the other five parts.

    Args:
        dimensions: D1 to D4.
        eval_: mean of `eval_agreement`, None without a survey.
        ece: None without task successes. Then there is no index, and the result is None: what is
            left is to be called "USI D1-D4".
    """
    if ece is None:
        return None
    parts = [*(dimensions[d] for d in FEATURES), 100.0 * (1.0 - ece)]
    return sum(parts if eval_ is None else [*parts, eval_]) / (len(parts) + (eval_ is not None))


def over_batches(values: Sequence[float]) -> MeanAndStd:
    """Mean and population standard deviation of a score over batches or runs.

    Raises:
        ValueError: no value.
    """
    if not values:
        raise ValueError("no batch was scored")
    return MeanAndStd(float(np.mean(values)), float(np.std(values)), len(values))


def _gap(simulated: Mapping[str, int], human: Mapping[str, int], tasks: list[str]) -> float:
    return abs(sum(simulated[t] for t in tasks) - sum(human[t] for t in tasks)) / len(tasks)


def _agreement(human: Answers, simulated: Answers, rng: np.random.Generator) -> float | None:
    gaps: list[float] = []
    for field, ordinals in FIELDS.items():
        theirs = ordinals.get(human.get(field) or "")
        if theirs is None:
            continue
        steps = sorted(set(ordinals.values()))
        mine = ordinals.get(simulated.get(field) or "")
        if mine is None:
            mine = int(rng.choice(steps))
        gaps.append(abs(theirs - mine) / (steps[-1] - steps[0]))
    return 100.0 * (1.0 - float(np.mean(gaps))) if gaps else None
