"""What users tell of their person: only with a quote, and certain only if they said it."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import polars as pl
import pytest

from persona_extract.records.settings import ReadSettings
from persona_extract.traits.background import (
    MOST_INFERRED,
    Attribute,
    BackgroundAnswer,
    BackgroundStatement,
    SelfTold,
    Told,
    background_call,
    self_told,
    take_background,
)
from tests.unit.traits.fake_reader import answered, failed
from tests.unit.traits.talks import TRIP, turns_of

SETTINGS = ReadSettings()
WORK = ["As a teacher I need quiz ideas", "> Sure.", "for ages nine to ten", "> Here.", "thanks"]
HOME = ["my husband snores and I live in Ghent by the canal, what helps", "> Much.", "like what"]


def told_by(*talks: list[str]) -> SelfTold:
    (told,) = self_told(turns_of(*talks), SETTINGS)
    return told


def taken(
    attribute: Attribute,
    value: str,
    source: Literal["extracted", "inferred"],
    turn: int,
    quote: str,
) -> tuple[list[Told], Counter[str]]:
    one = BackgroundStatement(
        attribute=attribute, value=value, source=source, confidence=1, quote=quote, turn=turn
    )
    return take_background([told_by(WORK, HOME)], [answered(BackgroundAnswer(attributes=[one]))])


def test_only_turns_about_oneself_are_shown_and_each_is_numbered_anew() -> None:
    told = told_by(WORK, TRIP[2:3], HOME)
    assert told.text.split("\n") == [f"U1: {WORK[0]}", f"U2: {HOME[0]}"]
    assert told.places == (("u1c0", 0), ("u1c2", 0))
    call = background_call(told)
    assert call.answer is BackgroundAnswer
    assert told.text in call.messages[1].content


def test_who_tells_nothing_of_themselves_costs_nothing() -> None:
    plain = ["how tall is the tower", "> Very.", "and the other one"]
    both = pl.concat([turns_of(plain, user="u1"), turns_of(HOME, user="u2")])
    assert [told.user_key for told in self_told(both, SETTINGS)] == ["u2"]


def test_long_texts_are_shown_around_the_place() -> None:
    talk = ["word " * 300 + "my wife says no " + "word " * 300]
    told = told_by(talk)
    assert "my wife says no" in told.text
    assert len(told.text) < SETTINGS.user_chars + 30


def test_what_is_said_is_extracted() -> None:
    found, counts = taken("occupation", "teacher", "extracted", 1, "As a teacher I need")
    assert found == [Told("u1", "u1c0", "occupation", "teacher", "extracted", 1.0)]
    assert not counts


@pytest.mark.parametrize(
    ("value", "source", "quote"),
    [
        ("married", "extracted", "my husband snores"),  # follows, but is not what was said
        ("husband", "inferred", "my husband snores"),
        ("my", "extracted", "my husband snores"),  # a word of grammar proves nothing
    ],
)
def test_what_only_follows_is_inferred_and_not_certain(
    value: str, source: Literal["extracted", "inferred"], quote: str
) -> None:
    (found,), _ = taken("marital_status", value, source, 2, quote)
    assert (found.source, found.confidence) == ("inferred", MOST_INFERRED)


@pytest.mark.parametrize(
    ("value", "turn", "quote", "why"),
    [
        ("nurse", 1, "as a nurse I need", "ungrounded: not said"),
        ("teacher", 2, "As a teacher I need", "ungrounded: not said"),
        ("teacher", 1, "teacher", "ungrounded: trivial quote"),
        ("teacher", 7, "As a teacher I need", "ungrounded: no such turn"),
        ("", 1, "As a teacher I need", "refused: not a plain value"),
        ("teacher@school.org", 1, "As a teacher I need", "refused: not a plain value"),
        ("teacher, tel 55512345", 1, "As a teacher I need", "refused: not a plain value"),
    ],
)
def test_without_a_quote_that_stands_nothing_is_taken(
    value: str, turn: int, quote: str, why: str
) -> None:
    found, counts = taken("occupation", value, "extracted", turn, quote)
    assert (found, counts) == ([], {why: 1})


def test_of_two_values_the_more_certain_is_kept_and_failures_are_counted() -> None:
    said = [
        BackgroundStatement(
            attribute="location", value=value, source="extracted", confidence=sure,
            quote="I live in Ghent by", turn=1,
        )
        for value, sure in (("Ghent", 0.4), ("near Ghent", 0.8))
    ]  # fmt: skip
    told = told_by(HOME)
    found, counts = take_background(
        [told, told], [answered(BackgroundAnswer(attributes=said)), failed()]
    )
    assert [(one.value, one.confidence) for one in found] == [("near Ghent", 0.8)]
    assert counts == {"failed: wrong shape": 1}
