"""Where a pack may be written, and what is made of one."""

from __future__ import annotations

import os
from pathlib import Path

from persona_extract.errors import UsageError
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.store.atomic import reporting


def refuse_foreign(folder: Path) -> None:
    """Refuses a place where something stands that is no pack: it would be replaced.

    Raises:
        UsageError: it is a file, or a folder with anything but the files of a pack.
    """
    with reporting(folder):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file. Give a folder.")
        names = {path.name for path in folder.iterdir()} if folder.exists() else set[str]()
    foreign = sorted(names - {*FILES, CHECKSUMS})
    if names and (foreign or not _of_a_pack(folder / "manifest.json")):
        seen = f"holds {', '.join(foreign[:3])}" if foreign else "has no manifest of a pack"
        raise UsageError(
            f"{folder} is not empty and is no pack: it {seen}. Give a new or empty folder, or that "
            "of a pack, which is then replaced."
        )


def refuse_target(path: Path, option: str = "--out") -> None:
    """Refuses a place for what is made of a pack: in a pack, whose files are checksummed, or in a
    folder that does not exist.

    Args:
        path: the file or folder to be written.
        option: that named it.

    Raises:
        UsageError: choose another.
    """
    with reporting(path):
        named = Path(os.path.realpath(path.parent)) / path.name
        for place in (named, Path(os.path.realpath(path))):
            for folder in (place, *place.parents):
                if all((folder / name).is_file() for name in _MARKS):
                    raise UsageError(
                        f"{option} {path} lies in the pack {folder}, whose files are checksummed. "
                        "Write it elsewhere."
                    )
        if not path.parent.is_dir():
            raise UsageError(f"{option} {path}: there is no folder {path.parent}; make it first.")


_MARKS = ("manifest.json", "profiles.jsonl", CHECKSUMS)


def _of_a_pack(manifest: Path) -> bool:
    """Whether it is the manifest of a pack, of whatever version, damaged as it may be."""
    with reporting(manifest):
        return manifest.is_file() and b'"pack_version"' in manifest.read_bytes()
