"""Markdown out of text of strangers: escaped, and tables of it."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&!])")


def escape(text: str) -> str:
    """Text on one line, with nothing in it that Markdown or HTML would take for markup."""
    return (
        _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
    )


def pipe_table(heads: list[str], rows: list[tuple[str, ...]], numbers: int = 0) -> str:
    """A pipe table whose last `numbers` columns are aligned to the right."""
    rule = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, rule, *rows])
