"""The only way by which text from conversations enters a prompt."""

from __future__ import annotations

import re

from persona_extract.text import content_hash

_CONTROL = re.compile(
    r"<\|[^|>\n]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|\x00", re.IGNORECASE
)
_WRAPPED = re.compile(r"<data ([0-9a-f]{8})>\n(.*)\n</data \1>", re.DOTALL)


def fence(text: str) -> str:
    """Text between marks that it cannot contain, without control tokens of chat templates.

    The mark is a hash of the text, so a text cannot close its own fence. Fencing what is fenced
    changes nothing.
    """
    if (found := _WRAPPED.fullmatch(text)) and found[1] == _mark(found[2]):
        return text
    plain = without_control_tokens(text)
    mark = _mark(plain)
    return f"<data {mark}>\n{plain}\n</data {mark}>"


def without_control_tokens(text: str) -> str:
    """Text in which tokens such as <|im_start|> or [INST] are blanked out: a blank each."""
    while _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    return text


def _mark(text: str) -> str:
    return content_hash("fence", text, length=8)
