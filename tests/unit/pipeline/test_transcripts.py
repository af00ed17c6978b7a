"""Transcripts are recognised by what is in them, or it is said what would be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_extract.errors import SourceError, UsageError
from persona_extract.pipeline import transcripts
from persona_extract.pipeline.transcripts import known_shapes, open_transcripts, read_transcripts
from persona_extract.records.tables import TRANSCRIPTS, conform
from persona_extract.sources.protocol import SourceOptions
from tests.rooms.test_benchmarks import DOCUMENTS, SAID
from tests.rooms.test_sources import dialogue

CHAT = {"id": 7, "user": "ann", "messages": SAID}
WILD = {"conversation_hash": "h", "hashed_ip": "ip", "conversation": SAID}


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    if not isinstance(content, bytes):
        records = content if name.endswith(".jsonl") else [content]
        content = "".join(json.dumps(each) + "\n" for each in records).encode()
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind", "ids"),
    [
        ("a.jsonl", [CHAT, {**CHAT, "id": 8}], "jsonl", ["7", "8"]),
        ("a.json", [CHAT, {**CHAT, "id": 8}], "jsonl", ["7", "8"]),
        ("a.json", CHAT, "jsonl", ["7"]),
        ("a.jsonl", [WILD], "wildchat", ["h"]),
        ("a.json", dialogue(3), "star", ["3"]),
    ],
)
def test_chats_of_people(
    tmp_path: Path, name: str, content: Any, kind: str, ids: list[str]
) -> None:
    read = read_transcripts(write(tmp_path, name, content))
    assert (read.recognised, read.made_up, read.skipped) == (kind, False, {})
    frame = conform(read.frame, TRANSCRIPTS)
    assert frame["conversation_id"].to_list() == ids
    assert frame["human"].all() and frame["user_id"].null_count() == 0
    others = ["task_id", "trial", "batch", "reward", "survey"]
    assert set(frame.select(others).null_count().row(0)) == {len(ids)}
    if kind != "star":
        assert frame["messages"][0].to_list() == SAID


def test_a_list_of_messages_is_one_conversation_and_a_list_of_lists_several(tmp_path: Path) -> None:
    one = read_transcripts(write(tmp_path, "a.json", SAID)).frame
    assert one["messages"].to_list() == [SAID]
    two = read_transcripts(write(tmp_path, "b.json", [SAID, SAID])).frame
    assert two["messages"].to_list() == [SAID, SAID]
    first, second = two["conversation_id"]
    assert second == f"{first}#2"


def test_people_who_never_were_are_said_to_be_made_up() -> None:
    read = read_transcripts("demo", limit=4)
    assert (read.recognised, read.made_up, read.frame.height) == ("demo", True, 4)


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    lines = "".join(json.dumps(each) + "\n" for each in (CHAT, CHAT))
    assert read_transcripts(write(tmp_path, "a.json", lines.encode())).frame.height == 2
    document = json.dumps(DOCUMENTS["tau-bench"]()).encode()
    assert read_transcripts(write(tmp_path, "results.txt", document)).recognised == "tau-bench"
    indented = b"\xef\xbb\xbf" + json.dumps(DOCUMENTS["tau2-bench"](), indent=1).encode()
    assert read_transcripts(write(tmp_path, "b.json", indented)).recognised == "tau2-bench"


def test_a_field_map_says_where_things_are(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", [{"n": 1, "chat": {"turns": SAID}}])
    options = SourceOptions(fields={"messages": "chat.turns", "conversation_id": "n"})
    assert read_transcripts(path, options).frame["conversation_id"].to_list() == ["1"]


def test_skipped_conversations_are_counted(tmp_path: Path) -> None:
    silent = {"messages": []}
    read = read_transcripts(write(tmp_path, "a.jsonl", [silent, CHAT, {"messages": None}]))
    assert (read.frame.height, read.skipped) == (1, {"no messages": 2})
    entry = {"instance_id": "airline_0", "conversation": SAID, "survey": {}, "keep": False}
    read = read_transcripts(write(tmp_path, "b.json", [entry]))
    assert (read.frame.height, read.skipped) == (0, {"not kept": 1})


def test_lines_are_streamed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", [{**CHAT, "id": n} for n in range(7)])
    path.write_bytes(path.read_bytes() + b"broken\n")
    batches = open_transcripts(path, size=3).batches
    assert [next(batches).frame.height for _ in range(2)] == [3, 3]
    with pytest.raises(SourceError, match=r"a\.jsonl:8: not JSON"):
        list(batches)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_the_size_of_batches_changes_nothing(tmp_path: Path, size: int) -> None:
    path = write(tmp_path, "airline.json", DOCUMENTS["tau-bench"]())
    batches = [each.frame for each in open_transcripts(path, size=size).batches]
    assert max(frame.height for frame in batches) <= size
    assert pl.concat(batches).equals(read_transcripts(path).frame)


def test_the_first_ones_are_taken(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", [{**CHAT, "id": n} for n in range(7)])
    assert read_transcripts(path, limit=3).frame["conversation_id"].to_list() == ["0", "1", "2"]


UNKNOWN: list[tuple[str, Any, str]] = [
    ("a.json", {"rows": [1], "about": "x"}, "an object with about, rows, 28 bytes"),
    ("a.json", [{"prompt": "p"}, 2], "a list of 2, the first an object with prompt"),
    ("a.json", [], "an empty list, 3 bytes"),
    ("a.json", {}, "an object with no keys"),
    ("a.json", "text", "a str, 7 bytes"),
    ("a.json", None, "null"),
    ("a.jsonl", [{"prompt": "p"}], "an object with prompt in its first line"),
    ("a.csv", b"user,text\n1,hello\n", "a file that is no JSON, 18 bytes"),
    ("a.txt", b"hello\nthere\n", "a file that is no JSON"),
    ("a.json", {"messages": ["hello"]}, "an object with messages"),
    ("a.json", {"k" * 500: 1}, "an object with kkkk"),
]


@pytest.mark.parametrize(("name", "content", "seen"), UNKNOWN)
def test_unknown_shapes_are_told_what_is_known(
    tmp_path: Path, name: str, content: Any, seen: str
) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(SourceError, match=f"{re.escape(str(path))}: of no known shape: ") as caught:
        open_transcripts(path)
    first, *known = str(caught.value).splitlines()
    assert seen in first and len(first) < len(str(path)) + 400
    assert known == [f"* {shape}" for shape in known_shapes()]
    assert len(known) == 7


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", b"", "is empty; fetch it again"),
        ("a.json", b" \n", "is empty; fetch it again"),
        ("a.jsonl", b"", "is empty; fetch it again"),
        ("a.json", b'{"info": {}, "simula', "breaks off after 20 characters"),
        ("a.json", b'[{"task_id": 1,\n"traj": ]', "not JSON at line 2"),
        ("a.jsonl", b"{]\n", ":1: not JSON at column"),
        ("a.json", json.dumps([CHAT]).encode("utf-16"), "is UTF-16, not UTF-8"),
        ("a.json.gz", b"[]", "is not gzip"),
        ("a.json", b"[" * 5000 + b"]" * 5000, "nested too deeply"),
    ],
)
def test_broken_files(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(SourceError, match=f"{re.escape(str(path))}.*{why}"):
        read_transcripts(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    for spec in (tmp_path / "none.json", f"{tmp_path}/*.json", f"star:{tmp_path}/none"):
        with pytest.raises(SourceError, match="no such file or folder"):
            open_transcripts(spec)
    with pytest.raises(UsageError, match="Did you mean wildchat"):
        open_transcripts("wildcat")
    with pytest.raises(SourceError, match="no readable file in it"):
        open_transcripts(tmp_path)


def test_folders(tmp_path: Path) -> None:
    write(tmp_path, "a.json", DOCUMENTS["tau-bench"]())
    assert read_transcripts(tmp_path).frame.height == 4
    write(tmp_path, "b.json", DOCUMENTS["tau-bench"]())
    with pytest.raises(SourceError, match=r"holds files of tau-bench.*one at a time.*a\.json"):
        read_transcripts(tmp_path)
    chats = tmp_path / "chats"
    chats.mkdir()
    write(chats, "a.jsonl", [CHAT])
    write(chats, "b.json", [CHAT])
    assert read_transcripts(chats).frame["conversation_id"].to_list() == ["7", "7#2"]
    other = tmp_path / "other"
    other.mkdir()
    write(other, "a.json", {"rows": []})
    with pytest.raises(SourceError, match="of no known shape: an object with rows"):
        read_transcripts(other)


def test_too_large_a_document_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "DOCUMENT_BYTES", 2**20)
    path = write(tmp_path, "a.json", [{"task_id": 1, "traj": [], "info": "x" * 2**20}])
    with pytest.raises(SourceError, match="one JSON document over 1 MiB"):
        read_transcripts(path)
    path.rename(tmp_path / "a.txt")
    with pytest.raises(SourceError, match="one JSON document over 1 MiB"):
        read_transcripts(tmp_path / "a.txt")
    lines = write(
        tmp_path, "b.json", (json.dumps({**CHAT, "x": "y" * 300_000}) + "\n").encode() * 5
    )
    assert read_transcripts(lines).frame.height == 5


KEYS = [
    *("info", "tasks", "simulations", "task_id", "trial", "reward", "traj", "messages", "role"),
    *("content", "from", "value", "user_queries", "ai_responses", "conversation", "survey", "keep"),
    *("instance_id", "agent_id", "conversations", "conversation_hash", "Events", "Scenario"),
    *("DialogueID", "text", "reward_info", "hashed_ip", "timestamp", "Agent", "Action", "Text"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(["user", "assistant", "tool", "User", "utter", "airline_0_ann2", "1e999"]),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    ),
    max_leaves=12,
)
MESSAGE = st.fixed_dictionaries({"role": SCALARS, "content": ANY_JSON})
TALK = st.one_of(ANY_JSON, st.lists(MESSAGE, max_size=3))
ENTRY = st.one_of(
    st.fixed_dictionaries({"task_id": SCALARS, "traj": TALK}, optional={"trial": SCALARS}),
    st.fixed_dictionaries({"conversation": TALK, "keep": SCALARS, "survey": ANY_JSON}),
    st.fixed_dictionaries({"user_queries": ANY_JSON, "ai_responses": ANY_JSON}),
    st.fixed_dictionaries({"messages": TALK}, optional={"id": SCALARS, "time": SCALARS}),
    st.fixed_dictionaries({"conversation_hash": SCALARS, "conversation": TALK}),
    st.fixed_dictionaries({"DialogueID": ANY_JSON, "Events": ANY_JSON, "Scenario": ANY_JSON}),
)
DOCUMENT = st.one_of(
    ANY_JSON,
    ENTRY,
    st.lists(st.one_of(ENTRY, ANY_JSON), max_size=3),
    st.fixed_dictionaries({"info": ANY_JSON, "simulations": st.lists(ENTRY, max_size=2)}),
    st.dictionaries(st.sampled_from(["airline_0", "airline_0_ann2", "x"]), ENTRY, max_size=3),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENT, lines=st.booleans())
def test_any_json_is_read_or_refused_in_words(tmp_path: Path, document: Any, lines: bool) -> None:
    path = write(tmp_path, "a.jsonl" if lines else "a.json", [document] if lines else document)
    try:
        frame = conform(read_transcripts(path).frame, TRANSCRIPTS)
    except SourceError as error:
        assert str(path) in str(error)
    else:
        assert frame["conversation_id"].n_unique() == frame.height


PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=PLAIN)
def test_what_nobody_claims_gets_the_known_shapes(tmp_path: Path, document: Any) -> None:
    path = write(tmp_path, "a.json", document)
    with pytest.raises(SourceError, match="of no known shape") as caught:
        read_transcripts(path)
    assert all(shape in str(caught.value) for shape in known_shapes())
