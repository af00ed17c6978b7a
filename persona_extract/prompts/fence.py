"""The only way by which text from conversations enters a prompt."""

from __future__ import annotations

import re

from persona_extract.text import content_hash

_CONTROL = re.compile(
    r"<[|｜][^|｜>\n]{1,40}[|｜]>|</?s>|<(?:bos|eos|pad|unk)>|\[/?INST\]|<</?SYS>>"
    r"|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\]"
    r"|<(?:start|end)_of_turn>|</?(?:think|tool_call|tool_response|im_start|im_end)>"
    r"|</?data [0-9a-f]{8}>|\x00",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"<data ([0-9a-f]{8})>\n(.*)\n</data \1>", re.DOTALL)


def fence(text: str) -> str:
    """Text between marks that it cannot contain, without control tokens of chat templates.

    The mark is a hash of the text, and whatever looks like a mark in it is blanked out: a text can
    neither close its own fence nor open another. Fencing what is fenced changes nothing.
    """
    if (found := _WRAPPED.fullmatch(text)) and _is_own_fence(found[1], found[2]):
        return text
    plain = without_control_tokens(text)
    mark = _mark(plain)
    return f"<data {mark}>\n{plain}\n</data {mark}>"


def without_control_tokens(text: str) -> str:
    """Text in which tokens such as <|im_start|> or [INST] and marks of fences are blanked out, a
    blank for each of their characters: what is left stands where it stood."""
    while _CONTROL.search(text):
        text = _CONTROL.sub(lambda found: " " * len(found[0]), text)
    return text


def _is_own_fence(mark: str, inside: str) -> bool:
    """Whether `fence` can have written it: anybody can compute a mark, but not have it kept around
    control tokens."""
    return mark == _mark(inside) and not _CONTROL.search(inside)


def _mark(text: str) -> str:
    return content_hash("fence", text, length=8)
