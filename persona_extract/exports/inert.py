"""Text that does nothing in the prompts of other programs but be read."""

from __future__ import annotations

import re

_HASHES = re.compile(r"#{3,}")
"""Around the stop words of tau-bench and its descendants."""

_TAG = re.compile(r"<[ \t]*(/?)[ \t]*([A-Za-z][\w:.-]*)[^<>\n]*>")
"""Tags by which prompts are parted, such as those around a persona or a scenario."""

_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
"""Marks of templates."""


def inert(text: str) -> str:
    """The text without stop words, tags and template marks of other programs' prompts."""
    while (plain := _once(text)) != text:
        text = plain  # taking something out may put the ends of another together
    return text


def _once(text: str) -> str:
    plain = _TAG.sub(r"(\1\2)", _HASHES.sub("", text))
    return _BRACES.sub(lambda found: " ".join(found[0]), plain)
