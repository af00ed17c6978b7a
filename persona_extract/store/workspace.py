"""A run's folder: numbered stages, each finished or not, each resumable.

    DIR/
      workspace.json        format, version, and a hash by which the salt is known again
      salt                  secret that makes user keys; readable by the owner only
      01_pull/...           tables of the stage
      01_pull/stage.json    written last: what it was made from, what it made, counts
      manifest.json         the whole run in one file

A stage whose `stage.json` carries the expected digest and whose files are intact is skipped. A
stage folder begun for another digest is emptied first, so parts of two runs never mix.
"""

from __future__ import annotations

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
from persona_extract.text import content_hash, salted_key

FORMAT = {"format": "persona_extract workspace", "version": 2}

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
        with reporting(path):
            if not path.is_file():
                return None
            written = path.read_bytes()
        try:
            found = orjson.loads(written)
            left = Finished(found["digest"], dict(found["files"]), dict(found["counts"]))
            sealed = found["seal"] == _seal(left)
        except (ValueError, KeyError, TypeError):
            return None
        return left if sealed and left.files == _digests(self.folder(stage)) else None

    def counts(self, stage: str) -> Counts:
        """What a finished stage counted, taken on trust; nothing if it is not finished."""
        path = self.folder(stage) / "stage.json"
        with reporting(path):
            if not path.is_file():
                return {}
            written = path.read_bytes()
        try:
            return dict(orjson.loads(written)["counts"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{path} is damaged. Remove it and run again.") from error

    def begin(self, stage: str, digest: str) -> Path:
        """An unfinished stage's folder, with the whole parts of an interrupted run of the same
        digest, and nothing else, in it."""
        folder = self.folder(stage)
        marker = folder / "begun"
        with reporting(folder):
            resumed = (
                marker.is_file()
                and marker.read_bytes() == digest.encode()
                and not (folder / "stage.json").exists()
            )
            if not resumed:
                shutil.rmtree(folder) if folder.exists() else None
                write_bytes(marker, digest.encode())
            for partial in folder.rglob(f"*{PARTIAL}"):
                partial.unlink()
        return folder

    def finish(self, stage: str, digest: str, counts: Counts) -> Finished:
        """Marks the stage as finished; from now on it is skipped for the same digest."""
        folder = self.folder(stage)
        made = Finished(digest, _digests(folder), counts)
        written = {"digest": digest, "files": made.files, "counts": counts, "seal": _seal(made)}
        write_json(folder / "stage.json", written)
        return made


def open_workspace(root: Path, salt: str | None = None) -> Workspace:
    """Opens a workspace folder, or makes one where there is nothing yet.

    Args:
        root: the folder.
        salt: secret for the user keys; None keeps the workspace's own, random at first.

    Raises:
        UsageError: the folder holds something else, or was made with another salt.
        StoreError: it cannot be written, or its salt is lost.
    """
    if salt == "":
        raise UsageError("the salt is empty; leave it out for a random one.")
    workspace = Workspace(_resolved(root))
    with reporting(root):
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file. Give --out a folder.")
        root.mkdir(parents=True, exist_ok=True)
        new = not (root / "workspace.json").exists()
        if new and any(not _own(path) for path in root.iterdir()):
            raise UsageError(
                f"{root} is not empty and not a workspace of this program. "
                "Give --out a new or empty folder."
            )
    if new:
        with locked(workspace):
            _make(workspace, salt)
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
        with reporting(workspace.root):
            for partial in workspace.root.glob(f".*{PARTIAL}"):
                partial.unlink() if partial.is_file() else None
        yield
    finally:
        lock.release()


def _resolved(root: Path) -> Path:
    try:
        found = root.resolve()
    except RuntimeError as error:
        raise StoreError(
            f"{root}: its links go round in a circle; choose another --out."
        ) from error
    try:
        str(found).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"--out: {str(found)!a} is not a name in UTF-8; choose another."
        ) from error
    return found


def _own(path: Path) -> bool:
    """Whether a file can be what a run leaves that was killed while it made its workspace."""
    return path.name in (".lock", "salt") or path.name.endswith(PARTIAL)


def _make(workspace: Workspace, salt: str | None) -> None:
    """Writes the salt and then `workspace.json`, which makes the folder a workspace."""
    if not (workspace.root / "salt").exists():
        _write_salt(workspace, salt or secrets.token_hex(32))
    mark = _mark(workspace.salt)
    write_json(workspace.root / "workspace.json", {**FORMAT, "salt": mark})


def _write_salt(workspace: Workspace, salt: str) -> None:
    write_bytes(workspace.root / "salt", salt.encode(), mode=0o600)


def _mark(salt: bytes) -> str:
    return salted_key(salt, "workspace")


def _check(workspace: Workspace, salt: str | None) -> None:
    root, mark = workspace.root, _marked(workspace.root)
    if salt is not None and _mark(salt.encode()) != mark:
        raise UsageError(
            f"{root} was made with another salt. Leave the salt out or choose another "
            "--out: user keys of two salts do not match."
        )
    intact = (root / "salt").is_file() and _mark(workspace.salt) == mark
    if not intact and salt is not None:
        _write_salt(workspace, salt)
    elif not intact:
        raise StoreError(
            f"{root}/salt is missing or was changed. Put it back (or give it: "
            "PERSONA_EXTRACT_SALT), or choose another --out: user keys of two salts do not match."
        )


def _marked(root: Path) -> str:
    """By what the salt of a workspace is known again."""
    path = root / "workspace.json"
    with reporting(path):
        written = path.read_bytes()
    try:
        found = dict(orjson.loads(written))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} is damaged. Put it back, or choose another --out.") from error
    mark = str(found.pop("salt", ""))
    if found != FORMAT:
        raise UsageError(f"{root} was made by another version of this program: {found}.")
    return mark


def _digests(folder: Path) -> dict[str, str]:
    """Digest of every file of a stage by its path in it; hidden ones are not the stage's."""
    with reporting(folder):
        return {
            str(path.relative_to(folder)): file_digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and path.name not in ("begun", "stage.json")
            and not path.name.startswith(".")
        }


def _seal(left: Finished) -> str:
    """By what a change of the note itself is known."""
    return content_hash(
        left.digest, repr(sorted(left.files.items())), repr(sorted(left.counts.items()))
    )
