"""The real samples in ../shared/data, through every kind of local file."""

import gzip
import os
from pathlib import Path

import polars as pl
import pytest

from persona_extract.records.tables import RECORDS, conform
from persona_extract.sources import open_source

BESIDE = Path(__file__).resolve().parents[2].parent / "shared"
DATA = Path(os.environ.get("PERSONA_EXTRACT_SHARED", BESIDE)) / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data at {DATA}")


def read(path: Path, size: int = 100) -> pl.DataFrame:
    batches = list(open_source(str(path)).batches(size=size))
    assert sum((sum(batch.skipped.values()) for batch in batches), 0) == 0
    return pl.concat([conform(batch.frame, RECORDS) for batch in batches])


def user_texts(rows: pl.DataFrame) -> pl.Series:
    messages = rows.select(pl.col("messages").explode()).unnest("messages")
    return messages.filter(pl.col("role") == "user")["content"]


def test_wildchat_sample() -> None:
    rows = read(DATA / "wildchat/sample.jsonl")
    texts = user_texts(rows)
    assert rows.height == 478 == open_source(str(DATA / "wildchat/sample.jsonl")).count()
    assert (texts.len(), (texts != "").sum()) == (4890, 4844)
    assert rows["user_id"].null_count() == 478
    assert rows["started"].is_not_null().sum() == 60
    assert rows["model"].null_count() == 334
    assert rows["language"].unique().to_list() == ["English"]
    assert rows.select("corpus", "licence").unique().rows() == [
        ("WildChat (local copy)", "ODC-BY-1.0")
    ]
    first = rows["messages"].list.first().struct.field("role")
    assert (first == "assistant").sum() == 4


def test_filter_negatives() -> None:
    rows = read(DATA / "wildchat/filter_negatives.jsonl")
    assert rows.height == 481
    assert rows["language"].null_count() == 256


def test_realhumaneval_has_its_80_users_and_its_own_name() -> None:
    rows = read(DATA / "realhumaneval/sample.jsonl")
    assert (rows.height, rows["user_id"].n_unique(), rows["user_id"].null_count()) == (304, 80, 0)
    assert rows["corpus"].unique().to_list() == ["realhumaneval"]
    assert rows["licence"].unique().to_list() == ["unknown (see the source)"]


@pytest.mark.parametrize("name", ["wildchat/sample", "realhumaneval/sample"])
def test_parquet_and_gzip_of_the_same_records_say_the_same(name: str, tmp_path: Path) -> None:
    original = DATA / f"{name}.jsonl"
    expected = read(original).drop("revision")
    pl.read_ndjson(original, infer_schema_length=None).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(original.read_bytes(), 1))
    assert read(tmp_path / "a.parquet").drop("revision").equals(expected)
    assert read(tmp_path / "b.jsonl.gz", size=77).drop("revision").equals(expected)


@pytest.mark.parametrize("name", ["tau_bench", "tau2", "simulatorarena"])
def test_other_logs_are_refused_by_name_of_their_keys(name: str) -> None:
    from persona_extract.errors import SourceError

    with pytest.raises(SourceError, match=r"unknown shape: .*Known: "):
        read(DATA / name)
