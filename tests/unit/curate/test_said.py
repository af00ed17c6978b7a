from __future__ import annotations

from typing import Any, cast

import polars as pl

from persona_extract.curate.said import said
from persona_extract.records.tables import TRANSCRIPTS


def spoken(*messages: tuple[str, str | None]) -> list[tuple[str, str]]:
    row = {
        **dict.fromkeys(TRANSCRIPTS),
        "conversation_id": "c",
        "human": False,
        "messages": [{"role": role, "content": content} for role, content in messages],
    }
    found = said(pl.DataFrame([row], schema=cast(Any, TRANSCRIPTS)))
    assert found.height == 1
    return [(m["role"], m["content"]) for m in found["messages"][0]]


def test_signals_are_cut_out_and_what_is_nothing_else_is_dropped() -> None:
    said_now = spoken(
        ("user", "Hi"),
        ("assistant", "Done."),
        ("user", "Thanks! ###STOP###"),
        ("user", "###TRANSFER###"),
    )
    assert said_now == [("user", "Hi"), ("assistant", "Done."), ("user", "Thanks!")]


def test_headings_and_the_assistants_words_stay() -> None:
    kept = [("user", "### Title\n###notes###"), ("assistant", "I say ###STOP###")]
    assert spoken(*kept) == kept


def test_messages_to_the_interface_are_dropped() -> None:
    meta = ["/stop", " /close ", "\\tau next", "\\reward 1", "a <|survey|> b", "<|canvas|>"]
    assert spoken(*(("user", text) for text in meta), ("user", "type /stop now")) == [
        ("user", "type /stop now")
    ]


def test_markup_of_agents_is_cut_out() -> None:
    text = "<|think|>hm\nhm<|/think|>Yes. <function=look>{}</function>"
    assert spoken(("user", text)) == [("user", "Yes.")]


def test_tools_system_and_empty_messages_are_dropped() -> None:
    assert (
        spoken(
            ("system", "rules"), ("user", None), ("tool", "{}"), ("user", " "), ("assistant", "")
        )
        == []
    )


def test_the_text_of_people_is_left_as_it_is() -> None:
    assert spoken(("user", "hello  \n")) == [("user", "hello  \n")]


def test_rows_stay_in_order() -> None:
    rows = [
        {
            **dict.fromkeys(TRANSCRIPTS),
            "conversation_id": str(n),
            "human": True,
            "messages": messages,
        }
        for n, messages in enumerate([[], [{"role": "user", "content": "a"}], None])
    ]
    found = said(pl.DataFrame(rows, schema=cast(Any, TRANSCRIPTS)))
    assert found["conversation_id"].to_list() == ["0", "1", "2"]
    assert [len(each) for each in found["messages"].to_list()] == [0, 1, 0]
