"""Any chat log: the shapes that are recognised, the field map, and what is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from persona_extract.errors import SourceError, UsageError
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

TALK = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
SHAREGPT = [{"from": "human", "value": "hello"}, {"from": "gpt", "value": "hi"}]


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(m["role"], m["content"]) for m in row["messages"]]


@pytest.mark.parametrize(
    "shape",
    [
        TALK,
        {"messages": TALK},
        {"conversation": TALK},
        {"conversations": SHAREGPT},
        {"conversations": [{"from": "system", "value": "be kind"}, *SHAREGPT]},
        {"conversations": [{"from": "user", "value": "hello"}, {"from": "bing", "value": "hi"}]},
        {"conversations": [{"from": "user", "value": "hello"}, {"from": "chatgpt", "value": "hi"}]},
        {"conversations": [{"from": "user", "value": "hello"}, {"from": "bard", "value": "hi"}]},
        {"messages": [{"role": "developer", "content": "x"}, *TALK]},
        {"messages": [{"role": "USER", "content": "hello"}, TALK[1]]},
    ],
)
def test_known_shapes_give_the_same_messages(write, read, shape) -> None:
    for path in (write("a.jsonl", [shape]), write("a.json", json.dumps(shape, indent=1).encode())):
        rows = read(path)
        assert said(rows.row(0, named=True)) == [("user", "hello"), ("assistant", "hi")]
        assert rows["corpus"][0] == path.name
        assert rows["licence"][0] == "unknown (see the source)"


def test_openai_parts_tools_and_calls(write, read) -> None:
    messages = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "look"}, {"type": "image_url"}, "here"],
        },
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "42", "tool_call_id": "1"},
        {"role": "assistant", "content": "it is 42", "tool_calls": []},
        {"role": "user", "content": None},
    ]
    row = read(write("a.jsonl", [{"messages": messages}])).row(0, named=True)
    assert said(row) == [("user", "look\nhere"), ("assistant", "it is 42"), ("user", "")]


def test_a_json_file_may_be_a_list_of_conversations_or_lines_after_all(write, read) -> None:
    records = [{"id": str(n), "messages": TALK} for n in range(5)]
    for raw in (json.dumps(records).encode(), None):
        rows = read(write("a.json", raw if raw is not None else records))
        assert rows["source_id"].to_list() == ["0", "1", "2", "3", "4"]
    assert read(write("b.json", json.dumps([TALK, TALK]).encode())).height == 2


def test_a_folder_of_one_conversation_per_file_goes_by_name(write, read, tmp_path) -> None:
    for name in ("c/1.json", "b.ndjson", "a.json.gz", ".hidden.json", "notes.txt"):
        write(f"logs/{name}", json.dumps({"id": name, "messages": TALK}).encode())
    rows = read(tmp_path / "logs")
    assert rows["source_id"].to_list() == ["a.json.gz", "b.ndjson", "c/1.json"]
    assert rows["corpus"].unique().to_list() == ["logs"]
    assert read(f"{tmp_path}/logs/*.ndjson")["corpus"][0] == "logs"


def test_usual_keys_are_found_without_a_field_map(write, read) -> None:
    record = {
        "id": 7, "user": 12, "created": 1714550400, "model": "m", "language": "English",
        "domain": "travel", "license": "MIT", "toxic": True, "messages": TALK,
    }  # fmt: skip
    row = read(write("a.jsonl", [record])).row(0, named=True)
    assert (row["source_id"], row["user_id"], row["licence"]) == ("7", "12", "MIT")
    assert (row["model"], row["language"], row["domain"]) == ("m", "English", "travel")
    assert (row["toxic"], row["redacted"]) == (True, None)
    assert row["started"] == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_a_field_map_reaches_into_records(write, read) -> None:
    records = [
        {"chat": {"turns": SHAREGPT}, "meta": [{"who": f"u{n}"}], "key": {"id": n}, "at": when}
        for n, when in enumerate(["2024-05-01T08:00:00Z", None])
    ]
    fields = {
        "messages": "chat.turns", "user_id": "meta.0.who", "conversation_id": "key.id", "time": "at"
    }  # fmt: skip
    rows = read(write("a.jsonl", records), fields=fields)
    assert rows["user_id"].to_list() == ["u0", "u1"]
    assert rows["source_id"].to_list() == ["0", "1"]
    assert rows["started"].to_list() == [datetime(2024, 5, 1, 8, tzinfo=UTC), None]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"user_id": "meta.usr"}, r"a\.jsonl:1: nothing at 'meta\.usr' \(user_id"),
        ({"messages": "chat"}, r"a\.jsonl:1: no list of messages at 'chat'"),
        ({"time": "meta.user"}, r"a\.jsonl:1: 'u' at 'meta\.user' is no time"),
    ],
)
def test_a_field_map_that_leads_nowhere_is_an_error(write, read, fields, why) -> None:
    path = write("a.jsonl", [{"messages": TALK, "meta": {"user": "u"}}])
    with pytest.raises(SourceError, match=why):
        read(path, fields=fields)


def test_a_field_map_key_that_does_not_exist_names_the_nearest(write) -> None:
    options = SourceOptions(fields={"user": "x"})
    with pytest.raises(UsageError, match="did you mean 'user_id'"):
        open_source(str(write("a.jsonl", [TALK])), options)


def test_ids_come_from_content_where_there_are_none(write, read) -> None:
    records = [{"messages": TALK}, {"messages": TALK, "user": "u"}, {"messages": TALK[:1]}, TALK]
    ids = read(write("a.jsonl", records))["source_id"].to_list()
    assert ids[0] == ids[3] and len(set(ids)) == 3


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"prompt": "x", "completion": "y"}, r"unknown shape: an object with completion, prompt"),
        ({"conversations": "text"}, r"unknown shape.*Known: a list of"),
        ([1, 2], r"a message that is a int"),
        ({"messages": ["hi"]}, r"a message that is a str"),
        ({"messages": [{"role": "narrator", "content": "x"}]}, r"unknown role 'narrator'"),
        ({"messages": [{"role": "user", "content": {"a": 1}}]}, r"content is an object with a"),
        (5, r"unknown shape: a int"),
    ],
)
def test_other_shapes_are_refused_with_place_and_keys(write, read, shape, why) -> None:
    path = write("a.jsonl", [TALK, shape])
    with pytest.raises(SourceError, match=rf"a\.jsonl:2: .*{why}"):
        read(path)


def test_conversations_without_talk_are_skipped_and_counted(write) -> None:
    silent = {"messages": [{"role": "system", "content": "x"}]}
    (batch,) = open_source(str(write("a.jsonl", [TALK, silent, []]))).batches(size=9)
    assert (batch.frame.height, batch.skipped) == (1, {"no messages": 2})


def test_nothing_of_a_message_is_in_an_error(write, read) -> None:
    path = write(
        "a.jsonl", [{"messages": [{"role": "user", "content": {"SECRET": "SECRET TEXT"}}]}]
    )
    with pytest.raises(SourceError) as caught:
        read(path)
    assert "SECRET TEXT" not in str(caught.value)
