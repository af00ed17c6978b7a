"""How users are dealt out to parts changes nothing, and only what is wanted is read of a part."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from persona_extract.pipeline import curate
from persona_extract.pipeline.job import Job
from persona_extract.records.tables import TURNS
from tests.unit.pipeline.runs import corpus, run_to

FEW = 5


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def in_parts(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curate, "PER_PART", FEW)
        return run_to(source, tmp_path_factory.mktemp("parts") / "w", "pack")


def test_a_pack_is_the_same_from_one_part_and_from_many(
    in_parts: Job, source: Path, tmp_path: Path
) -> None:
    whole = run_to(source, tmp_path / "w", "pack")
    assert len(whole.parts()) == 1 < len(in_parts.parts())
    lines = [(job.pack / "profiles.jsonl").read_bytes() for job in (whole, in_parts)]
    assert lines[0] == lines[1]


def test_a_user_is_in_one_part_only(in_parts: Job) -> None:
    users = [
        in_parts.table("curate", "turns", part, TURNS)["user_key"].unique()
        for part in in_parts.parts()
    ]
    every = pl.concat(users)
    assert every.n_unique() == len(every) == 8


def test_only_some_users_and_columns_are_read(in_parts: Job) -> None:
    every = in_parts.tables("curate", "turns", TURNS)
    users = every["user_key"].unique().sort().head(2)
    found = in_parts.tables("curate", "turns", TURNS, columns=["user_key", "text"], users=users)
    assert found.columns == ["user_key", "text"]
    assert found["user_key"].unique().sort().to_list() == users.to_list()
    mine = every.filter(pl.col("user_key").is_in(users.to_list()))
    assert sorted(found["text"]) == sorted(mine["text"])


def test_a_changed_pack_is_written_again(source: Path, tmp_path: Path) -> None:
    job = run_to(source, tmp_path / "w", "pack")
    card = job.pack / "README.md"
    before = card.read_text()
    card.write_text("something else")
    run_to(source, tmp_path / "w", "pack")
    assert card.read_text() == before
