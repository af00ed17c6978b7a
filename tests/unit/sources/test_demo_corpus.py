"""The embedded corpus is what it says: enough made-up people, none a copy of another."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest

from persona_extract.dimensions import all_dimensions
from persona_extract.sources import open_source
from persona_extract.sources.demo import planted_habits


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """One row a user turn: user_id, source_id, domain, text."""
    frame = pl.concat(batch.frame for batch in open_source("demo").batches(size=50))
    return (
        frame.explode("messages")
        .with_columns(pl.col("messages").struct.unnest())
        .filter(pl.col("role") == "user")
        .select("user_id", "source_id", "domain", text="content")
    )


def test_it_is_labelled_as_made_up() -> None:
    source = open_source("demo")
    assert source.made_up
    row = next(iter(source.batches(size=1))).frame.row(0, named=True)
    assert "made up" in row["corpus"]
    assert row["licence"] == "Apache-2.0"


def test_size(people: pl.DataFrame) -> None:
    per_user = people.group_by("user_id").agg(pl.col("source_id").n_unique())["source_id"]
    per_conversation = people.group_by("source_id").len()["len"]
    assert len(per_user) >= 40
    assert (per_user.min(), per_user.max()) == (3, 6)
    assert 3 <= int(per_conversation.min()) <= int(per_conversation.max()) <= 12  # type: ignore[arg-type]
    assert people["domain"].n_unique() >= 8


def test_no_two_people_write_the_same(people: pl.DataFrame) -> None:
    """Share of common word triples, of the shorter of two people's texts."""
    triples = {
        user: {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
        for user, texts in people.group_by("user_id").agg("text").iter_rows()
        for words in [" ".join(texts).lower().split()]
    }
    overlap = {
        (a, b): len(triples[a] & triples[b]) / min(len(triples[a]), len(triples[b]))
        for a, b in combinations(sorted(triples), 2)
    }
    worst = max(overlap, key=lambda pair: overlap[pair])
    assert overlap[worst] < 0.1, worst


def test_no_long_sentence_is_used_by_two_people(people: pl.DataFrame) -> None:
    sentences = (
        people.with_columns(pl.col("text").str.to_lowercase().str.extract_all(r"[^.!?\n]+"))
        .explode("text")
        .with_columns(pl.col("text").str.strip_chars())
        .filter(pl.col("text").str.count_matches(r"\S+") >= 6)
    )
    shared = (
        sentences.group_by("text").agg(pl.col("user_id").n_unique()).filter(pl.col("user_id") > 1)
    )
    assert shared.is_empty(), shared


def test_planted_habits_name_dimensions() -> None:
    known = {dimension.name for dimension in all_dimensions()}
    habits = planted_habits()
    assert all(len(planted) >= 2 for planted in habits.values())
    assert {name for planted in habits.values() for name in planted} <= known
    assert {side for planted in habits.values() for side in planted.values()} <= {"high", "low"}
