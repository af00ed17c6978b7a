"""Arms on made-up people whose manners are known."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl
import pytest

from persona_extract.dialogue import converse, echo
from persona_extract.dimensions.read import pool_conversations, pool_users, turn_readings
from persona_extract.fidelity.arms import ARMS, Play, Played, play_arms, simulated_turns
from persona_extract.fidelity.cases import STRATA, Case, cases
from persona_extract.fidelity.compare import attributions, compare_arms
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Message
from persona_extract.records.settings import SimulateSettings
from persona_extract.simulators import find_simulator
from tests.unit.fidelity.people import turns_of
from tests.unit.simulators.people import profile

SETTINGS = SimulateSettings()
TASKS = ["sort the list", "open the file", "plot the data", "name the parts", "fix the loop"]


def manner(user: int, text: str) -> str:
    """Three manners: all small, shouting marks, careful."""
    match user % 3:
        case 0:
            return text
        case 1:
            return f"{text.capitalize()} please!!"
        case _:
            return f"Hello, {text}."


def people(n: int = 9, talks: int = 3) -> dict[str, list[list[str]]]:
    return {
        f"u{u}": [
            [manner(u, f"{TASKS[(u + c + t) % 5]} of {TASKS[(c * 2 + t) % 5]}") for t in range(3)]
            for c in range(talks)
        ]
        for u in range(n)
    }


def own_profile(case: Case) -> Profile:
    pooled = pool_users(pool_conversations(turn_readings(case.evidence)))
    pairs = pooled.select("dimension", "value").iter_rows()
    values = {name: value for name, value in pairs if not name.endswith("_words")}
    return profile(user_key=f"{int(case.user_key[1:]):016x}", **values)


def play() -> Play:
    return partial(converse, find_simulator("agenda"), assistant=echo)


@pytest.fixture(scope="module")
def turns() -> pl.DataFrame:
    return turns_of(people() | {f"u{20 + i}": [["do this", "more"] * 4] for i in range(3)})


@pytest.fixture(scope="module")
def played(turns: pl.DataFrame) -> tuple[Played, ...]:
    return play_arms(cases(turns, SETTINGS, seed=0), own_profile, play(), SETTINGS, seed=0)


def test_every_case_has_every_arm_and_one_seed(played: tuple[Played, ...]) -> None:
    by_case: dict[str, list[Played]] = {}
    for one in played:
        by_case.setdefault(one.case.id, []).append(one)
    for arms in by_case.values():
        assert tuple(one.arm for one in arms) == ARMS
        assert len({one.transcript.seed for one in arms}) == 1


def test_nobody_is_shuffled_with_themselves_or_another_stratum(played: tuple[Played, ...]) -> None:
    key = {one.case.user_key: f"p_{int(one.case.user_key[1:]):016x}" for one in played}
    stratum = {key[one.case.user_key]: one.case.stratum for one in played}
    for one in played:
        given = one.transcript.profile
        if one.arm == "plain":
            assert given is None
            continue
        assert given is not None
        assert (given == key[one.case.user_key]) == (one.arm == "grounded")
        assert stratum[given] == one.case.stratum


def test_a_mapping_of_profiles_does_as_well(
    turns: pl.DataFrame, played: tuple[Played, ...]
) -> None:
    found = cases(turns, SETTINGS, seed=0)
    profiles = {case.id: own_profile(case) for case in found}
    again = play_arms(found, profiles, play(), SETTINGS, seed=0)
    assert [a.transcript for a in again] == [p.transcript for p in played]


def test_held_out_words_change_no_profile(turns: pl.DataFrame) -> None:
    case = cases(turns, SETTINGS, seed=0)[0]
    held = pl.col("conversation_id") == case.held["conversation_id"][0]
    rewritten = turns.with_columns(
        pl.when(held).then(pl.lit("WHAT? Other things!!")).otherwise("text").alias("text")
    )
    again = next(c for c in cases(rewritten, SETTINGS, seed=0) if c.id == case.id)
    assert own_profile(again) == own_profile(case)


def test_simulated_turns_read_like_real_ones(played: tuple[Played, ...]) -> None:
    table = simulated_turns(played)
    assert table["conversation_id"].n_unique() == len(played)
    one = next(p for p in played if p.case.stratum == STRATA[1] and p.arm == "plain")
    rows = table.filter(pl.col("conversation_id") == f"plain/{one.case.id}")
    assert rows["turn"].to_list()[0] == one.case.evidence.height
    assert rows["n_turns"].unique().to_list() == [one.case.evidence.height + rows.height]
    assert rows["opening_text"].unique().to_list() == [one.case.evidence["text"][0]]
    assert rows["previous_text"][0] == one.case.evidence["text"][-1]
    assert rows["assistant_before"][0] == one.case.heard
    opened = table.filter(pl.col("turn") == 0)
    assert opened["opening_text"].null_count() == opened.height > 0
    assert opened["assistant_after"].null_count() == 0


def test_the_grounded_arm_is_nearest_and_is_recognised(
    turns: pl.DataFrame, played: tuple[Played, ...]
) -> None:
    several, one = compare_arms(played, turn_readings(turns), seed=0)
    assert (several.name, one.name) == STRATA
    assert (several.n_cases, several.n_users) == (27, 9)
    plain, grounded, shuffled = several.arms
    assert grounded.distance.value < min(plain.distance.value, shuffled.distance.value)
    assert grounded.attribution.value > max(plain.attribution.value, shuffled.attribution.value)
    assert all(contrast.distance.high < 0 for contrast in several.contrasts)
    difference = grounded.distance.value - plain.distance.value
    assert several.contrasts[0].distance.value == pytest.approx(difference, abs=2e-6)
    for arm in several.arms:
        assert arm.distance.low <= arm.distance.value <= arm.distance.high
    assert set(several.by_dimension) == set(ARMS)
    assert len({tuple(dims) for dims in several.by_dimension.values()}) == 1


def test_real_turns_as_simulated_ones_are_at_no_distance(
    turns: pl.DataFrame, played: tuple[Played, ...]
) -> None:
    def replayed(one: Played) -> Played:
        messages = [Message(role="user", content=text) for text in one.case.held["text"]]
        return Played(one.case, one.arm, one.transcript.model_copy(update={"messages": messages}))

    own = [replayed(one) for one in played if one.case.stratum == STRATA[0]]
    (stratum,) = compare_arms(own, turn_readings(turns), seed=0)
    style = ("lowercase_start", "exclamation", "please", "turn_words")
    assert all(stratum.by_dimension["plain"][name] == 0 for name in style)


def test_the_same_seed_gives_the_same_document(
    turns: pl.DataFrame, played: tuple[Played, ...]
) -> None:
    readings = turn_readings(turns)
    mixed = readings.sample(fraction=1, shuffle=True, seed=1)
    one, other = compare_arms(played, readings, seed=4), compare_arms(played, mixed, seed=4)
    assert [s.model_dump_json() for s in one] == [s.model_dump_json() for s in other]


def test_who_says_nothing_of_their_own_is_attributed_by_chance(
    played: tuple[Played, ...],
) -> None:
    own = [one for one in played if one.case.stratum == STRATA[0]]
    mute = [
        Played(one.case, one.arm, one.transcript.model_copy(update={"messages": []})) for one in own
    ]
    users = sorted({one.case.user_key for one in own})
    assert all(np.all(values == 0.5) for values in attributions(mute, users).values())
