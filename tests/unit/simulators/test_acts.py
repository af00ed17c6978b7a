"""What an assistant's message does is read by the rules that reactions are measured by."""

from __future__ import annotations

import polars as pl
import pytest

from persona_extract.dimensions import all_dimensions
from persona_extract.records.policy import Act
from persona_extract.simulators.acts import acts_of, acts_of_all
from tests.unit.profile.people import conversations, part

SAID: list[tuple[str, set[Act]]] = [
    ("", set()),
    ("Here is your ticket.", set()),
    ("Which day suits you?", {"question"}),
    ("I'm sorry, but I cannot draw.", {"refusal"}),
    ("I apologize for the mistake, it is 8.", {"error"}),
    ("tea " * 200, {"long answer"}),
    (
        "tea " * 200 + "\nWhich of these would you like to hear more about?",
        {"question", "long answer"},
    ),
]


@pytest.mark.parametrize(("message", "acts"), SAID)
def test_acts(message: str, acts: set[Act]) -> None:
    assert acts_of(message) == acts


def test_many_at_once_are_the_same_one_by_one() -> None:
    messages = [message for message, _ in SAID]
    assert acts_of_all(messages) == [acts_of(message) for message in messages]
    assert acts_of_all([]) == []


@pytest.mark.parametrize(
    ("act", "name"),
    [
        ("question", "words_after_question"),
        ("error", "words_after_error"),
        ("refusal", "doubts_after_refusal"),
        ("long answer", "words_after_long_answer"),
    ],
)
def test_a_reaction_is_measured_exactly_where_its_act_is_heard(act: Act, name: str) -> None:
    turns = part(conversations(n_users=1, per_user=1)).turns.filter(pl.col("turn") == 1)
    expr = next(one.expr for one in all_dimensions() if one.name == name)
    for message, acts in SAID[1:]:
        measured = turns.with_columns(assistant_before=pl.lit(message)).select(expr).item()
        assert (measured is not None) == (act in acts)
