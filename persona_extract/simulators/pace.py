"""How much of what there is to say goes into one turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from persona_extract.simulators.spans import MARK, protect, restore

_BORDER = re.compile(rf"(?<=[.!?])[ \t]+|(?<!{MARK.pattern})\n+|\n+(?!{MARK.pattern}|\n)")


def sentences(text: str) -> list[str]:
    """The text cut after sentences and lines (not between lines of code), nothing lost."""
    masked = protect(text)
    ends = [border.end() for border in _BORDER.finditer(masked.text)]
    cuts = zip([0, *ends], [*ends, len(masked.text)], strict=True)
    parts = (restore(masked.text[start:end], masked.spans) for start, end in cuts)
    return [part for part in parts if part.strip()]


def join(parts: Iterable[str]) -> str:
    """Sentences as one text: what `sentences` cut, put together again."""
    return "".join(s if s[-1].isspace() else f"{s} " for s in parts).strip()


def count_words(parts: Iterable[str]) -> int:
    """Words between white space."""
    return sum(len(part.split()) for part in parts)


def fill(waiting: Sequence[str], target: int) -> int:
    """How many of the waiting sentences, at least one, come nearest to `target` words."""
    n, now = 1, count_words(waiting[:1])
    for part in waiting[1:]:
        more = now + count_words([part])
        if abs(more - target) >= abs(now - target):
            break
        n, now = n + 1, more
    return n


def pack(parts: Sequence[str], target: int) -> list[str]:
    """All sentences, joined in order to pieces of about `target` words."""
    pieces: list[str] = []
    at = 0
    while at < len(parts):
        n = fill(parts[at:], target)
        pieces.append(join(parts[at : at + n]))
        at += n
    return pieces
