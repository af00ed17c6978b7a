from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.unit.cli.shell import Shell, lines, talks


@pytest.fixture
def small_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model, few cases; and `main` may have its hook."""
    monkeypatch.setenv("PERSONA_EXTRACT_CLUSTER__ENCODER", "lsa")
    monkeypatch.setenv("PERSONA_EXTRACT_SIMULATE__CASES", "4")
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)


@pytest.fixture
def shell(small_work: None, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    """Three people with two conversations each, in a folder of their own."""
    path = tmp_path / "in" / "chats.jsonl"
    path.parent.mkdir()
    path.write_bytes(lines(talks()))
    return path
