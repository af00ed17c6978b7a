"""Files that are missing, damaged or not what their names claim: one clear line each."""

import gzip
import json
import os

import polars as pl
import pytest

from persona_extract.errors import SourceError, UsageError
from persona_extract.sources import _json_text, kinds, open_source
from persona_extract.sources.protocol import SourceOptions

TALK = {"messages": [{"role": "user", "content": "hello ünder"}]}
LINE = json.dumps(TALK).encode() + b"\n"
WILD = json.dumps({"conversation_hash": "h", "conversation": TALK["messages"]}).encode() + b"\n"


@pytest.mark.parametrize("start", [LINE, WILD], ids=["chat log", "wildchat"])
@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("a.jsonl", lambda s: s + s[: len(s) // 2], r"a\.jsonl:2: the JSON breaks off after"),
        ("a.jsonl", lambda s: s + b"{'a': 1}\n" + s, r"a\.jsonl:2: not JSON at column 2"),
        ("a.jsonl", lambda s: s + s.replace(b"\\u00fc", b"\xfc"), r"a\.jsonl:2: not UTF-8 \(byte"),
        ("a.jsonl", lambda s: s.decode().encode("utf-16"), r"a\.jsonl:1: is UTF-16"),
        ("a.jsonl", lambda s: s + b"\x00\xff\x00\x01\n", r"a\.jsonl:2: binary data"),
        ("a.jsonl", lambda _: b"", r"a\.jsonl: is empty"),
        ("a.json", lambda _: b"", r"a\.json: is empty"),
        ("a.jsonl", lambda _: b"\n \n", r"a\.jsonl: is empty"),
        ("a.json", lambda s: s[:-9], r"a\.json:1: the JSON breaks off"),
        ("a.jsonl", lambda s: gzip.compress(s), r"a\.jsonl: is gzip-compressed; give it a name"),
        ("a.jsonl", lambda _: b"PAR1xxxxPAR1", r"a\.jsonl: is a Parquet file; give it a name"),
        ("a.parquet", lambda s: s, r"a\.parquet: is not a readable Parquet file"),
        ("a.parquet", lambda _: b"", r"a\.parquet: is not a readable Parquet file"),
    ],
)
def test_damaged_files(write, read, start, name, make, why) -> None:
    path = write(name, make(start))
    with pytest.raises(SourceError, match=why) as caught:
        read(path, size=10)
    assert "\n" not in str(caught.value) and caught.value.exit_code == 1


def test_the_advice_says_that_no_line_is_lost(write, read) -> None:
    with pytest.raises(SourceError, match="Nothing is skipped silently: repair or delete it"):
        read(write("a.jsonl", LINE + b"{\n" + LINE))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda packed: packed[: len(packed) // 2], "cut off"),
        (lambda packed: packed[:-4], "cut off"),
        (lambda packed: packed[:40] + b"\x55" * 20 + packed[60:], "damaged|cut off"),
        (lambda _: LINE, "is not gzip, whatever its name says"),
        (lambda _: gzip.compress(b""), "is empty"),
        (lambda _: b"", "is empty|cut off"),
    ],
)
def test_damaged_gzip(tmp_path, read, make, why) -> None:
    raw = b"".join(json.dumps({**TALK, "id": n * 7919}).encode() + b"\n" for n in range(200))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(make(gzip.compress(raw)))
    with pytest.raises(SourceError, match=rf"a\.jsonl\.gz: .*({why})"):
        read(path, size=1000)


def test_utf8_with_a_byte_order_mark_blank_lines_and_windows_ends_are_read(write, read) -> None:
    crlf = LINE.replace(b"\n", b"\r\n")
    for name in ("a.jsonl", "a.json", "b.jsonl.gz"):
        assert read(write(name, b"\xef\xbb\xbf" + crlf + b"\r\n" + crlf)).height == 2
    single = b"\xef\xbb\xbf" + json.dumps(TALK, indent=2).encode()
    assert read(write("c.json", single)).height == 1


def test_half_a_surrogate_pair_and_nan_do_not_lose_the_line(write, read) -> None:
    odd = b'{"score": NaN, "messages": [{"role": "user", "content": "cut \\ud83d"}]}\n'
    rows = read(write("a.jsonl", LINE + odd))
    assert rows.height == 2
    assert rows["messages"][1][0]["content"] == "cut \ufffd"


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_line_without_end_does_not_fill_the_memory(write, read, monkeypatch, name) -> None:
    monkeypatch.setattr(_json_text, "LINE_BYTES", 1000)
    assert read(write(name, LINE * 100)).height == 100
    with pytest.raises(SourceError, match=rf"{name}:2: line longer than .*JSON Lines"):
        read(write(name, LINE + b"[" + b"1," * 5000))


def test_the_real_cap_holds_without_reading_the_rest(tmp_path) -> None:
    import psutil

    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        stream.write(LINE)
        stream.flush()
        os.truncate(stream.fileno(), 400 * 2**20)  # a sparse "line" of 400 MB
        before = psutil.Process().memory_info().rss
        with pytest.raises(SourceError, match=r"a\.jsonl:2: line longer than 64 MiB"):
            list(_json_text.lines(path))
        assert psutil.Process().memory_info().rss - before < 200 * 2**20


def test_missing_things(tmp_path) -> None:
    for spec in (
        f"{tmp_path}/none.jsonl",
        f"{tmp_path}/none",
        f"{tmp_path}/*.jsonl",
        "none.parquet",
    ):
        with pytest.raises(SourceError, match="no such file or folder"):
            open_source(spec)


def test_a_folder_without_readable_files_names_what_is_known(tmp_path) -> None:
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / ".hidden.jsonl").write_bytes(LINE)
    with pytest.raises(SourceError, match=r"no readable file in it; known are \.jsonl"):
        open_source(str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(write, read) -> None:
    path = write("a.jsonl", LINE)
    path.chmod(0)
    with pytest.raises(SourceError, match="Permission denied"):
        read(path)


@pytest.mark.parametrize(
    ("spec", "near"), [("dmeo", "demo"), ("wildcat", "wildchat"), ("wildcaht:1M", "wildchat")]
)
def test_a_misspelt_kind_names_the_nearest(spec: str, near: str) -> None:
    with pytest.raises(UsageError, match=rf"{spec}: not a source.*Did you mean {near}\?") as caught:
        open_source(spec)
    assert caught.value.exit_code == 2
    assert all(kind.name in str(caught.value) for kind in kinds())


def test_nothing_near_is_not_guessed() -> None:
    with pytest.raises(UsageError) as caught:
        open_source("xyzzy")
    assert "Did you mean" not in str(caught.value)


def test_a_token_of_other_content_or_of_nothing_is_refused(write) -> None:
    path = write("a.jsonl", LINE * 5)
    batch = next(iter(open_source(str(path)).batches(size=2)))
    path.write_bytes(LINE * 6)
    with pytest.raises(SourceError, match="has changed since"):
        list(open_source(str(path), SourceOptions()).batches(size=2, token=batch.token))
    with pytest.raises(SourceError, match="damaged"):
        list(open_source(str(path)).batches(size=2, token="{not json"))


def test_counts_are_known_for_lines_and_parquet_and_not_for_whole_json(write, tmp_path) -> None:
    assert open_source(str(write("a.jsonl", LINE + b"\n" + LINE * 2))).count() == 3
    assert open_source(str(write("a.jsonl.gz", WILD * 4))).count() == 4
    assert open_source(str(write("a.json", LINE))).count() is None
    pl.read_ndjson(WILD * 5).write_parquet(tmp_path / "p.parquet")
    assert open_source(str(tmp_path / "p.parquet")).count() == 5
