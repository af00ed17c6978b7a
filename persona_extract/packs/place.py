"""Where a pack may be written."""

from __future__ import annotations

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


def _of_a_pack(manifest: Path) -> bool:
    """Whether it is the manifest of a pack, of whatever version, damaged as it may be."""
    with reporting(manifest):
        return manifest.is_file() and b'"pack_version"' in manifest.read_bytes()
