"""A run's folder: numbered stages, each finished or not, each resumable.

    DIR/
      workspace.json        format and version
      salt                  secret that makes user keys; readable by the owner only
      01_pull/...           tables of the stage
      01_pull/stage.json    written last: what it was made from, what it made, counts
      manifest.json         the whole run in one file

A stage whose `stage.json` carries the expected digest and whose files are intact is skipped. A
stage folder begun for another digest is emptied first, so parts of two runs never mix.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from persona_extract.errors import StoreError, UsageError
from persona_extract.store.atomic import PARTIAL, file_digest, reporting, write_bytes, write_json

FORMAT = {"format": "persona_extract workspace", "version": 1}

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finished stage left: what it was made from, its files' digests, its counts."""

    digest: str
    files: dict[str, str]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened workspace. Safe to pickle: it holds only its path."""

    root: Path

    @property
    def salt(self) -> bytes:
        """The secret of this workspace."""
        with reporting(self.root / "salt"):
            return (self.root / "salt").read_bytes()

    def folder(self, stage: str) -> Path:
        """Folder of a stage; may not exist yet."""
        return self.root / stage

    def finished(self, stage: str) -> Finished | None:
        """What the stage left, or None if it is not finished or its files were changed since."""
        path = self.folder(stage) / "stage.json"
        if not path.exists():
            return None
        try:
            found = orjson.loads(path.read_bytes())
            left = Finished(found["digest"], found["files"], found["counts"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return None
        folder = self.folder(stage)
        intact = all(
            (folder / name).is_file() and file_digest(folder / name) == digest
            for name, digest in left.files.items()
        )
        return left if intact else None

    def begin(self, stage: str, digest: str) -> Path:
        """An unfinished stage's folder, with the whole parts of an interrupted run of the same
        digest, and nothing else, in it."""
        folder = self.folder(stage)
        marker = folder / "begun"
        with reporting(folder):
            resumed = (
                marker.exists()
                and marker.read_text() == digest
                and not (folder / "stage.json").exists()
            )
            if not resumed:
                shutil.rmtree(folder, ignore_errors=False) if folder.exists() else None
                write_bytes(marker, digest.encode())
            for partial in folder.rglob(f"*{PARTIAL}"):
                partial.unlink()
        return folder

    def finish(self, stage: str, digest: str, counts: Counts) -> Finished:
        """Marks the stage as finished; from now on it is skipped for the same digest."""
        folder = self.folder(stage)
        files = {
            str(path.relative_to(folder)): file_digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in ("begun", "stage.json")
        }
        write_json(folder / "stage.json", {"digest": digest, "files": files, "counts": counts})
        return Finished(digest, files, counts)


def open_workspace(root: Path, salt: str | None = None) -> Workspace:
    """Opens a workspace folder, or makes one where there is nothing yet.

    Args:
        root: the folder.
        salt: secret for the user keys; None keeps the workspace's own, random at first.

    Raises:
        UsageError: the folder holds something else, or was made with another salt.
        StoreError: it cannot be written.
    """
    workspace = Workspace(root.resolve())
    with reporting(root):
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file. Give --out a folder.")
        strangers = root.exists() and any(
            path.name != ".lock" and not path.name.endswith(PARTIAL) for path in root.iterdir()
        )
        root.mkdir(parents=True, exist_ok=True)
    if not (root / "workspace.json").exists():
        if strangers:
            raise UsageError(
                f"{root} is not empty and not a workspace of this program. "
                "Give --out a new or empty folder."
            )
        _write_salt(workspace, salt or secrets.token_hex(32))
        write_json(root / "workspace.json", FORMAT)
    _check(workspace, salt)
    return workspace


@contextmanager
def locked(workspace: Workspace) -> Generator[None]:
    """Holds the workspace for one run.

    Raises:
        StoreError: another run holds it.
    """
    with reporting(workspace.root):
        lock = FileLock(workspace.root / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"{workspace.root} is in use by another run. Wait for it or choose another --out."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _write_salt(workspace: Workspace, salt: str) -> None:
    path = workspace.root / "salt"
    write_bytes(path, salt.encode())
    os.chmod(path, 0o600)  # noqa: PTH101


def _check(workspace: Workspace, salt: str | None) -> None:
    try:
        found = orjson.loads((workspace.root / "workspace.json").read_bytes())
    except orjson.JSONDecodeError as error:
        raise StoreError(f"{workspace.root}/workspace.json is damaged.") from error
    if found != FORMAT:
        raise UsageError(f"{workspace.root} was made by another version of this program: {found}.")
    if salt is not None and workspace.salt != salt.encode():
        raise UsageError(
            f"{workspace.root} was made with another salt. Leave the salt out or choose another "
            "--out: user keys of two salts do not match."
        )
