"""Readings: the pools agree with pooling by hand, and values are what a reader would count."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from persona_extract.dimensions.read import pool_conversations, pool_users, turn_readings
from persona_extract.records.tables import READINGS, TURNS, USER_READINGS, empty


def turns_of(conversations: dict[tuple[str, str], list[str]]) -> pl.DataFrame:
    rows = [
        {
            "user_key": user,
            "conversation_id": conversation,
            "turn": k,
            "n_turns": len(texts),
            "text": text,
            "opening_text": texts[0] if k else None,
            "previous_text": before if k else None,
        }
        for (user, conversation), texts in conversations.items()
        for k, (before, text) in enumerate(pairwise(["", *texts]))
    ]
    return pl.DataFrame(rows, schema=TURNS)


def read(text: str, dimension: str, *, after: str | None = None) -> float | None:
    texts = [text] if after is None else [after, text]
    return turn_readings(turns_of({("u", "c"): texts}))[dimension][-1]


@pytest.mark.parametrize(
    ("dimension", "text", "value"),
    [
        ("lowercase_start", "can you help", 1),
        ("lowercase_start", "Can you help", 0),
        ("lowercase_start", "i need help", None),
        ("lowercase_start", "NASA is fine", None),
        ("lowercase_start", "def f(x):\n    return x", None),
        ("lowercase_i", "i think I'm ok, i'll go", 2 / 3),
        ("lowercase_i", "for i in range(3):", None),
        ("no_capitals", "this has none at all", 1),
        ("no_capitals", "ok", None),
        ("shouting", "I need it NOW", 1),
        ("shouting", "Use HTTP and JSON with AWS", 0),
        ("open_ending", "give me the list", 1),
        ("open_ending", "give me the list.", 0),
        ("open_ending", "thanks! :)", 0),
        ("open_ending", "here is my code:\n```\nx = 1\n```", None),
        ("exclamation", "great!", 1),
        ("exclamation", "is 3! the same as 6", 0),
        ("doubled_marks", "what??", 1),
        ("ellipsis", "well...", 1),
        ("ellipsis", "one. Two. Three.", 0),
        ("commas", "one, two, three, four five six seven eight nine ten", 3),
        ("unmarked_questions", "how do i do this", 1),
        ("unmarked_questions", "how do i do this?", 0),
        ("unmarked_questions", "do it now", 1),
        ("spacing_slips", "is it ok ?", 1),
        ("contractions", "I don't know, it is late and they cannot come", 1 / 3),
        ("contractions", "the list", None),
        ("dropped_apostrophes", "dont do that, it doesn't work", 0.5),
        ("dropped_apostrophes", "I don’t know", 0),
        ("chat_spellings", "can u do this pls", 1),
        ("spelling_slips", "write teh fucntion", 1),
        ("please", "Could you please help", 1),
        ("polite_requests", "could you help", 1),
        ("fillers", "um, what is it", 1),
        ("fillers", "this one as well", 0),
        ("hedges", "maybe the second one", 1),
        ("elongation", "that is sooo good", 1),
        ("elongation", "see www.example.org all week", 0),
        ("emoji", "ok 🙂", 1),
        ("emoticons", "ok :)", 1),
        ("emoticons", "a list: (a, b)", 0),
        ("multiline", "one\ntwo", 1),
        ("short_turns", "in python", 1),
        ("code_paste", "fix:\n```\n" + "x = 1\n" * 30 + "```", 1),
        ("imperatives", "Write a poem", 1),
        ("asks_reason", "why is that", 1),
    ],
)
def test_reads_what_a_reader_counts(dimension: str, text: str, value: float | None) -> None:
    assert read(text, dimension) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("dimension", "text", "value"),
    [
        ("thanks", "thank you so much", 1),
        ("closing_thanks", "great, thanks", 1),
        ("acknowledgement", "ok, now the next", 1),
        ("pushback", "no, that is not what I asked", 1),
        ("pushback", "there is no hurry", 0),
        ("back_reference", "the second one you listed", 1),
        ("back_reference", "make it shorter", 0),
        ("pointers", "make it shorter", 1),
        ("asks_alternative", "give me another one", 1),
        ("asks_rework", "rewrite the text", 1),
        ("self_repetition", "find me a cheap flight!", 1),
        ("self_repetition", "now a nice hotel please", 0),
        ("carried_words", "a cheap flight today", 2 / 3),
    ],
)
def test_reads_follow_ups(dimension: str, text: str, value: float) -> None:
    assert read(text, dimension, after="find me a cheap flight") == pytest.approx(value)
    assert read(text, dimension) is None


def test_a_request_is_recognised_again_after_another_one() -> None:
    said = [
        "list cheap flights to Rome",
        "and a hotel near the station",
        "list cheap flights to Rome",
    ]
    wide = turn_readings(turns_of({("u", "c"): said}))
    assert wide["self_repetition"].to_list() == [None, 0, 1]
    assert wide.sample(fraction=1, shuffle=True, seed=2)["self_repetition"].sum() == 1


def test_front_loading_is_the_ratio_of_opening_to_follow_up() -> None:
    long, short = "word " * 9, "word"
    assert read(short, "front_loading", after=long) == pytest.approx(pl.Series([5.0]).log()[0])


def test_openings_read_the_greeting_and_the_length_of_the_conversation() -> None:
    wide = turn_readings(turns_of({("u", "c"): ["Hello, I need a flight.", "Hello again"]}))
    assert wide["greeting"].to_list() == [1, None]
    assert wide["conversation_turns"].to_list() == [pytest.approx(0.693147, abs=1e-6), None]


def test_an_empty_table_gives_empty_readings() -> None:
    readings = pool_conversations(turn_readings(empty(TURNS)))
    assert readings.schema == pl.Schema(READINGS) and readings.is_empty()
    assert pool_users(readings).schema == pl.Schema(USER_READINGS)


values = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2"]),
        st.sampled_from(["c1", "c2", "c3"]),
        st.one_of(st.none(), st.floats(-50, 50)),
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(values)
def test_pooling_in_two_steps_equals_pooling_at_once(rows: list[tuple[str, str, float]]) -> None:
    wide = pl.DataFrame(
        {
            "user_key": [user for user, _, _ in rows],
            "conversation_id": [user + conversation for user, conversation, _ in rows],
            "turn": pl.Series(range(len(rows)), dtype=pl.UInt32),
            "x": pl.Series([value for _, _, value in rows], dtype=pl.Float64),
        }
    )
    defined = wide.drop_nulls("x")
    at_once = (
        defined.group_by("user_key")
        .agg(
            dimension=pl.lit("x"),
            n=pl.len().cast(pl.UInt32),
            n_conversations=pl.col("conversation_id").n_unique().cast(pl.UInt32),
            value=pl.col("x").mean(),
            spread=pl.col("x").std(ddof=0),
        )
        .sort("user_key")
        .select(list(USER_READINGS))
    )
    pooled = pool_users(pool_conversations(wide))
    assert_frame_equal(pooled, at_once, abs_tol=1e-6)
    assert_frame_equal(pool_users(pool_conversations(wide.reverse())), pooled, abs_tol=1e-9)
