"""What reading real conversations would cost, in tokens per user. Nobody is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
NEEDED = ("wildchat/sample.jsonl", "realhumaneval/sample.jsonl", "star/dialogues")

pytestmark = pytest.mark.skipif(
    not all((SHARED / "data" / place).exists() for place in NEEDED),
    reason=f"{SHARED} does not hold the samples",
)

Ways = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def measured() -> dict[str, Ways]:
    """What the benchmark says: figures by corpus and way of reading."""
    command = [sys.executable, "benchmarks/reading.py", "--json", "--shared", str(SHARED)]
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=paths, check=True, text=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)["corpora"]


@pytest.mark.parametrize(
    ("corpus", "ratio", "shown"),
    [
        # input tokens against all of a user's turns in one prompt: of all, and without the
        # instructions that every call repeats
        ("wildchat", 0.70, 0.45),
        ("realhumaneval", 1.40, 0.65),
        ("star", 3.80, 1.45),
    ],
)
def test_tokens_against_the_naive_way(
    measured: dict[str, Ways], corpus: str, ratio: float, shown: float
) -> None:
    ways = measured[corpus]
    ours, left_out = ways["ours"], ways["naive, one left out"]
    assert 0.8 * ratio < ours["ratio"] <= ratio
    assert 0.8 * shown < ours["fresh_ratio"] <= shown
    assert ours["tokens"] < left_out["tokens"]  # leaving one out costs the naive way more
    assert ways["naive"]["tokens"] < ways["naive with answers"]["tokens"]
