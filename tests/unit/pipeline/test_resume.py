"""A run that is killed, at whatever point, and started again ends with the same bytes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from persona_extract.errors import StoreError
from persona_extract.store import atomic
from tests.unit.pipeline.runs import SALT, bytes_of, corpus, run_to


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return bytes_of(run_to(source, tmp_path_factory.mktemp("whole") / "w").workspace.root)


class Killed(BaseException):
    """Stands for kill -9: nothing in the program catches it."""


@pytest.mark.parametrize("at", [3, 6, 9, 14, 20, 26, 31, 36])
def test_killed_before_a_write(
    at: int,
    source: Path,
    undisturbed: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = 0
    fsync = os.fsync

    def killed(descriptor: int) -> None:
        nonlocal written
        written += 1
        if written == at:
            raise Killed
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", killed)
        with pytest.raises(Killed):
            run_to(source, tmp_path / "w")
    assert bytes_of(run_to(source, tmp_path / "w").workspace.root) == undisturbed


def test_full_disk_says_so_and_nothing_is_half_written(
    source: Path, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def full(descriptor: int) -> None:
        nonlocal written
        written += 1
        if written > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        with pytest.raises(StoreError, match="disk is full"):
            run_to(source, tmp_path / "w")
    assert not list((tmp_path / "w").rglob(f"*{atomic.PARTIAL}"))
    assert bytes_of(run_to(source, tmp_path / "w").workspace.root) == undisturbed


@pytest.mark.parametrize("seconds", [0.5, 4.0])
def test_sigkill(seconds: float, source: Path, undisturbed: dict[str, str], tmp_path: Path) -> None:
    """A process of its own, killed for real: before or within the stages."""
    code = (
        "from pathlib import Path; from tests.unit.pipeline.runs import run_to; "
        f"run_to({str(source)!r}, Path({str(tmp_path / 'w')!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert bytes_of(run_to(source, tmp_path / "w").workspace.root) == undisturbed


def test_a_second_run_does_nothing_and_changes_nothing(source: Path, tmp_path: Path) -> None:
    root = run_to(source, tmp_path / "w").workspace.root
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*.parquet")}
    before = bytes_of(root)
    run_to(source, tmp_path / "w")
    assert bytes_of(root) == before
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.parquet")} == times


def test_a_changed_part_is_made_again(
    source: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    root = run_to(source, tmp_path / "w").workspace.root
    damaged = next((root / "03_measure" / "users").glob("*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-8])
    (root / "pack" / "profiles.jsonl").write_bytes(b"")
    assert bytes_of(run_to(source, tmp_path / "w").workspace.root) == undisturbed


def test_the_salt_alone_decides_the_keys(source: Path, tmp_path: Path) -> None:
    one = run_to(source, tmp_path / "1", "pack")
    two = run_to(source, tmp_path / "2", "pack")
    assert bytes_of(one.pack) == bytes_of(two.pack)
    assert SALT.encode() == one.workspace.salt
