"""Every file of ../shared/data as transcripts: counts, and whom the reference scorer saw."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import SourceError
from persona_extract.pipeline.transcripts import Transcripts, read_transcripts
from persona_extract.records.tables import TRANSCRIPTS, conform

BESIDE = Path(__file__).resolve().parents[2].parent / "shared"
DATA = Path(os.environ.get("PERSONA_EXTRACT_SHARED", BESIDE)) / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data at {DATA}")

FILES = {  # file -> format, conversations, messages, user messages with text, mean reward
    "tau_bench/gpt-4o-airline.json": ("tau-bench", 200, 5308, 1490, 0.42),
    "tau_trait/confusion_airline.json": ("tau-bench", 60, 2258, 785, 26 / 60),
    "tau_trait/confusion_telecom.json": ("tau-bench", 18, 676, 256, 8 / 18),
    "tau_trait/impatience_airline.json": ("tau-bench", 60, 1938, 599, 0.4),
    "tau_trait/impatience_retail.json": ("tau-bench", 120, 3892, 1096, 70 / 120),
    "tau_trait/impatience_telecom.json": ("tau-bench", 18, 548, 167, 11 / 18),
    "tau_trait/impatience_telehealth.json": ("tau-bench", 20, 738, 186, 0.35),
    "tau_trait/skeptical_airline.json": ("tau-bench", 60, 2240, 759, 0.4),
    "tau_trait/telecom_none.json": ("tau-bench", 18, 374, 123, 13 / 18),
    "tau_trait/telehealth_none.json": ("tau-bench", 20, 738, 158, 0.15),
    "tau2/gpt-4.1_airline_default_gpt-4.1_1trials.json": ("tau2-bench", 20, 510, 136, 0.5),
    "tau2/gpt-4.1_retail_default_gpt-4.1_1trials.json": ("tau2-bench", 40, 1105, 290, 0.85),
    "tau2/gpt-4.1_telecom_default_gpt-4.1_1trials.json": ("tau2-bench", 40, 2238, 456, 0.45),
    "tau2/qwen2.5-7b_airline_default_gpt-4.1-2025-04-14_1trials.json": (
        "tau2-bench",
        50,
        1632,
        506,
        0.18,
    ),
    "tau2/edge_cases/gpt-4.1_telecom_no-user_solo_1task.json": ("tau2-bench", 1, 23, 0, 1.0),
    "tau2/edge_cases/gpt-4.1_telecom_default_0_simulations.json": ("tau2-bench", 0, 0, 0, None),
    "simulatorarena/document_creation_annotations_for_benchmarking.json": (
        "SimulatorArena",
        51,
        698,
        349,
        None,
    ),
    "star/dialogues": ("star", 886, 13864, 6932, None),
    "wildchat/sample.jsonl": ("wildchat", 478, 9786, 4890, None),
    "wildchat/filter_negatives.jsonl": ("wildchat", 481, 4631, None, None),
    "realhumaneval/sample.jsonl": ("wildchat", 304, 1652, None, None),
}
HUMAN = ("simulatorarena", "star", "wildchat", "realhumaneval")


def read(name: str) -> Transcripts:
    return read_transcripts(DATA / name)


def user_texts(frame: pl.DataFrame) -> int:
    said = frame.explode("messages").drop_nulls("messages").unnest("messages")
    return said.filter(role="user")["content"].drop_nulls().len()


def test_every_file_is_listed_here() -> None:
    found = {
        path.relative_to(DATA).as_posix()
        for folder in DATA.iterdir()
        if folder.is_dir() and folder.name not in ("star", "usi_reference")
        for path in folder.rglob("*.json*")
    }
    assert found == FILES.keys() - {"star/dialogues"}


@pytest.mark.parametrize("name", FILES)
def test_counts(name: str) -> None:
    kind, conversations, messages, texts, reward = FILES[name]
    found = read(name)
    frame = conform(found.frame, TRANSCRIPTS)
    assert (found.recognised, found.skipped, found.made_up) == (kind, {}, False)
    assert (frame.height, frame["messages"].list.len().sum()) == (conversations, messages)
    assert texts is None or user_texts(frame) == texts
    assert frame["conversation_id"].n_unique() == frame.height
    assert frame["reward"].mean() == (reward if reward is None else pytest.approx(reward))
    assert (frame["human"] == name.startswith(HUMAN)).all()


@pytest.mark.parametrize("name", [name for name in FILES if FILES[name][0] == "tau-bench"])
def test_tasks_are_numbered_in_their_domain(name: str) -> None:
    frame = read(name).frame
    domain = next(d for d in ("airline", "retail", "telecom", "telehealth") if d in name)
    assert frame["task_id"].str.contains(rf"^{domain}_\d+$").all()
    assert frame.select("task_id", "trial").is_duplicated().sum() == 0


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("tau_trait")])
def test_ids_and_rewards_are_those_of_the_reference_scorer(name: str) -> None:
    golden = DATA / f"usi_reference/golden_features_tautrait_{Path(name).stem}.jsonl"
    expected = [json.loads(line) for line in golden.read_text(encoding="utf-8").splitlines()]
    frame = read(name).frame
    assert frame["conversation_id"].to_list() == [each["id"] for each in expected]
    assert frame["reward"].to_list() == [each["reward"] for each in expected]


def test_difficulties_are_known_of_all_airline_tasks() -> None:
    path = DATA / "usi_reference/tau_usi_difficulty.json"
    known = json.loads(path.read_text(encoding="utf-8"))["difficulty"]
    frame = read("tau_bench/gpt-4o-airline.json").frame
    assert set(frame["task_id"]) == {task for task in known if task.startswith("airline")}


def test_users_of_tau2_telecom_use_tools_and_say_nothing_then() -> None:
    frame = read("tau2/gpt-4.1_telecom_default_gpt-4.1_1trials.json").frame
    said = frame.explode("messages").unnest("messages").filter(role="user")
    assert said["content"].null_count() == 433


def test_people_are_told_apart() -> None:
    people = {name: read(name).frame["user_id"] for name in FILES if name.startswith(HUMAN)}
    known = {name.split("/")[0]: ids.drop_nulls().n_unique() for name, ids in people.items()}
    assert known == {"simulatorarena": 51, "star": 76, "wildchat": 0, "realhumaneval": 80}


def test_star_holds_302_dialogues_that_nobody_scripted() -> None:
    natural = read_transcripts(f"star:{DATA}/star/dialogues#natural")
    scripted = read_transcripts(f"star:{DATA}/star/dialogues#scripted")
    assert (natural.frame.height, natural.skipped) == (302, {"scripted": 584})
    assert (scripted.frame.height, scripted.skipped) == (584, {"natural": 302})
    assert natural.frame["user_id"].n_unique() == 70


@pytest.mark.parametrize("path", sorted((DATA / "usi_reference").glob("*.json*")), ids=str)
def test_files_that_hold_no_conversations_are_refused(path: Path) -> None:
    with pytest.raises(SourceError, match="of no known shape: "):
        read_transcripts(path)
