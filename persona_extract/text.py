"""Pure functions and patterns on text that every room may use."""

from __future__ import annotations

import hashlib
import hmac
import re

WORD = r"[\p{L}\p{N}][\p{L}\p{N}'’_-]*"
"""One word, as a regular expression of the Rust dialect that polars speaks."""

_SPACE = re.compile(r"\s+")


def fold_space(text: str) -> str:
    """Text with every run of white space made one blank, and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def content_hash(*parts: str, length: int = 16) -> str:
    """First `length` hex digits of the SHA-256 of the parts, kept apart by a zero byte."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


def salted_key(salt: bytes, *parts: str, length: int = 16) -> str:
    """First `length` hex digits of an HMAC-SHA-256: the same id for the same salt, no way back."""
    return hmac.new(salt, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:length]
