"""The files of a pack: opened only where they are plain files of a sensible size.

Nothing named in a pack is ever opened: the names are the program's own. A link is not followed,
but for those that a cache of the Hugging Face hub consists of; a pipe, socket or device is not
opened.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from persona_extract.errors import PackError
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.packs.findings import MAX_FINDINGS, Doubt, Finding, finding, shown
from persona_extract.store.atomic import reporting

PROFILES = "profiles.jsonl"

MAX_LINE = 4 * 1024 * 1024
"""Bytes of the longest profile that is read."""

MAX_FILE = 8 * 1024 * 1024
"""Bytes of the longest file that is read at once: all but `profiles.jsonl`."""

_HUB_BLOB = re.compile(r"\.\./\.\./blobs/[0-9a-f]{40,64}")
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def unfit(folder: Path) -> tuple[Finding, ...]:
    """Why a folder cannot be read as a pack: files missing, superfluous, odd or too large.

    Raises:
        PackError: it is no folder.
    """
    if not folder.is_dir():
        raise PackError(f"{folder} is not a folder. A pack is a folder with {', '.join(FILES)}.")
    wanted = (*FILES, CHECKSUMS)
    found = [
        finding(name, "", Doubt("files", why)) for name in wanted if (why := _odd(folder / name))
    ]
    return (*found, *_superfluous(folder, wanted))


def read_whole(folder: Path, name: str) -> bytes:
    """All of one of the shorter files.

    Raises:
        PackError: it is no plain file, or longer than `MAX_FILE`.
    """
    with opened(folder / name) as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise PackError(f"{folder / name}: longer than {MAX_FILE} bytes.")
    return content


class Lines:
    """The lines of `profiles.jsonl` without their ends, hashed while they pass.

    Of a line longer than `MAX_LINE` only the beginning is read, and nothing after it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROFILES
        self._hash = hashlib.sha256()
        self.whole = False

    def __iter__(self) -> Iterator[bytes]:
        with opened(self._path) as file:
            while line := file.readline(MAX_LINE + 2):
                self._hash.update(line)
                yield line.removesuffix(b"\n")
                if len(line) > MAX_LINE + 1:
                    return
            self.whole = True

    @property
    def digest(self) -> str | None:
        """SHA-256 of the file; None until all of it was read."""
        return self._hash.hexdigest() if self.whole else None


def listed_sums(content: bytes) -> dict[str, str] | None:
    """File -> digest as `SHA256SUMS` says; None unless it lists the files of a pack, each once.

    Names are only compared: none is ever joined to a path.
    """
    if len(content) > 200 * len(FILES):
        return None
    lines = content.decode("utf-8", "replace").splitlines()
    listed = [(name, digest) for digest, _, name in (line.partition("  ") for line in lines)]
    return dict(listed) if sorted(name for name, _ in listed) == sorted(FILES) else None


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """A file of a pack, never through a link to elsewhere, never waiting for a pipe's other end."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    with reporting(path), os.fdopen(os.open(_blob(path) or path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PackError(f"{path} is not a plain file.")
        yield file


def _odd(path: Path) -> str | None:
    try:
        state = (_blob(path) or path).lstat()
    except FileNotFoundError:
        return "is missing"
    kind = stat.S_IFMT(state.st_mode)
    if kind == stat.S_IFLNK:
        return "is a link, and links are not followed: copy the file itself (cp -L)"
    if kind != stat.S_IFREG:
        return f"is {_KINDS.get(kind, 'no file')}, not a plain file"
    if path.name != PROFILES and state.st_size > MAX_FILE:
        return f"longer than {MAX_FILE} bytes"
    return None


def _blob(path: Path) -> Path | None:
    """What a link of the hub's cache leads to: snapshots/<revision>/<name> -> ../../blobs/<hash>.

    Only this form, which stays in the folder of its repository, is followed.
    """
    if not path.is_symlink():
        return None
    target = str(path.readlink())
    inside = path.parent.parent.name == "snapshots" and _HUB_BLOB.fullmatch(target)
    return path.parent.parent.parent / target.removeprefix("../../") if inside else None


def _superfluous(folder: Path, wanted: tuple[str, ...]) -> list[Finding]:
    lower = {name.lower(): name for name in wanted}
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, 10 * MAX_FINDINGS)]
    extra = sorted(shown(name) for name in names if name not in wanted)
    return [
        finding(name, "", Doubt("files", _why_not(lower.get(name.lower()))))
        for name in extra[:MAX_FINDINGS]
    ]


def _why_not(same: str | None) -> str:
    if same is not None:
        return f"differs from {same} in capitals only: on some systems they are one file; remove it"
    return "is no part of a pack: nothing vouches for it; remove it"
