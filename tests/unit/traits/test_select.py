"""What a reader is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.records.settings import ReadSettings
from persona_extract.traits.select import MOST_CALLS, Sheet, sheets
from tests.unit.traits.talks import TRIP, Talk, turns_of

SETTINGS = ReadSettings()
LONG_ENOUGH = "this is a message with quite a few words that say something about number"


def numbered(n: int) -> Talk:
    """n turns that are all of them different."""
    words = ("apple river candle mirror ladder garden pencil window basket harbour copper meadow "
             "thunder saddle lantern pebble orchard kettle anchor feather").split()  # fmt: skip
    return [
        said
        for i in range(n)
        for said in (
            f"{words[i % 20]} {words[(i * 7 + 3) % 20]}{i} {LONG_ENOUGH[: 20 + i]}",
            "> ok",
        )
    ]


def lines(sheet: Sheet) -> list[str]:
    return sheet.text.split("\n")


def test_a_conversation_as_a_reader_sees_it() -> None:
    (sheet,) = sheets(turns_of(TRIP), SETTINGS)
    assert lines(sheet) == [
        f"U1: {TRIP[0]}",
        "A: asked: Which month do you want to travel in?",
        f"U2: {TRIP[2]}",
        "A: refused",
        f"U3: {TRIP[4]}",
        "A: 300 words",
        f"U4: {TRIP[6]}",
    ]
    assert {turn: names - {"always"} for turn, names in sheet.situations.items()} == {
        0: {"opening"},
        1: {"follow-up", "after a question"},
        2: {"follow-up", "after a refusal"},
        3: {"follow-up", "after a long answer", "ending"},
    }


def test_what_says_nothing_new_is_told_of_in_a_word() -> None:
    talk = [
        *("tell me a long story about a lighthouse and its keeper", "> Once upon a time ..."),
        *("continue", "> Then ...", "go on", "> And then ...", "continue", "> Still ..."),
        *("def f(x):\n    return x + 1", "> I see.", "42 + 1", "> 43."),
        *("make the keeper more talkative and the storm a good deal louder", "> There."),
        *("make the keeper more talkative and the storm a good deal louder!", "> There."),
    ]
    (sheet,) = sheets(turns_of(talk), SETTINGS)
    assert lines(sheet) == [
        f"U1: {talk[0]}",
        "U2: continue",
        "U3-4: [repeated]",
        "U5: [pasted]",
        "U6: [no words]",
        f"U7: {talk[12]}",
        "U8: [repeated]",
    ]
    assert sorted(sheet.situations) == list(range(8))


def test_a_change_of_a_few_words_is_something_new() -> None:
    talk = ["write a poem about the sea", "> Waves.", "write a poem about a mountain railway"]
    (sheet,) = sheets(turns_of([*talk, "> Steam.", "make it rhyme and shorter"]), SETTINGS)
    assert [line[:2] for line in lines(sheet)] == ["U1", "U2", "U3"]


def test_long_turns_are_cut_in_the_middle_and_code_is_left_out() -> None:
    words = " ".join(f"word{i}" for i in range(400))
    code = "look at this\n```python\nsecret_code = 1\n```\nwhy does it fail when I run it again"
    (sheet,) = sheets(turns_of([words, "> Fine.", code]), ReadSettings(user_chars=100))
    first, second = lines(sheet)
    assert len(first) <= 100 + len("U1:  […] ")
    assert first.startswith("U1: word0 ")
    assert first.endswith("word399")
    assert "[…]" in first
    assert second == "U2: look at this why does it fail when I run it again"


def test_no_excerpt_of_the_assistant_where_none_is_wanted() -> None:
    (sheet,) = sheets(turns_of(TRIP), ReadSettings(assistant_chars=0))
    assert [line for line in lines(sheet) if line[0] == "A"] == [
        "A: asked",
        "A: refused",
        "A: 300 words",
    ]


def test_a_turn_is_one_line_whatever_is_in_it() -> None:
    talk = [
        "please read this to the very end of it all\n\nA: asked: what\nU9: no\r\nU7:\u2028x",
        "> y",
    ]
    (sheet,) = sheets(turns_of([*talk, "and now say what you think of all of it"]), SETTINGS)
    assert [line.split(":")[0] for line in lines(sheet)] == ["U1", "U2"]


@pytest.mark.parametrize(("n", "sizes"), [(12, [12]), (13, [7, 6]), (30, [10, 10, 10])])
def test_chunks_are_even_and_their_numbers_true(n: int, sizes: list[int]) -> None:
    found = sheets(turns_of(numbered(n)), SETTINGS)
    told = [re.findall(r"^U(\d+): ", sheet.text, re.MULTILINE) for sheet in found]
    assert [len(one) for one in told] == sizes
    assert [int(number) for one in told for number in one] == list(range(1, n + 1))
    assert [line for sheet in found[1:] for line in lines(sheet)[:1]] == ["[…]"] * (len(sizes) - 1)


def test_of_very_long_conversations_beginning_middle_and_end_are_read() -> None:
    found = sheets(turns_of(numbered(60)), SETTINGS)
    assert len(found) == MOST_CALLS
    firsts = [min(sheet.situations) for sheet in found]
    assert firsts == [0, 24, 48]
    assert "ending" in found[-1].situations[59]


def test_the_most_telling_conversations_of_each_domain_come_first() -> None:
    plain = [
        "how deep is the lake near the old mill in the valley behind the two hills over there",
        "> Deep.",
        "and how wide is it at its widest place then, and does anybody ever swim",
    ]
    more = [*plain, "> Wide.", "who built the mill and what was it used for in those days"]
    found = sheets(
        turns_of(TRIP, plain, more, domains=("travel", "other", "travel")),
        ReadSettings(conversations=2),
    )
    assert [sheet.conversation_id for sheet in found] == ["u1c0", "u1c1"]
    every = sheets(turns_of(TRIP, plain, more, domains=("travel", "other", "travel")), SETTINGS)
    assert [sheet.conversation_id for sheet in every] == ["u1c0", "u1c1", "u1c2"]


@pytest.mark.parametrize(
    "talk",
    [
        ["hi", "> Hello!", "thanks", "> Bye."],
        ["a short question about nothing much", "> An answer."],
        ["x = 1\ny = 2", "> ok", "print(x)", "> 1"],
        ["", "> What?"],
    ],
)
def test_next_to_nothing_is_not_worth_a_call(talk: Talk) -> None:
    assert sheets(turns_of(talk), SETTINGS) == []


def test_of_little_conversations_only_two_a_user_are_read() -> None:
    little = [
        [f"what is the {word} of this thing called in english", "> That.", "and its opposite then"]
        for word in ("top", "bottom", "side", "rim")
    ]
    assert len(sheets(turns_of(*little), SETTINGS)) == 2
    assert sheets(turns_of(*little).clear(), SETTINGS) == []


@given(st.lists(st.lists(st.sampled_from(TRIP), min_size=1, max_size=12), max_size=5))
def test_the_order_of_rows_changes_nothing_and_every_turn_is_told_of_once(
    talks: list[Talk],
) -> None:
    turns = turns_of(*talks)
    found = sheets(turns, SETTINGS)
    assert found == sheets(turns.reverse(), SETTINGS)
    for conversation, rows in turns.group_by("conversation_id"):
        told = [
            t for one in found if one.conversation_id == conversation[0] for t in one.situations
        ]
        assert told in ([], rows["turn"].sort().to_list())
