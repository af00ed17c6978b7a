"""`cache stats` and `cache prune`, as their users meet them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from persona_extract.llm.cache import AnswerCache, stats
from persona_extract.llm.protocol import Kept
from persona_extract.records.calls import Usage
from tests.unit.cli.shell import Shell, bash

LONG = "openai/some-organisation/a-very-long-name-of-a-model-instruct-2026"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "runs" / "chats"
    cache = AnswerCache(path / "cache" / "answers.sqlite")
    usage = Usage(1_000_000, 250_000)
    for n in range(1500):
        cache.keep(f"{n}", "read", "read.v1@0a1b2c3d", Kept("yes", "m-mini", usage, 0.25))
    cache.keep("l", "label", "label.v1@aaaaaaaa", Kept("x", LONG, Usage(10, 5), None))
    cache.keep("j", "compare", "judge-of-dialogues.v12@bbbbbbbb", Kept("x", "m", Usage(), 0.00002))
    for _ in range(3):
        cache.look_up("1")
    cache.close()
    return path


def test_statistics_of_a_workspace(workspace: Path, shell: Shell) -> None:
    ended = shell("cache", "stats", workspace)
    assert ended.code == 0
    said = " ".join(ended.out.split())
    assert "answers 1,502," in said
    assert "paid 375.00 USD (price unknown: 1)" in said
    assert "saved 0.75 USD, 3,750,000 tokens" in said
    assert "read read.v1@0a1b2c3d 1,500 3 375.00 0.75 m-mini" in said
    assert "label label.v1@aaaaaaaa 1 0 unknown unknown" in said
    assert LONG in said
    body = [line for line in ended.out.splitlines() if str(workspace) not in line]
    assert max(map(len, body)) <= 80


def test_statistics_as_json_are_the_record(workspace: Path, shell: Shell) -> None:
    file = workspace / "cache" / "answers.sqlite"
    ended = shell("cache", "stats", file, "--json")
    assert json.loads(ended.out) == stats(file).model_dump(mode="json")
    assert ended.err == ""


def test_the_settings_name_the_cache(
    workspace: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workspace / "cache" / "answers.sqlite"
    monkeypatch.setenv("PERSONA_EXTRACT_MODELS__CACHE", str(file))
    assert json.loads(shell("cache", "stats", "--json").out)["entries"] == 1502


@pytest.mark.parametrize("command", [("stats",), ("prune", "--all", "--yes")])
def test_where_there_is_no_cache(tmp_path: Path, shell: Shell, command: tuple[str, ...]) -> None:
    name, *flags = command
    for arguments, said in (
        ([], "Say which cache"),
        ([tmp_path / "none"], "does not exist"),
        ([tmp_path], "no answer of a model is kept there"),
    ):
        ended = shell("cache", name, *arguments, *flags)
        assert ended.code == 2
        assert said in " ".join(ended.err.split())
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_cache_is_left_alone(tmp_path: Path, shell: Shell) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no cache")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE answers (text TEXT)")
        database.execute("INSERT INTO answers VALUES ('mine')")
    for file in (text, other):
        before = file.read_bytes()
        for command in (("stats",), ("prune", "--all", "--yes")):
            ended = shell("cache", command[0], file, *command[1:])
            assert ended.code == 1
            assert "not a cache of answers" in ended.err
        assert file.read_bytes() == before


def test_prune_removes_what_was_named(workspace: Path, shell: Shell) -> None:
    planned = shell("cache", "prune", workspace, "--prompt", "read", "--dry-run")
    assert planned.code == 0
    assert "1,500 answers would be removed, paid 375.00 USD" in planned.out
    assert stats(workspace / "cache" / "answers.sqlite").entries == 1502
    done = shell("cache", "prune", workspace, "--prompt", "read", "--yes")
    assert "1,500 answers removed, paid 375.00 USD" in done.out
    assert "2 left" in done.out
    assert stats(workspace / "cache" / "answers.sqlite").entries == 2


def test_prune_as_json_says_what_was_done(workspace: Path, shell: Shell) -> None:
    found = json.loads(shell("cache", "prune", workspace, "--model", LONG, "-y", "--json").out)
    assert (found["removed"], found["left"], found["dry_run"]) == (1, 1501, False)
    found = json.loads(shell("cache", "prune", workspace, "--all", "--dry-run", "--json").out)
    assert (found["removed"], found["left"], found["dry_run"]) == (1501, 0, True)


def test_nothing_that_fits_is_no_error(workspace: Path, shell: Shell) -> None:
    ended = shell("cache", "prune", workspace, "--older-than", "30")
    assert ended.code == 0
    assert "no answer fits; 1,502 are kept" in ended.out
    found = json.loads(shell("cache", "prune", workspace, "--model", "x", "--json").out)
    assert (found["removed"], found["dry_run"]) == (0, False)


@pytest.mark.parametrize("flags", [(), ("--all", "--model", "m")])
def test_what_goes_has_to_be_said(workspace: Path, shell: Shell, flags: tuple[str, ...]) -> None:
    ended = shell("cache", "prune", workspace, *flags, "--yes")
    assert ended.code == 2
    assert "--older-than, --prompt, --model, or --all" in " ".join(ended.err.split())


def test_nothing_goes_without_a_yes(workspace: Path) -> None:
    ended = bash(f"persona cache prune {workspace} --all < /dev/null", workspace)
    assert ended.returncode == 2
    assert b"Say --yes" in ended.stderr
    assert stats(workspace / "cache" / "answers.sqlite").entries == 1502


def test_on_a_terminal_it_asks(
    workspace: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(text: str, *, abort: bool, err: bool) -> bool:
        asked.append(text)
        assert abort
        return err

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", answer)
    assert shell("cache", "prune", workspace, "--all").code == 0
    assert "1,502 of 1,502 answers, paid 375.00 USD" in asked[0]
    assert stats(workspace / "cache" / "answers.sqlite").entries == 0


def test_an_empty_cache_says_so(tmp_path: Path, shell: Shell) -> None:
    AnswerCache(tmp_path / "a.sqlite").look_up("a")
    ended = shell("cache", "stats", tmp_path / "a.sqlite")
    assert ended.code == 0
    assert "answers 0," in " ".join(ended.out.split())


def test_help_fits_a_terminal(tmp_path: Path) -> None:
    for command in ("cache", "cache stats", "cache prune"):
        ended = bash(f"persona {command} --help", tmp_path, COLUMNS="80", TERM="dumb")
        assert ended.returncode == 0
        lines = ended.stdout.decode().splitlines()
        assert max(map(len, lines)) <= 80
    assert any("persona-extract cache prune runs/chats --older-than 90" in line for line in lines)
