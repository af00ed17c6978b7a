"""Identity on real users: profiles beat text alone, by their intervals' means, on two corpora."""

from __future__ import annotations

import json
import os
from itertools import groupby
from pathlib import Path

import polars as pl
import pytest

from persona_extract.dimensions.read import pool_conversations, turn_readings
from persona_extract.fidelity.identity import IdentityResult, identity
from persona_extract.records.tables import TURNS

SHARED = Path(
    os.environ.get("PERSONA_EXTRACT_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)
REALHUMANEVAL = SHARED / "data" / "realhumaneval" / "sample.jsonl"
STAR = SHARED / "data" / "star" / "dialogues"

Said = list[tuple[str, str]]  # (speaker, text)


def turns_of(user: str, conversation: str, said: Said) -> list[dict[str, object]]:
    """TURNS rows of one conversation; messages of one speaker in a row are taken one by one."""
    user_turns = [i for i, (who, text) in enumerate(said) if who == "user" and text.strip()]
    rows: list[dict[str, object]] = []
    for k, i in enumerate(user_turns):
        after = [text for who, text in said[i + 1 :] if who != "user"]
        before = said[i - 1] if i else ("user", "")
        rows.append(
            {
                "user_key": user,
                "conversation_id": conversation,
                "turn": k,
                "n_turns": len(user_turns),
                "text": said[i][1],
                "opening_text": said[user_turns[0]][1] if k else None,
                "previous_text": said[user_turns[k - 1]][1] if k else None,
                "assistant_before": before[1] if before[0] != "user" else None,
                "assistant_after": after[0] if after else None,
            }
        )
    return rows


def realhumaneval() -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for line in REALHUMANEVAL.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        said = [(m["role"], m["content"] or "") for m in record["conversation"]]
        rows += turns_of(record["hashed_ip"], record["conversation_hash"], said)
    return pl.DataFrame(rows, schema=TURNS).sort("user_key", "conversation_id", "turn")


def star(*, scripted: bool | None = None) -> pl.DataFrame:
    """All dialogues, or those whose user was (not) told how to behave."""
    rows: list[dict[str, object]] = []
    for path in sorted(STAR.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        guided = any(event.get("Agent") == "UserGuide" for event in record["Events"])
        if scripted not in (None, guided or not record["Scenario"]["Happy"]):
            continue
        said: Said = []
        for (agent, action), events in groupby(
            record["Events"], key=lambda e: (e.get("Agent"), e.get("Action"))
        ):
            if (agent, action) == ("User", "utter"):
                said += [("user", e["Text"]) for e in events]
            elif agent == "Wizard" and action in ("utter", "pick_suggestion"):
                said += [("assistant", e["Text"]) for e in events]
        rows += turns_of(record["AnonymizedUserWorkerID"], str(record["DialogueID"]), said)
    return pl.DataFrame(rows, schema=TURNS).sort("user_key", "conversation_id", "turn")


def measure(turns: pl.DataFrame) -> IdentityResult:
    return identity(pool_conversations(turn_readings(turns)), turns, seed=0, bootstrap=1000)


@pytest.mark.skipif(not REALHUMANEVAL.exists(), reason=f"{REALHUMANEVAL} is absent")
def test_profiles_identify_programmers_better_than_their_text() -> None:
    result = measure(realhumaneval())
    assert (result.n_users, result.n_conversations) == (75, 299)
    assert result.auc >= 0.845 and result.auc_low >= 0.81
    assert result.baselines["char"].auc == pytest.approx(0.65, abs=0.03)
    assert result.baselines["word"].auc == pytest.approx(0.66, abs=0.03)
    assert result.auc_low > max(result.baselines[kind].auc_high for kind in ("char", "word"))


@pytest.mark.skipif(not STAR.exists(), reason=f"{STAR} is absent")
def test_profiles_identify_service_customers_better_than_their_text() -> None:
    result = measure(star())
    assert (result.n_users, result.n_conversations) == (76, 886)
    assert result.auc_low > max(result.baselines[kind].auc_high for kind in ("char", "word"))


@pytest.mark.skipif(not STAR.exists(), reason=f"{STAR} is absent")
@pytest.mark.parametrize("scripted", [False, True])
def test_customers_are_found_in_natural_and_in_scripted_dialogues(scripted: bool) -> None:
    result = measure(star(scripted=scripted))
    assert result.auc >= 0.85
    assert result.auc_low > max(result.baselines[kind].auc_high for kind in ("char", "word"))


@pytest.mark.skipif(not REALHUMANEVAL.exists(), reason=f"{REALHUMANEVAL} is absent")
def test_shuffled_owners_are_at_chance() -> None:
    turns = realhumaneval()
    readings = pool_conversations(turn_readings(turns))
    found: list[float] = []
    for seed in range(4):
        pairs = turns.select("user_key", "conversation_id").unique().sort("conversation_id")
        owners = pairs.with_columns(user_key=pairs["user_key"].shuffle(seed))
        mixed = [
            frame.drop("user_key").join(owners, on="conversation_id").select(frame.columns)
            for frame in (readings, turns)
        ]
        found.append(identity(*mixed, seed=seed, bootstrap=0).auc)
    assert sum(found) / len(found) == pytest.approx(0.5, abs=0.035)
