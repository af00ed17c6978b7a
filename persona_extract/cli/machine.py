"""What this machine and this installation have."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

GIB = 2**30


def packages() -> dict[str, str | None]:
    """Version of every package that the program requires itself; None if it is missing."""
    return {name: _version(name) for name in sorted(_required())}


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_gib() -> float | None:
    """Physical memory in GiB; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
    except (AttributeError, ValueError, OSError):
        return None


def free_gib(folder: Path) -> float:
    """Free disk space in GiB where the folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free / GIB


def cache_folder() -> Path:
    """Where corpora and models from the hub are kept; `HF_HOME` names another folder."""
    from huggingface_hub.constants import HF_HOME

    return Path(HF_HOME)


def writable(folder: Path) -> bool:
    """Whether a file can be written there, or in the folder that it would be made in. Tried and
    not asked: the answer for root, full disks and read-only mounts is the true one."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def browser() -> str | None:
    """Path of a Chromium or Chrome; None if there is none."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((path for path in found if path), None)


def presidio() -> bool:
    """Whether the Presidio tier of masking is installed."""
    return find_spec("presidio_analyzer") is not None


def _required() -> Iterator[str]:
    for requirement in requires("persona-extract") or []:
        name = re.match(r"[\w.-]+", requirement)
        if name and "extra ==" not in requirement:
            yield name[0].lower().replace("_", "-")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
