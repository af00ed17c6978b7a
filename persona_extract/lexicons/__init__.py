"""Word lists, one entry a line, with source and licence in `#` lines at the top."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

ASCII_EDGE = r"(?-u:\b)"
"""A word boundary in the Rust dialect that stays on the fast path for text beyond ASCII."""


@cache
def load_lexicon(name: str) -> tuple[str, ...]:
    """Entries of `lexicons/<name>.txt`, lower case as written, in order, without repeats.

    Raises:
        FileNotFoundError: there is no such list.
    """
    raw = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in raw.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


@cache
def load_columns(name: str) -> tuple[tuple[str, ...], ...]:
    """The entries of a list whose lines have several fields, parted by `|`."""
    return tuple(tuple(f.strip() for f in line.split("|")) for line in load_lexicon(name))


def one_of(entries: tuple[str, ...]) -> str:
    """One pattern (Rust dialect) that finds any entry as whole words; a blank is any space."""
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    inner = "|".join(_literal(entry) for entry in longest_first)
    return f"{ASCII_EDGE}(?:{inner}){ASCII_EDGE}"


def starts_with_one_of(entries: tuple[str, ...]) -> str:
    """As `one_of`, at the start of the text."""
    return rf"^[^\p{{L}}\p{{N}}]*(?:{one_of(entries)})"


def _literal(entry: str) -> str:
    escaped = "".join(c if c.isalnum() or c in " '" else "\\" + c for c in entry)
    return escaped.replace(" ", r"(?-u:\s+)")  # of ASCII only: twice as fast
