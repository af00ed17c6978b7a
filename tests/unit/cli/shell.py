"""The program as its users meet it: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from persona_extract.cli import main

PROGRAM = "from persona_extract.cli import main; main()"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Shell:
    """Runs commands in this process; an exception that is no exit fails the test as a bug."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ending:
            main([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        return Ended(int(ending.value.code or 0), out, err)


def environment(**more: str) -> dict[str, str]:
    """For a process of its own: this copy of the package, small work."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def bash(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A shell line in which `persona` is the program."""
    program = f'persona() {{ "{sys.executable}" -c "{PROGRAM}" "$@"; }}; '
    return subprocess.run(
        ["bash", "-c", program + line], cwd=folder, env=environment(**more), capture_output=True
    )


def talk(user: object, number: int, turns: int = 4) -> dict[str, object]:
    """A conversation of a user in OpenAI's shape."""
    messages: list[dict[str, object]] = []
    for turn in range(turns):
        text = f"please tell me about thing {user} {number} {turn} and why it works so well"
        messages.append({"role": "user", "content": text})
        messages.append({"role": "assistant", "content": f"Answer {user} {number} {turn}."})
    return {
        "id": f"c-{user}-{number}",
        "user_id": f"u-{user}",
        "language": "English",
        "messages": messages,
    }


def talks(users: int = 3, each: int = 2, turns: int = 4) -> list[dict[str, object]]:
    return [talk(user, number, turns) for user in range(users) for number in range(each)]


def lines(records: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def wildchat(messages: object, name: str = "h2") -> dict[str, object]:
    return {"conversation_hash": name, "model": "m", "hashed_ip": "x", "conversation": messages}
