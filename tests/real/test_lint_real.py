"""Scenario files of tau-bench, tau2-bench and tau-trait: counts only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from persona_extract.pipeline.linting import lint_pack
from persona_extract.pipeline.scenarios import read_scenarios
from persona_extract.pipeline.steps import Silent

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared")) / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data at {DATA}")

FILES = {
    "tau2/gpt-4.1_airline_default_gpt-4.1_1trials.json": ("tau2-bench tasks", 20),
    "tau2/gpt-4.1_retail_default_gpt-4.1_1trials.json": ("tau2-bench tasks", 40),
    "tau2/gpt-4.1_telecom_default_gpt-4.1_1trials.json": ("tau2-bench tasks", 40),
    "tau2/edge_cases/gpt-4.1_telecom_default_0_simulations.json": ("tau2-bench tasks", 1),
    "tau2/qwen2.5-7b_airline_default_gpt-4.1-2025-04-14_1trials.json": ("tau2-bench tasks", 50),
    "tau_bench/gpt-4o-airline.json": ("tau-bench results", 50),
    "tau_trait/impatience_retail.json": ("tau-bench results", 120),
    "tau_trait/impatience_telehealth.json": ("tau-bench results", 20),
    "tau_trait/telecom_none.json": ("tau-bench results", 18),
}


@pytest.mark.parametrize("name", FILES)
def test_every_task_is_a_scenario(name: str) -> None:
    found = read_scenarios(DATA / name)
    assert (found.recognised, len(found.scenarios)) == FILES[name]
    assert not found.skipped
    assert all(one.scenario.requests and one.text for one in found.scenarios)


def test_the_demo_pack_contradicts_tasks_that_prescribe_manner() -> None:
    file = DATA / "tau_trait/impatience_retail.json"
    found = lint_pack(ROOT / "profiles" / "demo", file, Silent())
    counts = {(one.kind, one.severity): one.scenarios for one in found.counts}
    assert 40 <= counts["manner", "contradiction"] <= 80
    assert 60 <= counts["manner", "interference"] <= 120
