"""Examples show form and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from persona_extract.profile.examples import MOST_CHARS, MOST_IN_A_ROW, stock_form
from persona_extract.records.settings import ProfileSettings
from tests.unit.profile.people import CAREFUL, TYPED, conversations, profiles


def test_only_stock_words_are_left() -> None:
    form = stock_form("hey, i need u to mail Ana Silva at ana@example.org about flat 12 pls!!")
    for gone in ("Ana", "Silva", "@", "org", "12", "mail", "flat"):
        assert gone not in form
    assert form.startswith("hey, i need u …") and form.endswith("pls!!")


def test_too_little_is_nothing() -> None:
    assert stock_form("Silva, Ghent, 12 May") == ""
    assert stock_form("") == ""


@given(
    st.lists(st.sampled_from("the a i you what how is it to pls Ana 12 Ghent".split()), max_size=60)
)
def test_no_more_than_four_words_in_a_row(words: list[str]) -> None:
    form = stock_form(" ".join(words))
    assert len(form) <= MOST_CHARS
    runs = [run.split() for run in form.split("…")]
    assert all(len(run) <= MOST_IN_A_ROW for run in runs)
    assert not re.search(r"\d|Ana|Ghent", form)


@given(st.text(max_size=400))
def test_any_text_gives_one_line(text: str) -> None:
    form = stock_form(text)
    assert len(form.splitlines()) <= 1 and len(form) <= MOST_CHARS


def test_none_unless_asked_for() -> None:
    assert all(one.examples == [] for one in profiles(conversations()))


def test_examples_are_of_turns_that_a_directive_cites() -> None:
    found = profiles(conversations(), ProfileSettings(examples=3))
    assert any(one.examples for one in found)
    for profile in found:
        cited = {
            (one.dimension, at.conversation, at.turn)
            for one in profile.directives
            if one.kind == "measured"
            for at in one.evidence
        }
        assert len(profile.examples) <= 3
        for example in profile.examples:
            assert (example.dimension, example.conversation, example.turn) in cited
            words = example.text.lower().split()
            runs = {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}
            assert not any(run in text.lower() for run in runs for text in (*CAREFUL, *TYPED))
