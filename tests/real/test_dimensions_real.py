"""The table of how far dimensions can be trusted is what the real corpora and labels give."""

from __future__ import annotations

import csv
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
PLACES = (
    "data/wildchat/sample.jsonl",
    "data/realhumaneval/sample.jsonl",
    "data/star/dialogues",
)
ABSENT = [place for place in PLACES if not (SHARED / place).exists()]
COUNTS = ("realhumaneval_users", "star_users", "n_predicted", "n_labelled")

Row = dict[str, str]


def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """benchmarks/dimensions.py as a module; it finds its neighbour as when it is run."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location(
        "dimensions_script", ROOT / "benchmarks" / "dimensions.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(bool(ABSENT), reason=f"absent in {SHARED}: {', '.join(ABSENT)}")
def test_the_table_is_what_the_corpora_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts to the turn; figures within 0.02, as sums may differ in the last bits elsewhere."""
    module = script(monkeypatch)
    computed: list[Row] = module.compute_table(SHARED)
    committed: list[Row] = list(csv.DictReader(module.TABLE.read_text("utf-8").splitlines()))
    assert [row["name"] for row in computed] == [row["name"] for row in committed]
    for now, before in zip(computed, committed, strict=True):
        for column in module.COLUMNS[1:]:
            fresh, kept = now.get(column, ""), before[column]
            where = f"{now['name']} {column}: {kept} in the table, {fresh} now"
            if column in COUNTS or not fresh or not kept:
                assert fresh == kept, where
            else:
                assert float(fresh) == pytest.approx(float(kept), abs=0.02), where


def test_labels_hold_no_text() -> None:
    """Names of labels, keys and numbers only."""
    path = ROOT / "benchmarks" / "labels" / "turns.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    codebook = (path.parent / "README.md").read_text("utf-8")
    known = {line.split("|")[1].strip() for line in codebook.splitlines() if line.startswith("| ")}
    assert len(rows) >= 400
    assert len({(row["file"], row["conversation"], row["turn"]) for row in rows}) == len(rows)
    for row in rows:
        given = {name for column in ("first", "second", "label") for name in row[column].split()}
        assert given <= known
        assert set(row["first"].split()) & set(row["second"].split()) <= set(row["label"].split())
        assert row["file"] in ("wildchat", "realhumaneval", "star")
        assert float(row["weight"]) >= 1 and row["sample"] in ("1", "2")
