"""Measures the dimensions: how reliable they are, and how valid those that read meaning.

    python benchmarks/dimensions.py [--shared ../shared] [--write]

Reads RealHumanEval, STAR and the WildChat sample in the shared folder and the labels in
`benchmarks/labels/turns.csv`, prints what differs from `persona_extract/dimensions/measured.csv`,
and writes that table if asked to. Exits with 1 if the table is stale and was not written.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from pathlib import Path

import polars as pl
from corpora import PLACES, corpus_turns

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions._acts import ACTS
from persona_extract.dimensions.measured import COLUMNS, CORPORA, Reliability
from persona_extract.dimensions.read import pool_conversations, turn_readings
from persona_extract.fidelity.reliability import reliabilities
from persona_extract.fidelity.validity import kappa, validity

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "persona_extract" / "dimensions" / "measured.csv"
LABELS = ROOT / "benchmarks" / "labels" / "turns.csv"
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
SEED = 0
TURN = ["file", "conversation", "turn"]
_PASSES = ("first", "second", "label")

Row = dict[str, str]


def main() -> None:
    asked = _arguments()
    absent = [place for place in PLACES.values() if not (asked.shared / place).exists()]
    if absent:
        sys.exit(f"absent in {asked.shared}: {', '.join(absent)}; name the folder with --shared")
    rows = compute_table(asked.shared)
    changes = list(_changes(committed(), rows))
    for line in changes:
        print(line)
    print(f"{len(rows)} dimensions, {len(changes)} figures differ from {TABLE.relative_to(ROOT)}")
    if asked.write:
        TABLE.write_text(as_csv(rows), encoding="utf-8")
    elif changes:
        sys.exit(1)


def compute_table(shared: Path) -> list[Row]:
    """The rows of `measured.csv`, in the order of `all_dimensions()`."""
    turns = {corpus: corpus_turns(shared, corpus) for corpus in PLACES}
    readings = {corpus: turn_readings(frame) for corpus, frame in turns.items()}
    stable = {
        corpus: reliabilities(pool_conversations(readings[corpus]), seed=SEED) for corpus in CORPORA
    }
    acts = {corpus: frame.select(**_after_assistant()) for corpus, frame in turns.items()}
    labelled = _labelled({corpus: readings[corpus].hstack(acts[corpus]) for corpus in PLACES})
    return [
        {"name": dimension.name}
        | _stability({corpus: stable[corpus].get(dimension.name) for corpus in CORPORA})
        | _validity(dimension.name, dimension.label, labelled)
        for dimension in all_dimensions()
    ] + [{"name": act.name} | _validity(act.name, act.label, labelled) for act in ACTS if act.label]


def committed() -> list[Row]:
    """The rows that are there; none if the table is missing."""
    if not TABLE.exists():
        return []
    return list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def as_csv(rows: list[Row]) -> str:
    """The table as text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _after_assistant() -> dict[str, pl.Expr]:
    """The acts, null where the assistant said nothing before."""
    before = pl.col("assistant_before").is_not_null()
    return {act.name: pl.when(before).then(act.expr) for act in ACTS if act.label}


def _labelled(readings: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The labelled turns with their turn readings."""
    read = [
        frame.drop("user_key")
        .rename({"conversation_id": "conversation"})
        .with_columns(file=pl.lit(corpus))
        for corpus, frame in readings.items()
    ]
    labels = pl.read_csv(
        LABELS, schema_overrides={"conversation": pl.String, "turn": pl.UInt32}
    ).with_columns(pl.col("first", "second", "label").fill_null(""))
    joined = labels.join(pl.concat(read), on=TURN, how="left", validate="1:1", coalesce=True)
    known = labels.join(pl.concat(read).select(TURN), on=TURN, how="semi")
    if known.height < labels.height:
        sys.exit(f"{labels.height - known.height} labelled turns are not in the corpora")
    return joined


def _stability(found: dict[str, Reliability | None]) -> Row:
    row: Row = {}
    for corpus, one in found.items():
        one = one or Reliability(None, None, None, 0)
        figures = (_shown(one.value), _shown(one.low), _shown(one.high), str(one.users))
        names = ("reliability", "low", "high", "users")
        row |= {f"{corpus}_{n}": figure for n, figure in zip(names, figures, strict=True)}
    return row


def _validity(name: str, label: str, labelled: pl.DataFrame) -> Row:
    if not label:
        return {}
    first, second, final = (_holds(labelled[column], label) for column in _PASSES)
    found = validity(
        labelled.select("weight", "sample", value=pl.col(name).cast(pl.Float64), labelled=final)
    )
    return {
        "kappa": _shown(kappa(first, second)),
        "precision": _shown(found.precision),
        "precision_low": _shown(found.precision_low),
        "recall": _shown(found.recall),
        "n_predicted": str(found.n_predicted),
        "n_labelled": str(found.n_labelled),
    }


def _holds(given: pl.Series, label: str) -> pl.Series:
    """Whether one of the labels was given; with "not" before them, whether none was."""
    wanted = label.removeprefix("not ").split()
    found = given.str.split(" ").list.set_intersection(wanted).list.len() > 0
    return ~found if label.startswith("not ") else found


def _changes(before: list[Row], now: list[Row]) -> list[str]:
    old = {row["name"]: row for row in before}
    gone = [f"{name}: no longer there" for name in old if name not in {r["name"] for r in now}]
    return gone + [
        f"{row['name']:<24} {column:<26} {old.get(row['name'], {}).get(column, ''):>8} -> "
        f"{row.get(column, ''):>8}"
        for row in now
        for column in COLUMNS[1:]
        if old.get(row["name"], {}).get(column, "") != row.get(column, "")
    ]


def _shown(figure: float | None) -> str:
    return "" if figure is None else f"{figure + 0.0:.3f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with data/")
    parser.add_argument("--write", action="store_true", help="write the table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
