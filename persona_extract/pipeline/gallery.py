"""Reads a pack and writes its gallery: a folder that is whole or not there."""

from __future__ import annotations

import shutil
from pathlib import Path

from persona_extract.errors import UsageError
from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline.steps import Watcher
from persona_extract.records.gallery import GalleryMade
from persona_extract.report.gallery import MARKER, gallery_pages, n_pages
from persona_extract.store.atomic import reporting


def make_gallery(pack: Path, folder: Path, watcher: Watcher) -> GalleryMade:
    """Writes the gallery of a pack; replaces a gallery that stands there.

    Raises:
        PackError: the pack is damaged.
        UsageError: `folder` holds something that is no gallery, or lies within the pack.
        StoreError: it cannot be written. What stood there before is then still there.
    """
    _refuse(pack, folder)
    found = read_pack(pack)
    card = (pack / "README.md").read_text(encoding="utf-8", errors="replace")
    partial = folder.with_name(f".{folder.name}.partial")
    with reporting(folder):
        try:
            n_files, n_bytes = _write(found, card, partial, watcher)
            _put(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return GalleryMade(
        folder=str(folder),
        index=str(folder / "index.html"),
        n_profiles=len(found.profiles),
        n_files=n_files,
        n_bytes=n_bytes,
    )


def _refuse(pack: Path, folder: Path) -> None:
    own, other = folder.resolve(), pack.resolve()
    if own == other or other in own.parents or own in other.parents:
        raise UsageError(
            f"--out {folder}: a gallery must not share a folder with its pack; choose another"
        )
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"--out {folder} is a file; choose a folder that is new or a gallery")
    with reporting(folder):
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise UsageError(
                f"--out {folder} holds files and is no gallery ({MARKER} is missing): nothing was "
                "written; choose a folder that is new, empty or a gallery"
            )


def _write(found: Pack, card: str, partial: Path, watcher: Watcher) -> tuple[int, int]:
    """Number of files and of bytes."""
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    n_files = n_bytes = 0
    watcher.begin("gallery", n_pages(found))
    for page in gallery_pages(found, card):
        (partial / page.name).write_bytes(page.content)
        n_files += 1
        n_bytes += len(page.content)
        watcher.advance("gallery", 1)
    watcher.end("gallery", "")
    return n_files, n_bytes


def _put(partial: Path, folder: Path) -> None:
    """Renames the new gallery into place; an old one is moved aside first and removed last."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
