"""Runs of the real program with the fake models of `tests.servers.roles`."""

from __future__ import annotations

import io
import json
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from persona_extract.cli import main
from tests.servers.openai_like import Seen
from tests.unit.cli.shell import Ended

KEY, KEY_NAME = "sk-test-4f1c9b77e0", "PERSONA_TEST_KEY"
SMALL = {
    "PERSONA_EXTRACT_SALT": "a salt for tests",
    "PERSONA_EXTRACT_CLUSTER__ENCODER": "lsa",
    "PERSONA_EXTRACT_CLUSTER__MIN_USERS": "3",
    "PERSONA_EXTRACT_CLUSTER__MAX_CLUSTERS": "5",
    "PERSONA_EXTRACT_CLUSTER__BOOTSTRAPS": "5",
    "PERSONA_EXTRACT_SIMULATE__CASES": "4",
    "PERSONA_EXTRACT_MODELS__READER__KEY_ENV": KEY_NAME,
    "PERSONA_EXTRACT_MODELS__LABELER__KEY_ENV": KEY_NAME,
    KEY_NAME: KEY,
}
"""Small work, and where the key of the models is."""


def persona(*arguments: object) -> Ended:
    """One command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    hook = sys.excepthook
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ending:
        main([str(argument) for argument in arguments])
    sys.excepthook = hook
    return Ended(int(ending.value.code or 0), _said(out), _said(err))


def run(source: Path, out: Path, url: str, *more: object) -> Ended:
    """`persona-extract run` with both models at an address."""
    models = [f"reader=openai/fake@{url}", f"labeler=openai/fake@{url}"]
    flags = [part for model in models for part in ("--model", model)]
    return persona("run", source, "--out", out, *flags, *more)


def copied(workspace: Path, out: Path) -> Path:
    """A workspace of its own, as far as the other one is."""
    shutil.copytree(workspace, out)
    return out


def files_with(root: Path, text: str) -> list[str]:
    """Files of any kind below a folder that hold a text."""
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def asked(requests: list[Seen]) -> list[str]:
    """What was asked, one text a request."""
    return [json.dumps(seen.body["messages"]) for seen in requests]


def loaded(ended: Ended) -> dict[str, Any]:
    """What `--json` printed."""
    return json.loads(ended.out)


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode("utf-8")
