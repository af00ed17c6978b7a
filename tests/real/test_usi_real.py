"""The User-Sim Index equals what its authors' own scorer gave, to 1e-9."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from persona_extract.fidelity.usi.features import usi_features
from persona_extract.fidelity.usi.phrases import frozen_difficulty, phrases
from persona_extract.fidelity.usi.scores import (
    FEATURES,
    combine,
    dimension_scores,
    ece,
    eval_agreement,
    mean_row,
    over_batches,
    scored_features,
)
from persona_extract.fidelity.usi.survey import FIELDS
from persona_extract.records.tables import TRANSCRIPTS
from tests.unit.fidelity.usi_oracle import conversation_features

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data"
GOLDEN = DATA / "usi_reference"

pytestmark = pytest.mark.skipif(not GOLDEN.exists(), reason=f"{GOLDEN} is not here")

LABELS = sorted(
    found.stem.removeprefix("golden_features_") for found in GOLDEN.glob("golden_features_*.jsonl")
)
NAMES = [*scored_features(), "n_turns"]
DIMENSIONS = {"D1": "D1_conv", "D2": "D2_info", "D3": "D3_clarif", "D4": "D4_react"}
COLUMNS = {
    "user_words_per_turn": "user_wds_per_turn",
    "verbosity_cv": "verbosity_cv",
    "id_density": "id_density",
    "opening_words": "opening_words",
    "n_turns": "turns",
}
"""Features whose mean stands in the golden rows as it is; the others stand in per cent."""


@pytest.mark.parametrize("label", LABELS)
def test_features_of_every_conversation(label: str) -> None:
    golden = {
        entry["id"]: entry
        for entry in map(json.loads, _lines(GOLDEN / f"golden_features_{label}.jsonl"))
    }
    found = features(label)
    assert set(found["conversation_id"]) == set(golden)
    for row in found.to_dicts():
        wanted = golden[row["conversation_id"]]
        assert {n: row[n] for n in NAMES} == pytest.approx(wanted["features"], abs=1e-9)
        assert row["reward"] == pytest.approx(wanted["reward"])


@pytest.mark.parametrize("label", LABELS)
def test_features_of_the_oracle(label: str) -> None:
    names = [*NAMES, "n_user_turns"]
    found = {row["conversation_id"]: row for row in features(label).to_dicts()}
    for row in transcripts(label).to_dicts():
        wanted = conversation_features(row["messages"], human=row["human"])
        mine = {n: found[row["conversation_id"]][n] for n in names}
        assert mine == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("label", LABELS)
def test_rows(label: str) -> None:
    golden = _read("golden_rows.json")[label]
    row = mean_row(features(label))
    for name in NAMES:
        column = COLUMNS.get(name, name.removesuffix("_rate") + "_pct")
        scale = 1 if name in COLUMNS else 100
        assert scale * row[name] == pytest.approx(golden[column], abs=1e-9), name
    assert features(label).height == golden["n"]


def test_dice_of_every_pair() -> None:
    pairs = _read("golden_dice_pairs.json")
    rows = {label: mean_row(features(label)) for label in LABELS}
    assert len(pairs) >= len(LABELS)
    for pair, golden in pairs.items():
        reference, candidate = pair.split("||")
        found = dimension_scores(rows[reference], rows[candidate])
        assert {DIMENSIONS[d]: v for d, v in found.items()} == pytest.approx(golden, abs=1e-9)


def test_calibration_errors() -> None:
    cases = _read("golden_ece.json")
    assert cases
    for case in cases:
        assert ece(case["sim"], case["hum"]) == pytest.approx(case["ece"], abs=1e-9)


def test_agreement_of_surveys() -> None:
    cases = _read("golden_eval.json")
    pairs = [(_answers(case["human"]), _answers(case["llm"])) for case in cases]
    found = eval_agreement(pairs, np.random.default_rng(42))
    assert found == pytest.approx([case["agreement"] for case in cases], abs=1e-9)


def test_facts_of_the_index() -> None:
    facts = _read("definitions.json")
    assert facts["field_ordinal"] == FIELDS
    assert list(facts["field_ordinal"]) == list(FIELDS)
    assert {DIMENSIONS[d]: list(names) for d, names in FEATURES.items()} == facts["dimension_keys"]
    assert dict(frozen_difficulty()) == _read("tau_usi_difficulty.json")["difficulty"]
    lists = json.loads((SHARED / "spec" / "usi_lexicon.json").read_text(encoding="utf-8"))
    assert {name: list(phrases(name)) for name in lists["phrases"]} == lists["phrases"]


def test_published_indices_recompute() -> None:
    published = _read("published_numbers.json")
    rows = [*published["v1_table_rows"].values()]
    rows += published["authors_replication_2026_03_05"].values()
    for row in rows:
        assert combine(row, row["Eval"], row["ECE"]) == pytest.approx(row["USI"], abs=0.1)
    exact = published["odyssim_golden_regression_osim-8b-v6"]
    batch = combine(exact, exact["Eval"], exact["ECE"])
    assert batch == pytest.approx(exact["USI"], abs=1e-9)
    assert batch is not None and over_batches([batch, batch]).std == 0


@cache
def features(label: str) -> pl.DataFrame:
    return usi_features(transcripts(label))


@cache
def transcripts(label: str) -> pl.DataFrame:
    """The conversations behind a label of golden values, under the ids that those have."""
    if label == "simulatorarena_doc_human":
        rows = _sessions()
    elif label.startswith("gpt4o_airline_trial"):
        runs = _json(DATA / "tau_bench" / "gpt-4o-airline.json")
        rows = [
            _row(f"airline_{run['task_id']}", run["traj"], run["reward"])
            for run in runs
            if run["trial"] == int(label[-1])
        ]
    else:
        name = label.removeprefix("tautrait_")
        file = DATA / "tau_trait" / f"{name}.json"
        rows = [
            _row(f"{name}_{run['task_id']}_{run['trial']}", run["traj"], run["reward"])
            for run in _json(file)
        ]
    return pl.DataFrame(rows, schema=TRANSCRIPTS)


def _sessions() -> list[dict[str, Any]]:
    file = DATA / "simulatorarena" / "document_creation_annotations_for_benchmarking.json"
    return [
        _row(
            f"doc_{at}",
            [
                {"role": role, "content": content}
                for turn in zip(session["user_queries"], session["ai_responses"], strict=True)
                for role, content in zip(("user", "assistant"), turn, strict=True)
            ],
            0,
            human=True,
        )
        for at, session in enumerate(_json(file))
    ]


def _row(
    name: str, messages: list[Mapping[str, Any]], reward: float, *, human: bool = False
) -> dict[str, Any]:
    return {
        **dict.fromkeys(TRANSCRIPTS),
        "conversation_id": name,
        "human": human,
        "reward": reward,
        "messages": [{"role": m["role"], "content": m.get("content")} for m in messages],
    }


def _answers(entry: Mapping[str, Any]) -> dict[str, str | None]:
    return {field: (given or {}).get("answer") for field, given in entry["survey"].items()}


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _read(name: str) -> Any:
    return _json(GOLDEN / name)
