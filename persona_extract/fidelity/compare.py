"""How near each arm comes to the real person, on held-out turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.levels import population
from persona_extract.dimensions.read import (
    TURN_KEYS,
    pool_conversations,
    pool_users,
    turn_readings,
)
from persona_extract.fidelity.arms import ARMS, Arm, Played, said_by_user, simulated_turns
from persona_extract.fidelity.cases import STRATA, Case, StratumName
from persona_extract.fidelity.handwriting import similarities
from persona_extract.fidelity.resampling import DIGITS, Draws, Floats, draw_users
from persona_extract.records.results import ArmContrast, ArmResult, Stratum

CONTRASTS: tuple[tuple[Arm, Arm], ...] = (("grounded", "plain"), ("grounded", "shuffled"))

PROTOCOL = {
    "several conversations": "Whole conversations are held out; the profile is from the user's "
    "others.",
    "one conversation": "The second half of the only conversation is held out; the profile is from "
    "the first. Both halves share their topic, which lifts attribution in every arm.",
}
MOST = 3.0
"""Standard deviations that a difference counts for at the most: where hardly any two people differ,
one habit would else outweigh all others together."""

_HOW = (
    "Simulated and real turns are pooled over a user's cases and compared dimension by dimension,"
    f" in standard deviations between users, at most {MOST:g}, where the real turns and those of"
    " every arm define the dimension. Attribution ranks the user's other turns among all users' by"
    " runs of three and four letters, a second, partly independent measure."
)


def compare_arms(
    played: Sequence[Played],
    readings: pl.DataFrame,
    *,
    seed: int,
    users: pl.DataFrame | None = None,
) -> tuple[Stratum, ...]:
    """One result a stratum that has cases, and in it something to compare for somebody: another
    user, and a dimension that the real turns and those of every arm define.

    Args:
        played: what `play_arms` gave.
        readings: turn readings (`dimensions.read.turn_readings`) of real turns; the held-out ones
            are looked up in it.
        seed: of the bootstrap.
        users: `USER_READINGS` of all users of the run: they give the spread between users. None
            pools the readings.
    """
    simulated = turn_readings(simulated_turns(played))
    spread = _spread(pool_users(pool_conversations(readings)) if users is None else users)
    found = (
        _stratum(name, own, readings, simulated, spread, seed)
        for name in STRATA
        if (own := [one for one in played if one.case.stratum == name])
    )
    return tuple(stratum for stratum in found if stratum is not None)


def _spread(users: pl.DataFrame) -> dict[str, float]:
    """Standard deviation between users of each dimension on which they differ and which says what
    a simulator is to do: it is not told how often to write "of"."""
    levels = population(users).filter(pl.col("sd") > 0).select("dimension", "sd").sort("dimension")
    return {name: sd for name, sd in levels.rows() if find_dimension(name).directives}


def _stratum(
    name: StratumName,
    played: Sequence[Played],
    readings: pl.DataFrame,
    simulated: pl.DataFrame,
    spread: dict[str, float],
    seed: int,
) -> Stratum | None:
    cases = list({one.case.id: one.case for one in played}.values())
    users = sorted({case.user_key for case in cases})
    if len(users) < 2 or not spread:
        return None
    real = _means(_held(readings, cases), users, spread)
    shown: dict[Arm, Floats] = {
        arm: _means(_of(simulated, arm, cases), users, spread) for arm in ARMS
    }
    gaps = _gaps(real, shown, spread)
    sides = np.array([find_dimension(name).formal for name in spread], dtype=np.float64)
    formal: dict[Arm, Floats] = {
        arm: _row_means(gaps[arm][:, sides != 0] * sides[sides != 0]) for arm in ARMS
    }
    if any(np.isnan(values).all() for values in formal.values()):
        return None
    right = attributions(played, users)
    draws = draw_users(len(users), seed=seed)
    return Stratum(
        name=name,
        protocol=f"{PROTOCOL[name]} {_HOW}",
        n_cases=len(cases),
        n_users=len(users),
        arms=_results(right, gaps, formal, draws),
        contrasts=[
            ArmContrast(
                arm=arm,
                against=other,
                distance=draws.interval(_distance(gaps[arm]) - _distance(gaps[other])),
                attribution=draws.interval(right[arm] - right[other]),
            )
            for arm, other in CONTRASTS
        ],
        by_dimension={arm: _by_dimension(gaps[arm], list(spread)) for arm in ARMS},
    )


def _results(
    right: dict[Arm, Floats],
    gaps: dict[Arm, Floats],
    formal: dict[Arm, Floats],
    draws: Draws,
) -> list[ArmResult]:
    return [
        ArmResult(
            arm=arm,
            distance=draws.interval(_distance(gaps[arm])),
            attribution=draws.interval(right[arm]),
            formal=draws.interval(formal[arm]),
        )
        for arm in ARMS
    ]


def attributions(played: Sequence[Played], users: Sequence[str]) -> dict[Arm, Floats]:
    """Mean AUC of each user's cases, per arm: share of the other users whose real turns are less
    like the simulated ones than the user's own other turns are.

    What stands for a user never holds the turns under test: it is the evidence of the case for
    the user of the case, and the mean over the evidence of all their cases for the others.
    """
    cases = list({one.case.id: one.case for one in played}.values())
    scores = similarities(
        [said_by_user(one.transcript) for one in played],
        ["\n".join(case.evidence["text"]) for case in cases],
    )
    at = {user: i for i, user in enumerate(users)}
    owner = np.array([at[case.user_key] for case in cases])
    member = np.eye(len(users))[owner]
    by_user = scores @ (member / member.sum(axis=0))
    column = {case.id: i for i, case in enumerate(cases)}
    found: dict[Arm, list[list[float]]] = {arm: [[] for _ in users] for arm in ARMS}
    for row, one in enumerate(played):
        me = at[one.case.user_key]
        others = np.delete(by_user[row], me)
        own = scores[row, column[one.case.id]]
        auc = float(((others < own) + 0.5 * (others == own)).mean())
        found[one.arm][me].append(auc)
    means: dict[Arm, Floats] = {
        arm: np.array([float(np.mean(aucs)) for aucs in found[arm]]) for arm in ARMS
    }
    return means


def _held(readings: pl.DataFrame, cases: Sequence[Case]) -> pl.DataFrame:
    keys = pl.concat([case.held.select(TURN_KEYS) for case in cases])
    return readings.join(keys, on=TURN_KEYS, how="semi", maintain_order="left")


def _of(simulated: pl.DataFrame, arm: Arm, cases: Sequence[Case]) -> pl.DataFrame:
    wanted = [f"{arm}/{case.id}" for case in cases]
    return simulated.filter(pl.col("conversation_id").is_in(wanted))


def _means(wide: pl.DataFrame, users: list[str], spread: dict[str, float]) -> Floats:
    """Mean over turns, shape (users, dimensions); NaN where no turn defines the dimension."""
    means = wide.group_by("user_key").agg(pl.col(list(spread)).mean())
    order = pl.DataFrame({"user_key": users})
    joined = order.join(means, on="user_key", how="left", maintain_order="left")
    return joined.select(pl.col(list(spread)).fill_null(float("nan"))).to_numpy()


def _gaps(real: Floats, shown: dict[Arm, Floats], spread: dict[str, float]) -> dict[Arm, Floats]:
    """Simulated minus real in standard deviations, at most `MOST` either way; NaN in all arms
    where one lacks it."""
    sd = np.array(list(spread.values()))
    lacking = np.isnan(np.stack([real, *shown.values()])).any(axis=0)

    def gap(means: Floats) -> Floats:
        return np.where(lacking, np.nan, np.clip((means - real) / sd, -MOST, MOST))

    return {arm: gap(means) for arm, means in shown.items()}


def _distance(gap: Floats) -> Floats:
    return _row_means(np.abs(gap))


def _row_means(values: Floats) -> Floats:
    """Mean of each row over what is there; NaN for a row of nothing."""
    n = (~np.isnan(values)).sum(axis=1)
    return np.where(n > 0, np.nansum(values, axis=1) / np.maximum(n, 1), np.nan)


def _by_dimension(gap: Floats, names: list[str]) -> dict[str, float]:
    means = _row_means(np.abs(gap).T)
    pairs = zip(names, means, strict=True)
    return {name: round(float(mean), DIGITS) for name, mean in pairs if not np.isnan(mean)}
