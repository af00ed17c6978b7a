"""Ctrl-C, SIGTERM, and readers that go away: an exit code, a line at most, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.cli.shell import PROGRAM, Shell, bash, environment
from tests.unit.pipeline.runs import bytes_of


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_the_middle_and_gone_on_with(
    number: int, code: int, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__LANGUAGES", "null")
    monkeypatch.setenv("PERSONA_EXTRACT_PULL__CHUNK", "3")
    options = ["run", "demo", "--limit", "120", "--salt", "s", "--until", "curate", "--out"]
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", PROGRAM, *options, str(tmp_path / "w")],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"pull:")
    time.sleep(0.02)
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out) == (code, b"")
    assert err.decode().splitlines()[-1] == "interrupted; run the same command again to continue"
    assert b"Traceback" not in err
    assert shell(*options, tmp_path / "w").code == 0
    assert shell(*options, tmp_path / "undisturbed").code == 0
    assert bytes_of(tmp_path / "w") == bytes_of(tmp_path / "undisturbed")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("persona config | head -1 >&2; exit ${PIPESTATUS[0]}", (0, 1), b"# Settings"),
        ("persona config | true; exit ${PIPESTATUS[0]}", (0, 1), b""),
        ("persona config > /dev/full", (1,), b"error: output: No space left on device"),
        ("persona config >&-", (0, 1), b""),
        ("persona run none.jsonl --out w 2>&-", (1,), b""),
        ("persona run none.jsonl --out w 2>/dev/full", (1,), b""),
    ],
)
def test_nobody_reads(line: str, code: tuple[int, ...], said: bytes, tmp_path: Path) -> None:
    ended = bash(line, tmp_path)
    assert ended.returncode in code
    assert said in ended.stderr
    assert b"Traceback" not in ended.stderr and b"Exception ignored" not in ended.stderr


def test_plain_narrow_and_colourless_terminals(tmp_path: Path) -> None:
    poor = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40", "PYTHONIOENCODING": "ascii"}
    ended = bash("persona run 'nöne.jsonl' --out w", tmp_path, **poor)
    assert ended.stderr.decode("ascii") == "error: n\\xf6ne.jsonl: no such file or folder\n"
    usage = bash("persona run; persona run --help", tmp_path, **poor)
    assert b"\x1b" not in usage.stderr + usage.stdout
    assert max(len(line) for line in usage.stdout.decode("ascii").splitlines()) < 400


def test_colour_that_is_forced_does_not_reach_json(tmp_path: Path) -> None:
    ended = bash("persona doctor --json", tmp_path, FORCE_COLOR="1", HF_HUB_OFFLINE="1")
    assert ended.stdout.startswith(b"{") and b"\x1b" not in ended.stdout


def test_json_is_utf8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    home = tmp_path / "hömé"
    home.mkdir()
    ended = bash("persona doctor --json", home, PYTHONIOENCODING="ascii", HF_HOME=os.fspath(home))
    assert os.fspath(home) in ended.stdout.decode("utf-8")
