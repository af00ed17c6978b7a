"""Markdown of cards. Whoever wrote a text, it stays text: one line, no markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from persona_extract.packs.card_metadata import printable


def cell(text: str) -> str:
    """Text of others, for a cell of a table or within a line."""
    return printable(re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", text))


def cells(texts: Iterable[str]) -> str:
    """Several, in one cell; "none" if there are none."""
    return "; ".join(cell(text) for text in texts) or "none"


def section(title: str, *blocks: str) -> str:
    """A heading and what stands below it; nothing if there is nothing below it."""
    below = [block.strip() for block in blocks if block.strip()]
    return "\n\n".join([f"## {title}", *below]) + "\n" if below else ""


def table(head: str, rows: Iterable[str]) -> str:
    """A table, from cells that are parted by " | "; nothing without rows."""
    lines = [f"| {row} |" for row in rows]
    rule = "|---" * (head.count("|") + 1) + "|"
    return "\n".join([f"| {head} |", rule, *lines]) if lines else ""
