"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def describe_machine() -> str:
    """E.g. "2 cores, 23 GB, Linux x86_64, Python 3.11.7"."""
    system = f"{platform.system()} {platform.machine()}"
    parts = [f"{os.cpu_count()} cores", _memory(), system, f"Python {platform.python_version()}"]
    return ", ".join(part for part in parts if part)


def peak_megabytes(max_rss: int) -> float:
    """`ru_maxrss` is in kB on Linux and in bytes on macOS."""
    return max_rss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _memory() -> str:
    table = Path("/proc/meminfo")
    if not table.exists():
        return ""
    kilobytes = int(table.read_text().split()[1])
    return f"{kilobytes / 1024**2:.0f} GB"
