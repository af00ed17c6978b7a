"""What no text in a pack may hold, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from persona_extract.prompts.fence import without_control_tokens

MOST = 500
"""Characters of the longest text in a pack."""

_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b(?:\d{1,3}\.){3}\d{1,3}\b|https?://|\+?\d[\d ()-]{8,}\d"
)


def harmful(*texts: str) -> Iterator[str]:
    """Why texts should not be shown to a simulator or to the world; each reason once."""
    if any(_PERSONAL.search(text) for text in texts):
        yield "it looks like personal data"
    if any(without_control_tokens(text) != text for text in texts):
        yield "it holds control tokens of a chat template"
    if any("\n" in text or "\r" in text for text in texts):
        yield "it holds a line break"
    if any(len(text) > MOST for text in texts):
        yield f"a text is longer than {MOST} characters"
