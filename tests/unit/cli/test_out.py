"""Where a run may write: refused in one line, or written and resumed; never half, never lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.cli.shell import PROGRAM, Shell, environment
from tests.unit.pipeline.runs import bytes_of

NOBODY = 65534


@pytest.mark.parametrize(
    ("out", "code", "why"),
    [
        ("file", 2, "file is a file. Give --out a folder"),
        ("file/w", 1, "a part of the path is a file"),
        ("full", 2, "full is not empty and not a workspace of this program"),
        ("loop", 1, "its links go round in a circle"),
        ("/dev/null", 2, "/dev/null is a file"),
        ("x" * 300, 1, "the name is too long"),
        ("o\udce9", 2, "is not UTF-8"),
    ],
)
def test_refused_and_untouched(
    out: str, code: int, why: str, chats: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(chats.parent.parent)
    Path("file").write_text("mine")
    Path("full").mkdir()
    Path("full/thesis.txt").write_text("mine")
    Path("loop").symlink_to("loop")
    ended = shell("run", "in/chats.jsonl", "--out", out)
    assert (ended.code, ended.out) == (code, "")
    assert why in ended.err
    assert Path("file").read_text() == Path("full/thesis.txt").read_text() == "mine"
    assert [path.name for path in Path("full").iterdir()] == ["thesis.txt"]


def test_relative_absolute_and_linked_are_one_workspace(
    chats: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("w", target_is_directory=True)
    (tmp_path / "w").mkdir()
    for out in ("w", tmp_path / "w", "link", "../" + tmp_path.name + "/w"):
        ended = shell("run", chats, "--out", out, "--until", "pull", "--json")
        assert json.loads(ended.out)["workspace"] == str(tmp_path / "w")
    assert "unchanged, skipped" in ended.err


@pytest.fixture
def somebody(tmp_path: Path) -> Generator[None]:
    """Not root, whose word is law; what is imported late is imported before."""
    if os.geteuid() != 0:
        yield
        return
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def test_no_permission(
    chats: Path, tmp_path: Path, shell: Shell, request: pytest.FixtureRequest
) -> None:
    out = tmp_path / "w"
    command = ("run", chats, "--out", out, "--until", "pull")
    assert shell(*command).code == 0
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    secret = tmp_path / "secret"
    secret.mkdir(mode=0o700)
    shutil.copy(chats, secret / "chats.jsonl")
    if os.geteuid() != 0:
        secret.chmod(0)
        (out / ".lock").chmod(0)
    before = bytes_of(out)
    request.getfixturevalue("somebody")
    for what in (command, ("run", chats, "--out", locked / "w"), ("run", chats, "--out", secret)):
        ended = shell(*what)
        assert (ended.code, ended.out) == (1, "")
        assert "no permission; choose another --out or change" in ended.err
    ended = shell("run", secret / "chats.jsonl", "--out", tmp_path / "v")
    assert ended.code == 1
    assert "chats.jsonl: cannot be read: Permission denied" in ended.err
    ended = shell("pack", "validate", secret / "pack")
    assert ended.code == 1 and "no permission" in ended.err
    if os.getuid() == 0:
        os.seteuid(0)
        assert bytes_of(out) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A file system of 400 kB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_disk_that_is_really_full_and_one_that_is_read_only(
    small_disk: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__LANGUAGES", "null")

    def command(out: Path) -> tuple[object, ...]:
        return ("run", "demo", "--out", out, "--salt", "s", "--until", "curate", "--limit", 90)

    full = shell(*command(small_disk / "w"))
    assert full.code == 1
    assert "the disk is full; free some space and run the same command again" in full.err
    assert not list(small_disk.rglob("*.partial"))
    remount(small_disk, "size=60m")
    assert shell(*command(small_disk / "w")).code == 0
    assert shell(*command(tmp_path / "w")).code == 0
    assert bytes_of(small_disk / "w") == bytes_of(tmp_path / "w")
    remount(small_disk, "ro")
    for out in (small_disk / "w", small_disk / "new"):
        ended = shell(*command(out))
        assert ended.code == 1
        assert "the file system is read-only; choose another --out" in ended.err


def test_of_two_runs_at_once_one_is_told(chats: Path, tmp_path: Path, small_work: None) -> None:
    command = [sys.executable, "-c", PROGRAM, "run", str(chats), "--out", "w", "--quiet"]
    command += ["--until", "pull", "--salt", "s"]
    both = [
        subprocess.Popen(
            command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1].decode() for process in both]
    for process, err in zip(both, said, strict=True):
        assert process.returncode == 0 or "is in use by another run. Wait for it" in err
    assert 0 in {process.returncode for process in both}
