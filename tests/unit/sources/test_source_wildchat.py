"""WildChat's shape, with its nulls and oddities, from every kind of local file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.errors import SourceError, SourceUnavailable, UsageError
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions


def message(role: str, content: str | None, **more: Any) -> dict[str, Any]:
    nulls = dict.fromkeys(("language", "toxic", "redacted", "hashed_ip", "timestamp", "header"))
    return {"role": role, "content": content, **nulls, **more}


def record(number: int = 0, **more: Any) -> dict[str, Any]:
    talk = [message("user", f"question {number}"), message("assistant", "answer")]
    nulls = dict.fromkeys(("model", "timestamp", "language", "toxic", "redacted", "hashed_ip"))
    return {"conversation_hash": f"h{number:03}", "conversation": talk, **nulls, **more}


def test_what_is_null_stays_null_and_the_rest_is_written_on_every_row(write, read) -> None:
    row = read(write("a.jsonl", [record()])).row(0, named=True)
    assert row["source_id"] == "h000"
    assert (row["corpus"], row["licence"]) == ("WildChat (local copy)", "ODC-BY-1.0")
    assert row["revision"].startswith("sha256:") and len(row["revision"]) == 7 + 16
    nulls = ("user_id", "domain", "model", "language", "toxic", "redacted", "started")
    assert [row[name] for name in nulls] == [None] * 7


def test_messages_stay_as_they_are_with_empty_ones_and_repeated_roles(write, read) -> None:
    talk = [
        message("assistant", "hi"),
        message("user", ""),
        message("user", None),
        message("system", "not talk"),
        message("user", "  spaced  "),
    ]
    row = read(write("a.jsonl", [record(conversation=talk)])).row(0, named=True)
    assert [(m["role"], m["content"]) for m in row["messages"]] == [
        ("assistant", "hi"),
        ("user", ""),
        ("user", ""),
        ("user", "  spaced  "),
    ]


def test_messages_tell_what_the_record_leaves_null(write, read) -> None:
    user = message(
        "user", "x", hashed_ip="ip1", toxic=False, redacted=True, language="French",
        timestamp="2024-05-01T10:00:00+02:00", turn_identifier=77,
    )  # fmt: skip
    answer = message("assistant", "y", toxic=True, timestamp="2024-05-01 08:01:00")
    told = record(1, conversation=[user, answer], timestamp="2024-05-02T00:00:00Z")
    over = record(2, conversation=[user], hashed_ip="ip9", toxic=False, language="English")
    rows = read(write("a.jsonl", [told, over, record(3)]))
    assert rows["user_id"].to_list() == ["ip1", "ip9", None]
    assert rows["toxic"].to_list() == [True, False, None]
    assert rows["redacted"].to_list() == [True, True, None]
    assert rows["language"].to_list() == ["French", "English", None]
    assert rows["source_id"].to_list() == ["h001-77", "h002-77", "h003"]
    assert rows["started"][0] == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_fields_that_appear_late_or_change_type_are_read(write, read) -> None:
    records = [record(n) for n in range(700)]
    records[650]["hashed_ip"] = "late"
    records[651]["timestamp"] = 1_714_550_400_000
    records[652]["openai_moderation"] = [{"categories": {"hate": False}}]
    records[653]["new"] = {"deep": [1]}
    rows = read(write("a.jsonl", records), size=100)
    assert rows.height == 700
    assert rows["user_id"][650] == "late"
    assert rows["started"][651] == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_another_corpus_in_this_shape_keeps_its_name_and_no_licence_is_claimed(write, read) -> None:
    other = record(1, _dataset="realhumaneval (NOT WildChat)")
    known = record(2, _dataset="mine", license="CC0-1.0")
    rows = read(write("a.jsonl", [record(0), other, known]))
    assert rows["corpus"].to_list() == ["WildChat (local copy)", "realhumaneval", "mine"]
    assert rows["licence"].to_list() == ["ODC-BY-1.0", "unknown (see the source)", "CC0-1.0"]


def test_records_without_hash_get_ids_from_what_was_said(write, read) -> None:
    first = record()
    nameless = [record(n, conversation_hash=None) for n in (1, 2, 2)]
    ids = read(write("a.jsonl", [first, *nameless]))["source_id"].to_list()
    assert ids[0] == "h000" and ids[1] != ids[2] == ids[3]


def test_records_without_messages_are_skipped_and_counted(write) -> None:
    path = write("a.jsonl", [record(), record(conversation=[]), record(conversation=None)])
    (batch,) = open_source(str(path)).batches(size=9)
    assert (batch.frame.height, batch.skipped) == (1, {"no messages": 2})


@pytest.mark.parametrize(
    "bad", [{"conversation": {"role": "user"}}, {"conversation": ["x"]}, {"toxic": "perhaps"}]
)
def test_a_field_of_another_type_is_an_error_with_file_and_line(write, read, bad) -> None:
    path = write("a.jsonl", [record(0), record(1), record(2) | bad, record(3)])
    with pytest.raises(SourceError, match=r"a\.jsonl:3: a field is of another type"):
        read(path, size=10)


def test_a_record_of_another_shape_is_an_error_with_file_and_line(write, read) -> None:
    path = write("a.jsonl", [record(), {"messages": []}])
    with pytest.raises(SourceError, match=r"a\.jsonl:2: not a record in WildChat's shape"):
        read(path)


def as_parquet(records: list[dict[str, Any]], path: Path) -> Path:
    text = b"".join(json.dumps(each).encode() + b"\n" for each in records)
    pl.read_ndjson(text, infer_schema_length=None).write_parquet(path, row_group_size=4)
    return path


def test_parquet_gzip_json_and_a_folder_of_them_say_the_same(write, read, tmp_path: Path) -> None:
    records = [record(n, model="gpt-4o", timestamp="2024-05-01T10:00:00+00:00") for n in range(11)]
    expected = read(write("a.jsonl", records)).drop("revision")
    for other in (
        write("b.jsonl.gz", records),
        write("c.json", json.dumps(records).encode()),
        write("d.json.gz", json.dumps(records).encode()),
        as_parquet(records, tmp_path / "e.parquet"),
    ):
        assert read(other).drop("revision").equals(expected), other.name
    folder = read(tmp_path).drop("revision")
    assert folder.equals(pl.concat([expected] * 5))
    assert read(f"{tmp_path}/*.js*").height == 4 * 11


def test_parquet_files_of_different_schema_are_read_together(read, tmp_path: Path) -> None:
    full = [record(n, hashed_ip="ip", toxic=False) for n in range(5)]
    as_parquet(full, tmp_path / "a.parquet")
    as_parquet([record(5)], tmp_path / "b.parquet")  # columns of nulls have no type here
    typed = pl.read_parquet(tmp_path / "a.parquet").with_columns(
        timestamp=pl.datetime(2024, 5, 1, time_unit="us"), toxic=pl.lit("TRUE")
    )
    typed.write_parquet(tmp_path / "c.parquet")
    rows = read(tmp_path)
    assert rows["user_id"].to_list() == ["ip"] * 5 + [None] + ["ip"] * 5
    assert rows["toxic"].to_list() == [False] * 5 + [None] + [True] * 5
    assert rows["started"][10] == datetime(2024, 5, 1, tzinfo=UTC)


def test_a_parquet_of_another_shape_names_its_columns(read, tmp_path: Path) -> None:
    pl.DataFrame({"text": ["a"], "conversation": ["b"]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(SourceError, match=r"a\.parquet: not in WildChat's shape.*text"):
        read(tmp_path)


def test_a_damaged_parquet_page_is_one_line(read, tmp_path: Path) -> None:
    path = as_parquet(
        [record(n, model="m" * 50 + str(n)) for n in range(400)], tmp_path / "a.parquet"
    )
    raw = bytearray(path.read_bytes())
    raw[8:3000] = b"\x00" * 2992
    path.write_bytes(bytes(raw))
    with pytest.raises(SourceError, match="damaged"):
        read(path)


def test_with_a_field_map_a_local_copy_is_read_as_any_chat_log(write, read) -> None:
    path = write("a.jsonl", [record(n, _pseudo_user=f"pu{n % 2}") for n in range(4)])
    rows = read(path, fields={"user_id": "_pseudo_user"})
    assert rows["user_id"].to_list() == ["pu0", "pu1", "pu0", "pu1"]
    assert rows["source_id"].to_list() == ["h000", "h001", "h002", "h003"]


def test_reading_local_files_asks_no_network(write, read, monkeypatch, tmp_path: Path) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a local file was looked up on the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    as_parquet([record()], tmp_path / "b.parquet")
    write("a.jsonl", [record()])
    assert read(tmp_path).height == 2


def test_a_misspelt_corpus_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"wildchat:9M.*did you mean wildchat:1M"):
        open_source("wildchat:9M")
    with pytest.raises(UsageError, match=r"did you mean wildchat:4\.8M"):
        open_source("wildchat:4.8")


def test_without_network_one_line_says_what_to_do(monkeypatch) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import OfflineModeIsEnabled

    def offline(*_: object, **__: object) -> None:
        raise OfflineModeIsEnabled("offline mode is enabled.\nsecond line")

    monkeypatch.setattr(HfApi, "dataset_info", offline)
    with pytest.raises(SourceUnavailable, match=r"out of reach.*local copy") as caught:
        next(iter(open_source("wildchat", SourceOptions()).batches(size=1)))
    assert "\n" not in str(caught.value) and caught.value.retryable


def test_the_digest_is_of_the_content_and_not_of_names(write) -> None:
    one, same = (open_source(str(write(n, [record()]))) for n in ("a.jsonl", "b.jsonl"))
    other = open_source(str(write("c.jsonl", [record(1)])))
    assert one.fingerprint() == same.fingerprint() != other.fingerprint()


def test_a_truncated_gzip_says_so(write, read) -> None:
    path = write("a.jsonl.gz", [record(n, model=str(n * 7919)) for n in range(3000)])
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(SourceError, match=r"a\.jsonl\.gz: the gzip file is cut off"):
        read(path, size=1000)
