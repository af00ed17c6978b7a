"""What every dimension must do, by itself: a new file in the room is met without a word here."""

from __future__ import annotations

import csv
import math
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions._acts import ACTS
from persona_extract.dimensions.directives import show_value, word_directive
from persona_extract.dimensions.examples import read_example
from persona_extract.dimensions.measured import measured
from persona_extract.dimensions.protocol import Dimension
from persona_extract.dimensions.read import turn_readings
from persona_extract.records.tables import TURNS, empty

TEXTS = (
    "hi, i'm looking for a cheap flight to Oslo on 12 May please",
    "No, that is WRONG!! Why didn't you book it??",
    "ok thanks... can you show me another one, maybe later in the day ?",
    "Write a function `parse(x)` that reads 'a,b'.\n\n```python\ndef parse(x):\n    return x\n```",
    "def f(x):\n    return x + 1",
    "x",
    "   ",
    "",
    "?!",
    "🙂🙂",
    "因为我不知道",
    "soooo good :) lol",
    "I don’t know (really) — it’s “fine”, I guess…",
    "a" * 3000,
    "word " * 5000,
    "12 34 56",
    "I\r\nam\r\nhere",
)
NEUTRAL = (
    "I need to return the order 48213 because the lamp is broken.",
    "Can you tell me when the shop opens today?",
    "The card was charged two times and I do not know why.",
    "Write a short text about the history of the town.",
    "What is the price of the second ticket?",
    "I am looking for a table for four people, and I have a small child.",
    "Show me the list again and add the address to it.",
    "It is the wrong size. I would like the blue one.",
    "How long will it take to send the book?",
    "I think that is fine, but I cannot pay today.",
    "Change the start of the report and make it shorter.",
    "Is there a room with two beds for Friday?",
    "I don't want to pay for it, and it doesn't fit.",
    "That's not what we can't do without.",
)

TABLE = Path(measured.__code__.co_filename).with_name("measured.csv")

ASSISTANT = (
    "Here is a book about flights.",
    "For how many people should I look?",
    "I'm sorry, but I cannot do that.",
    "I apologize for the mistake, you are right.",
    "The first thing to know is this. " * 60,
)
"""Answers of every kind that a reaction may be conditional on."""

dimensions = pytest.mark.parametrize("dimension", all_dimensions(), ids=lambda d: d.name)


def as_turns(texts: tuple[str, ...], *, alone: bool = False) -> pl.DataFrame:
    """One conversation of all texts, or one of three turns around each."""
    rows: list[dict[str, object]] = []
    groups = [("Hello.", text, text) for text in texts] if alone else [texts]
    for c, group in enumerate(groups):
        for k, (before, text) in enumerate(pairwise(("", *group))):
            rows.append(
                {
                    "user_key": f"u{c % 3}",
                    "conversation_id": f"c{c:03}",
                    "turn": k,
                    "n_turns": len(group),
                    "text": text,
                    "opening_text": group[0] if k else None,
                    "previous_text": before if k else None,
                    "assistant_before": ASSISTANT[(c + k) % len(ASSISTANT)] if k else None,
                }
            )
    return pl.DataFrame(rows, schema=TURNS)


_OTHER = pl.lit("other").alias("conversation_id")


def enacted(dimension: Dimension, value: float, rounds: int = 30) -> float:
    """Mean of the dimension over neutral turns worded for the value, at the place it is for."""
    generator = np.random.default_rng(7)
    assert dimension.enact is not None
    worded = [dimension.enact(t, value, generator) for _ in range(rounds) for t in NEUTRAL]
    opening = dimension.where == "openings"
    rows = [
        {
            "user_key": "u",
            "conversation_id": f"c{i}",
            "turn": 0 if opening else 1,
            "n_turns": 2,
            "text": text,
            "opening_text": None if opening else "Hello.",
            "previous_text": None if opening else "Hello.",
        }
        for i, text in enumerate(worded)
    ]
    frame = pl.DataFrame(rows, schema=TURNS)
    mean = frame.select(dimension.expr.alias("v"))["v"].mean()
    assert isinstance(mean, float)
    return mean


@dimensions
def test_has_everything_a_stranger_needs(dimension: Dimension) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", dimension.name)
    assert dimension.definition.endswith(".") and len(dimension.definition) > 20
    assert dimension.unit
    assert set(dimension.directives) <= {"low", "high"}


@dimensions
def test_has_made_up_examples_that_it_tells_apart(dimension: Dimension) -> None:
    """One for each side that has a directive, and both for a dimension that says anything."""
    sides = set(dimension.examples)
    assert set(dimension.directives) <= sides <= {"low", "high"}
    if dimension.directives:
        assert sides == {"low", "high"}
    if sides == {"low", "high"}:
        low, high = read_example(dimension, "low"), read_example(dimension, "high")
        assert low is not None and high is not None
        assert high > low


@dimensions
def test_was_measured(dimension: Dimension) -> None:
    """A new one stands in the table after `python benchmarks/dimensions.py --write`."""
    found = measured(dimension.name)
    assert found is not None
    assert any(one.users for one in found.reliability.values())
    assert (found.n_predicted is not None) == bool(dimension.label)


def test_nothing_else_was_measured() -> None:
    named = {row["name"] for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
    acts = {act.name for act in ACTS if act.label}
    assert named == {dimension.name for dimension in all_dimensions()} | acts


@cache
def talks() -> pl.DataFrame:
    """Every text in a conversation of its own, and all of them in one."""
    return pl.concat([as_turns(TEXTS, alone=True), as_turns(TEXTS).with_columns(_OTHER)])


@cache
def read(order: str = "as it is") -> pl.DataFrame:
    """Readings of `talks`, in its order, however they were read."""
    turns = talks()
    if order == "backwards":
        return turn_readings(turns.reverse()).reverse()
    if order == "one by one":
        parts = turns.partition_by("conversation_id", maintain_order=True)
        return pl.concat(turn_readings(part) for part in parts)
    return turn_readings(turns)


@cache
def read_plain() -> pl.DataFrame:
    """Readings of the neutral turns, each in a conversation of its own, and where they stand."""
    turns = as_turns(NEUTRAL, alone=True)
    return turn_readings(turns).with_columns(turns["n_turns"])


@cache
def read_blank() -> pl.DataFrame:
    """Readings of an empty turn and of a blank one."""
    return turn_readings(as_turns(("Hello.", "", "  "))).slice(1)


@dimensions
def test_reads_each_conversation_by_itself(dimension: Dimension) -> None:
    value = read()[dimension.name]
    assert value.dtype == pl.Float64 and len(value) == len(talks())
    assert value.drop_nulls().is_finite().all()
    assert value.equals(read("backwards")[dimension.name])
    assert value.equals(read("one by one")[dimension.name])


@dimensions
def test_stays_in_the_range_of_its_unit(dimension: Dimension) -> None:
    value = pl.concat([read()[dimension.name], read_plain()[dimension.name]])
    if dimension.unit.startswith("share"):
        assert value.drop_nulls().is_between(0, 1).all()


@dimensions
def test_is_undefined_without_text_and_outside_its_place(dimension: Dimension) -> None:
    assert turn_readings(empty(TURNS)).schema[dimension.name] == pl.Float64
    place = {
        "every turn": pl.lit(True),
        "openings": pl.col("turn") == 0,
        "follow-ups": pl.col("turn") > 0,
        "last turn": pl.col("turn") + 1 == pl.col("n_turns"),
    }[dimension.where]
    outside, inside = (read_plain().filter(at)[dimension.name] for at in (~place, place))
    assert outside.null_count() == len(outside)
    assert inside.null_count() < len(inside)
    if dimension.name != "conversation_turns":
        assert read_blank()[dimension.name].null_count() == 2


@dimensions
def test_the_shared_plan_gives_the_same_values(dimension: Dimension) -> None:
    """Up to the last bits: a mean over a conversation may be summed in another order."""
    direct = talks().select(dimension.expr.alias("v"))["v"]
    planned = read()[dimension.name]
    assert planned.is_null().equals(direct.is_null())
    assert ((planned - direct).abs().drop_nulls() <= 1e-12).all()


@dimensions
@pytest.mark.parametrize("value", [0.0, 0.37, 1.0, 5.5])
def test_directives_take_a_value(dimension: Dimension, value: float) -> None:
    for side in ("low", "high"):
        worded = word_directive(dimension, side, value)
        assert (worded is None) == (side not in dimension.directives)
        if worded is not None:
            assert worded.endswith((".", '").', '"', ".)")) and "{" not in worded
            if "{value}" in dimension.directives[side]:
                assert show_value(dimension, value) in worded.replace("nearly all", "100%")


enactable = [d for d in all_dimensions() if d.enact is not None]


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("dimension", enactable, ids=lambda d: d.name)
def test_enacted_turns_come_near_the_value(dimension: Dimension, value: float) -> None:
    """Within 0.12: four standard errors of some 200 turns that are defined, and a little slack."""
    assert math.isclose(enacted(dimension, value), value, abs_tol=0.12)


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("dimension", enactable, ids=lambda d: d.name)
def test_enacting_leaves_ids_numbers_code_and_quotes_alone(
    dimension: Dimension, value: float
) -> None:
    """The protected spans of a turn come through as they are, and nothing raises."""
    generator = np.random.default_rng(3)
    assert dimension.enact is not None
    spans = ("`I do not, x`", '"please I will not"', "AB-4711", "me.i@please.org", "https://a.b/I")
    for span in spans:
        text = f"I do not want {span} again, and I will not pay for it."
        for _ in range(8):
            assert span in dimension.enact(text, value, generator)
    for odd in ("", " ", "x", "42", "...", "```\nI\n```"):
        assert isinstance(dimension.enact(odd, value, generator), str)


def test_names_are_unique_and_sorted() -> None:
    keys = [(d.group, d.name) for d in all_dimensions()]
    assert keys == sorted(keys) and len({name for _, name in keys}) == len(keys)


def test_the_groups_of_realusersim_are_there() -> None:
    groups = {d.group for d in all_dimensions()}
    assert groups >= {
        "capitalization",
        "punctuation",
        "message_length",
        "formality",
        "fillers",
        "repetition",
        "multi_turn",
        "alternatives",
    }
