"""Arms on real people: RealHumanEval (real user ids) and WildChat (one conversation a user).

Run as a script, it prints the measurements.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from persona_extract.dialogue import converse, echo
from persona_extract.dimensions.read import (
    TURN_KEYS,
    pool_conversations,
    pool_users,
    turn_readings,
)
from persona_extract.fidelity.arms import ARMS, play_arms
from persona_extract.fidelity.cases import Case, cases
from persona_extract.fidelity.compare import attributions, compare_arms
from persona_extract.fidelity.resampling import draw_users
from persona_extract.records.profile import Profile
from persona_extract.records.results import Interval, Stratum
from persona_extract.records.settings import SimulateSettings
from persona_extract.records.tables import TURNS, conform
from persona_extract.simulators import find_simulator
from tests.unit.simulators.people import profile

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data in {DATA}")


def load(corpus: str, *, least: int) -> pl.DataFrame:
    """`TURNS` of the conversations with at least so many user turns; ids left as they are."""
    rows: list[tuple[object, ...]] = []
    for line in (DATA / corpus / "sample.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        talk = [(m["role"], m["content"] or "") for m in record["conversation"]]
        at = [i for i, (role, text) in enumerate(talk) if role == "user" and text.strip()]
        if len(at) < least:
            continue
        name = record["conversation_hash"]
        for turn, i in enumerate(at):
            before = talk[i - 1][1] if i and talk[i - 1][0] == "assistant" else None
            after = talk[i + 1][1] if talk[i + 1 :] and talk[i + 1][0] == "assistant" else None
            looks_back = (talk[at[0]][1], talk[at[turn - 1]][1]) if turn else (None, None)
            user = record["hashed_ip"] or name
            rows.append((user, name, None, turn, len(at), talk[i][1], *looks_back, before, after))
    table = conform(pl.DataFrame(rows, schema=TURNS, orient="row"), TURNS)
    return table.sort("user_key", "conversation_id", "turn")


def own_profile(case: Case, readings: pl.DataFrame) -> Profile:
    """A profile of a case's evidence: raw means and medians, nothing shrunk or selected."""
    evidence = case.evidence
    seen = readings.join(evidence.select(TURN_KEYS), on=TURN_KEYS, how="semi")
    pooled = pool_users(pool_conversations(seen))
    values = dict(pooled.select("dimension", "value").iter_rows())
    words, opening = pl.col("text").str.count_matches(r"\S+"), pl.col("turn") == 0
    medians = evidence.select(
        opening=words.filter(opening).median(),
        followup=words.filter(~opening).median(),
        patience=pl.col("n_turns").filter(opening).median(),
    ).row(0)
    first, later, patience = medians
    return profile(
        user_key=case.id,
        opening_words=max(1, round(first or later)),
        followup_words=max(1, round(later or first)),
        turns=max(1, round(patience or 1)),
        thanks_at_end=values.get("closing_thanks", 0.0),
        **{name: value for name, value in values.items() if not name.endswith("_words")},
    )


def measure(
    corpus: str, *, least: int, seed: int = 0
) -> tuple[list[Stratum], dict[str, Interval], float]:
    """The strata, the paired gains in attribution of the largest one, and seconds spent."""
    turns, settings = load(corpus, least=least), SimulateSettings()
    readings = turn_readings(turns)
    found = cases(turns, settings, seed=seed)
    profiles = {case.id: own_profile(case, readings) for case in found}
    start = time.perf_counter()
    play = partial(converse, find_simulator("agenda"), assistant=echo)
    played = play_arms(found, profiles, play, settings, seed=seed)
    strata = list(compare_arms(played, readings, seed=0))
    spent = time.perf_counter() - start
    most = max(strata, key=lambda s: s.n_cases).name
    own = [one for one in played if one.case.stratum == most]
    users = sorted({one.case.user_key for one in own})
    right, draws = attributions(own, users), draw_users(len(users), seed=0)
    gains = {arm: draws.interval(right["grounded"] - right[arm]) for arm in ("plain", "shuffled")}
    return strata, gains, spent


def test_own_profiles_beat_none_and_others_on_real_people() -> None:
    strata, gains, _ = measure("realhumaneval", least=1)
    several = next(s for s in strata if s.name == "several conversations")
    plain, grounded, shuffled = several.arms
    assert [arm.arm for arm in several.arms] == list(ARMS)
    assert (several.n_users, several.n_cases) == (75, 200)
    assert all(contrast.distance.high < 0 for contrast in several.contrasts)
    # Letters alone tell less than wording as typed: against no profile the interval touches zero.
    assert gains["shuffled"].low > 0
    assert gains["plain"].value > 0
    assert abs(grounded.formal.value) < 0.5 * abs(plain.formal.value)
    assert grounded.distance.value < 0.9 * min(plain.distance.value, shuffled.distance.value)


def test_second_halves_of_single_conversations_are_nearer_with_the_own_profile() -> None:
    strata, _, _ = measure("wildchat", least=3)
    one = next(s for s in strata if s.name == "one conversation")
    assert one.n_cases == one.n_users == 200
    assert all(contrast.distance.high < 0 for contrast in one.contrasts)


def _lines(corpus: str, least: int) -> Iterator[str]:
    strata, gains, spent = measure(corpus, least=least)
    yield f"{corpus}, at least {least} user turns: {spent:.1f} s"
    for stratum in strata:
        yield f"  {stratum.name}: {stratum.n_cases} cases, {stratum.n_users} users"
        for arm in stratum.arms:
            found = (arm.distance, arm.attribution, arm.formal)
            yield f"    {arm.arm:9} " + " ".join(f"{_text(i):28}" for i in found)
        for contrast in stratum.contrasts:
            yield f"    distance {contrast.arm} - {contrast.against}: {_text(contrast.distance)}"
    for arm, gain in gains.items():
        yield f"    attribution grounded - {arm}: {_text(gain)}"


def _text(found: Interval) -> str:
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


if __name__ == "__main__":
    for corpus, least in (("realhumaneval", 1), ("realhumaneval", 3), ("wildchat", 3)):
        sys.stdout.write("\n".join(_lines(corpus, least)) + "\n")
