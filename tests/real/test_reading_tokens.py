"""What reading real conversations would cost, in tokens per user. Nobody is asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from persona_extract.records.settings import ReadSettings

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))

sys.path.insert(0, str(ROOT / "benchmarks"))

import reading
from corpora import PLACES, corpus_turns

pytestmark = pytest.mark.skipif(
    not all((SHARED / place).exists() for place in PLACES.values()),
    reason=f"{SHARED} does not hold the samples",
)


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
def test_tokens_against_the_naive_way(corpus: str, ratio: float, shown: float) -> None:
    ways = reading.measure(corpus_turns(SHARED, corpus), ReadSettings())
    ours, left_out = ways["ours"], ways["naive, one left out"]
    assert 0.8 * ratio < ours.ratio <= ratio
    assert 0.8 * shown < ours.fresh_ratio <= shown
    assert ours.tokens < left_out.tokens  # the naive way cannot leave a conversation out for less
    assert ways["naive"].tokens < ways["naive with answers"].tokens
