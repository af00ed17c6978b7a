"""Text out of a profile as one line that can be read as text only: packs are made by strangers."""

from __future__ import annotations

import re
import unicodedata

from persona_extract.prompts.fence import without_control_tokens
from persona_extract.text import fold_space

LEFT_OUT = "…"

_INVISIBLE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that leave nothing on the screen, by which text can be hidden in text."""

_PERSONAL = re.compile(r"[^\s@＠﹫]{1,64}[@＠﹫]\S+|[0-9a-f]{16,}", re.IGNORECASE)
"""Addresses, and keys of users and conversations."""

_READ_AT_ALL = 16


def harmless_line(text: str, most: int) -> str:
    """The text as one line of at most `most` characters.

    Invisible characters, line breaks and control tokens of chat templates are taken out, e-mail
    addresses and runs of 16 hexadecimal digits become "…": such a line may go back to words of
    strangers. What is longer ends with "…"; of very long texts only the beginning is looked at.
    """
    seen = "".join(
        char
        for char in text[: _READ_AT_ALL * most]
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    seen = _BLANK.sub("", seen)
    while (plain := _once(seen)) != seen:
        seen = plain  # taking something out may put the ends of a token together
    return seen if len(seen) <= most else seen[: most - 1].rstrip() + LEFT_OUT


def _once(text: str) -> str:
    return fold_space(_PERSONAL.sub(LEFT_OUT, without_control_tokens(fold_space(text))))
