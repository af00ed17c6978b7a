"""Which dimensions may instruct the simulation of one person, and what hangs on it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from persona_extract.dimensions import all_dimensions, dimensions_digest, find_dimension
from persona_extract.dimensions import measured as table
from persona_extract.dimensions.cards import card
from persona_extract.dimensions.measured import CORPORA, Measured, Reliability, is_personal
from persona_extract.profile.candidates import candidates

GOOD, CHANCE = Reliability(0.6, 0.3, 0.8, 50), Reliability(0.2, -0.1, 0.5, 50)
COUNTING = replace(find_dimension("commas"), label="")
READING = replace(COUNTING, label="doubts")


def put(monkeypatch: pytest.MonkeyPatch, *found: Reliability, precision: float | None) -> None:
    """A table of one row."""
    stable = dict(zip(CORPORA, found, strict=True))
    row = Measured("commas", stable, 0.8, precision, precision, 0.5, 30, 30)
    monkeypatch.setattr(table, "_table", lambda: {"commas": row})


@pytest.mark.parametrize(
    ("one", "other", "personal"),
    [
        (GOOD, CHANCE, True),
        (CHANCE, GOOD, True),
        (CHANCE, CHANCE, False),
        (replace(GOOD, users=19), CHANCE, False),
        (replace(GOOD, low=0.0), CHANCE, False),
        (Reliability(None, None, None, 2), CHANCE, False),
    ],
)
def test_one_corpus_above_chance_is_needed(
    monkeypatch: pytest.MonkeyPatch, one: Reliability, other: Reliability, personal: bool
) -> None:
    put(monkeypatch, one, other, precision=None)
    assert is_personal(COUNTING) is personal
    assert card(COUNTING).reason


@pytest.mark.parametrize(("precision", "personal"), [(0.7, True), (0.699, False), (None, False)])
def test_a_rule_that_reads_meaning_must_be_right(
    monkeypatch: pytest.MonkeyPatch, precision: float | None, personal: bool
) -> None:
    put(monkeypatch, GOOD, GOOD, precision=precision)
    assert is_personal(READING) is personal
    assert card(READING).personal is personal
    assert is_personal(COUNTING)


def test_what_was_never_measured_is_not_personal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_table", dict)
    assert not is_personal(COUNTING)
    assert "never measured" in card(COUNTING).reason


def test_another_table_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that packs made under another verdict are known to be stale."""
    before = dimensions_digest()
    put(monkeypatch, GOOD, GOOD, precision=None)
    assert dimensions_digest() != before


def test_there_are_dimensions_of_both_kinds() -> None:
    """The verdict means something: it is neither all nor nothing."""
    kinds = {is_personal(dimension) for dimension in all_dimensions()}
    assert kinds == {True, False}


def test_only_personal_dimensions_become_directives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who stands out on everything is told the personal dimensions, and nothing else."""
    names = [dimension.name for dimension in all_dimensions()]
    standing = {
        "user_key": "u",
        "level": "very high",
        "n": 50,
        "weight": 0.9,
        "z": 2.0,
        "percentile": 0.95,
        "median": 0.1,
        "value": 0.8,
    }
    standings = pl.DataFrame([{"dimension": name, **standing} for name in names])
    told = set(candidates(standings, len(names))["dimension"])
    assert told and all(is_personal(find_dimension(name)) for name in told)
    put(monkeypatch, GOOD, GOOD, precision=None)
    assert set(candidates(standings, len(names))["dimension"]) == {"commas"}
    put(monkeypatch, CHANCE, CHANCE, precision=None)
    assert candidates(standings, len(names)).is_empty()
