"""Whatever SOURCE is, a run reads it or says in one line which file, where and what to do; and
nothing half-read is left."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from tests.unit.cli.shell import Shell, bash, lines, talk, talks, wildchat

GOOD = lines(talks())
HALF = GOOD.splitlines()[2][:60] + b"\n"
DEEP = b'{"messages": [{"role": "user", "content": ' + b"[" * 990 + b"]" * 990 + b"}]}\n"
SAID = {"role": "user", "content": "hi"}


def saying(messages: object) -> bytes:
    return lines([talk(1, 1), {"id": "x", "messages": messages}])


def wild(messages: object) -> bytes:
    return lines([wildchat([SAID], "h1"), wildchat(messages)])


REFUSED: list[tuple[str, str, bytes, str]] = [
    ("empty", "a.jsonl", b"", "is empty; fetch it again"),
    (
        "picture",
        "a.jsonl",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff",
        ":1: not UTF-8 .* has to be UTF-8",
    ),
    ("text as parquet", "a.parquet", b"hello", "is not a readable Parquet file"),
    ("unknown object", "a.json", b'{"a": {"b": 1}}', "unknown shape: an object with a. Known: "),
    ("csv", "a.csv", b"user,text\n1,hello\n", ":1: not JSON at column 1"),
    ("cut gzip", "a.jsonl.gz", gzip.compress(GOOD)[:-20], "is cut off; fetch it again"),
    ("no gzip", "a.jsonl.gz", GOOD, "is not gzip, whatever its name says"),
    ("cut at the end", "a.jsonl", GOOD[:-30], ":6: the JSON breaks off after .* repair or delete"),
    ("cut in the middle", "a.jsonl", GOOD + HALF + GOOD, ":7: the JSON breaks off after 60"),
    ("latin-1", "a.jsonl", GOOD + '{"x": "é"}'.encode("latin-1"), ":7: not UTF-8"),
    ("UTF-16", "a.jsonl", GOOD.decode().encode("utf-16"), "is UTF-16, not UTF-8; convert it"),
    ("UTF-16 unmarked", "a.jsonl", GOOD.decode().encode("utf-16-le"), ":1: binary data, UTF-16"),
    ("UTF-32", "a.jsonl", GOOD.decode().encode("utf-32"), "is UTF-32, not UTF-8; convert it"),
    ("nested", "a.jsonl", b"[" * 100_000 + b"]" * 100_000, ":1: JSON nested too deeply"),
    ("nested 1000", "a.jsonl", b"[" * 1000 + b"]" * 1000, "a list of a list of a list"),
    ("nested 1000 whole", "a.json", b"[" * 1000 + b"]" * 1000, "JSON nested too deeply"),
    ("nested wildchat", "a.jsonl", lines([wildchat([SAID])]) + DEEP, ":2: not a record in"),
    ("messages a string", "a.jsonl", saying("hello"), ":2: .* unknown shape: an object with id"),
    ("messages strings", "a.jsonl", saying(["a", "b"]), ":2: a message that is a str"),
    ("message null", "a.jsonl", saying([None]), ":2: a message that is null"),
    ("role unknown", "a.jsonl", saying([{"role": "martian", "content": "x"}]), ":2: .*'martian'"),
    ("role null", "a.jsonl", saying([{"role": None, "content": "x"}]), ":2: .*unknown role"),
    ("content a number", "a.jsonl", saying([{"role": "user", "content": 5}]), ":2: .* not text"),
    ("wild string", "a.jsonl", wild("hello"), ":2: a field is of another type"),
    ("wild strings", "a.jsonl", wild(["a"]), ":2: a field is of another type"),
    ("wild number", "a.jsonl", wild([{"role": "user", "content": 5}]), ":2: .* is a int, not text"),
    ("wild parts", "a.jsonl", wild([{"role": "user", "content": [SAID]}]), ":2: .* not text"),
    ("wild role", "a.jsonl", wild([{"role": "martian", "content": "x"}]), ":2: .*'martian'"),
    ("wild role 5", "a.jsonl", wild([{"role": 5, "content": "x"}]), ":2: .*unknown role '5'"),
    (
        "wild nested",
        "a.jsonl",
        lines([wildchat([SAID])])
        + b'{"conversation_hash": "h", "conversation": '
        + b"[" * 900
        + b"]" * 900
        + b"}",
        ":2: JSON nested too deeply",
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_read_is_one_line_with_file_and_place(
    name: str, content: bytes, why: str, tmp_path: Path, shell: Shell
) -> None:
    source = tmp_path / "in" / name
    source.parent.mkdir()
    source.write_bytes(content)
    ended = shell("run", source, "--out", tmp_path / "w", "--json", "--quiet")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert ended.err.startswith(f"error: {source}")
    assert re.search(why, ended.err), ended.err
    assert not list(tmp_path.rglob("*.parquet*")) or name == "a.parquet"


READ: list[tuple[str, bytes, int, int]] = [
    ("BOM", b"\xef\xbb\xbf" + GOOD, 6, 0),
    ("NaN", GOOD + b'{"id": NaN, "messages": [{"role": "user", "content": NaN}]}\n', 7, 0),
    ("null", saying(None), 1, 1),
    ("no messages", saying([]), 1, 1),
    ("capitals", saying([{"role": "USER", "content": "x"}]), 2, 0),
    ("parts", saying([{"role": "user", "content": [{"type": "text", "text": "hi"}]}]), 2, 0),
    ("content null", saying([{"role": "user", "content": None}]), 2, 0),
    ("number as id", lines([talk(1, 1) | {"id": 5, "user_id": 6.5}]), 1, 0),
    ("nested elsewhere", GOOD[:-2] + b', "x": ' + b"[" * 900 + b"]" * 900 + b"}\n", 6, 0),
    ("wild null", wild(None), 1, 1),
    ("wild capitals", wild([{"role": "USER", "content": "x"}]), 2, 0),
]


@pytest.mark.parametrize(
    ("content", "read", "skipped"), [case[1:] for case in READ], ids=[case[0] for case in READ]
)
def test_what_is_odd_but_readable_is_read(
    content: bytes, read: int, skipped: int, tmp_path: Path, shell: Shell
) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    ended = shell("run", tmp_path / "a.jsonl", "--out", tmp_path / "w", "--until", "pull", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["n_conversations"] == read
    counts = json.loads((tmp_path / "w" / "manifest.json").read_bytes())["stages"]["pull"]["counts"]
    assert counts.get("skipped: no messages", 0) == skipped


@pytest.mark.parametrize(
    ("spec", "code", "why"),
    [
        ("none.jsonl", 1, "none.jsonl: no such file or folder"),
        ("", 2, "SOURCE is empty"),
        ("-", 2, "-: not a source"),
        ("demoo", 2, "Did you mean demo?"),
        ("~nosuchuser/x.jsonl", 1, "no such file or folder"),
        ("x" * 5000, 1, "File name too long"),
        ("pipe.jsonl", 1, "is a pipe or a device; a run reads its source more than once"),
        ("/dev/zero", 1, "is a pipe or a device"),
        ("dangling.jsonl", 1, "is a link to something that does not exist"),
        ("loop", 1, "Too many levels of symbolic links"),
        ("folder", 1, "no readable file in it; known are .jsonl"),
        ("chats.jsonl/x", 1, "no such file or folder"),
    ],
)
def test_nothing_is_written_before_there_is_a_source(
    spec: str, code: int, why: str, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.jsonl")
    Path("dangling.jsonl").symlink_to("nothing")
    Path("loop").symlink_to("loop")
    Path("folder").mkdir()
    Path("chats.jsonl").write_bytes(GOOD)
    ended = shell("run", spec, "--out", "w")
    assert (ended.code, ended.out) == (code, "")
    assert why in ended.err
    assert not Path("w").exists()


@pytest.mark.parametrize(
    "name",
    [
        "with space.jsonl",
        "ünïcödé 日本.jsonl",
        "a[1].jsonl",
        "*.jsonl",
        "quote'\".jsonl",
        ".hidden.jsonl",
        "UPPER.JSONL",
        "no_ending",
        "-dash.jsonl",
    ],
)
def test_file_names_of_every_kind(
    name: str, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(GOOD)
    Path("another.jsonl").write_bytes(GOOD)
    options = ("run", "--until", "pull", "--json", "--out", "w", "--")
    assert json.loads(shell(*options, name).out)["n_conversations"] == 6
    Path(name).write_bytes(GOOD[:-9])
    assert f"{name}:6: the JSON breaks off" in shell(*options, name).err


def test_a_name_cannot_paint_the_terminal(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "\x1b[31mred\x07.jsonl"
    path.write_bytes(GOOD[:-9])
    ended = shell("run", path, "--out", tmp_path / "w")
    assert "\x1b" not in ended.err and "\x07" not in ended.err
    assert r"\x1b[31mred\x07.jsonl:6: the JSON" in ended.err


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path, shell: Shell) -> None:
    ended = shell("run", "caf\udce9.jsonl", "--out", tmp_path / "w")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "is not UTF-8; rename" in ended.err


def test_links_and_read_only_folders_are_read(
    chats: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.jsonl").symlink_to(chats)
    chats.parent.chmod(0o555)
    chats.chmod(0o444)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for spec in (tmp_path / "link.jsonl", chats.parent, "../in/chats.jsonl", "../in/*.jsonl"):
        assert shell("run", spec, "--out", f"w{len(str(spec))}", "--until", "pull").code == 0
    chats.parent.chmod(0o755)


def test_standard_input_is_read_from_a_file_and_not_from_a_pipe(chats: Path) -> None:
    line = "persona run /dev/stdin --out w --until pull --quiet"
    assert bash(f"{line} < chats.jsonl", chats.parent).returncode == 0
    piped = bash(f"cat chats.jsonl | {line}", chats.parent)
    assert piped.returncode == 1 and b"is a pipe" in piped.stderr


def test_100_megabytes_in_one_line_are_refused(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD)
    os.truncate(path, 100 * 2**20)
    ended = shell("run", path, "--out", tmp_path / "w")
    assert ended.code == 1
    assert "a.jsonl:7: line longer than 64 MiB" in ended.err
