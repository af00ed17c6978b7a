"""The small notation of examples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from persona_extract.dimensions.examples import dialogue_turns, parse_dialogue
from persona_extract.records.tables import TURNS

LINE = st.text("abc ?.", min_size=1, max_size=8).filter(lambda line: bool(line.strip()))
PART = st.lists(LINE, min_size=1, max_size=3).map("\n".join)


def test_reads_speakers_lines_and_what_stands_around_a_turn() -> None:
    text = "one\nmore\n> answer\n> goes on\n>bare\nlast"
    messages = parse_dialogue(text)
    assert messages == [
        ("user", "one\nmore"),
        ("assistant", "answer\ngoes on\nbare"),
        ("user", "last"),
    ]
    turns = dialogue_turns(messages)
    assert turns.schema == TURNS
    assert turns["text"].to_list() == ["one\nmore", "last"]
    assert turns["n_turns"].to_list() == [2, 2]
    assert turns["opening_text"].to_list() == [None, "one\nmore"]
    assert turns["previous_text"].to_list() == [None, "one\nmore"]
    assert turns["assistant_before"].to_list() == [None, "answer\ngoes on\nbare"]
    assert turns["assistant_after"].to_list() == ["answer\ngoes on\nbare", None]


def test_a_dialogue_may_end_with_the_assistant() -> None:
    turns = dialogue_turns(parse_dialogue("> Hello.\nhi\n> How can I help?"))
    assert turns["assistant_before"].to_list() == ["Hello."]
    assert turns["assistant_after"].to_list() == ["How can I help?"]


@given(st.lists(PART, min_size=1, max_size=5))
def test_what_is_written_is_read(parts: list[str]) -> None:
    """User and assistant in turn, the user first."""
    written = [
        part if i % 2 == 0 else "\n".join(f"> {line}" for line in part.split("\n"))
        for i, part in enumerate(parts)
    ]
    roles = ["user" if i % 2 == 0 else "assistant" for i in range(len(parts))]
    assert parse_dialogue("\n".join(written)) == list(zip(roles, parts, strict=True))
