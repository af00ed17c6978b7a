"""A scenario's text cut into sentences."""

from __future__ import annotations

import re

from persona_extract.text import fold_space

_ABBREVIATED = ("Dr", "Mr", "Mrs", "Ms", "St", "No", "vs", "approx", "e.g", "i.e")
_GUARD = "".join(rf"(?<!\b{re.escape(short)}\.)" for short in _ABBREVIATED)
_BORDER = re.compile(
    rf"(?<=[.!?]){_GUARD}\s+(?=[\"'“(#]?[A-Z0-9])|(?<=[a-z][.!?])(?=[A-Z][a-z]+ )"
    r"|\n+(?=\s*[^a-z\s])|\n\s*\n"
)
_CONDITION = re.compile(
    r"^(?:also |and |but |then |only |you can also )*"
    r"(?:if|when(?:ever)?|unless|until|after|once|in case|as soon as|should|otherwise)\b"
    r"|\b(?:if|unless|in case) (?:and only if )?"
    r"(?:the|this|that|it|they|he|she|not|possible|asked)\b",
    re.IGNORECASE,
)


def cut_sentences(text: str) -> list[str]:
    """Sentences, or lines where these end first, white space folded, empty ones left out."""
    return [part for part in map(fold_space, _BORDER.split(text)) if re.search(r"\w", part)]


def is_conditional(sentence: str, at: int | None = None) -> bool:
    """Whether what a sentence says (what stands at the position `at`) is for a case only that may
    not come."""
    found = _CONDITION.search(sentence)
    return found is not None and (at is None or found.start() < at)


def shorten(sentence: str, around: int = 0, most: int = 110) -> str:
    """At most `most` characters of a sentence, those about the position `around` among them."""
    if len(sentence) <= most:
        return sentence
    start = max(0, min(around - most // 3, len(sentence) - most + 2))
    piece = sentence[start : start + most - 2].strip()
    return "…" * (start > 0) + piece + "…" * (start + most - 2 < len(sentence))
