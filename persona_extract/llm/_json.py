"""JSON in what a model wrote: fenced, between prose, several times, or broken."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_TAG = "(?:think|thinking|reasoning)"
_THOUGHT = re.compile(rf"\s*<{_TAG}>.*?</{_TAG}>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(rf"\s*[^{{\s].*?</{_TAG}>", re.DOTALL | re.IGNORECASE)
_THOUGHT_OPEN = re.compile(rf"\s*<{_TAG}>.*", re.DOTALL | re.IGNORECASE)

_OBJECT = re.compile(r"""\{\s*(?:["'}]|\w{1,60}\s*:|\Z)""")
_LIST = re.compile(r"""\[\s*(?:[\[{"'\]\d-]|\Z)""")
_MOST_STARTS = 2000  # braces that are looked at: a text of braces alone must not take for ever


@dataclass(frozen=True, slots=True)
class Found:
    """JSON texts in the order they stand; `broken` is where one begins that does not parse; `prose`
    is what stands around them."""

    values: tuple[str, ...]
    broken: str | None
    prose: str


def without_thoughts(text: str) -> str:
    """What a reasoning model says after it has thought; nothing if the thought never ends."""
    while (found := _THOUGHT.match(text)) is not None:
        text = text[found.end() :]
    if (found := _THOUGHT_END.match(text)) is not None:  # opened by the template, not by the model
        text = text[found.end() :]
    return "" if _THOUGHT_OPEN.fullmatch(text) else text.strip()


def find_json(text: str, *, lists: bool = False) -> Found:
    """Outermost JSON objects (or lists) of a text. The inside of a broken one is not searched: a
    part of an answer must not pass for the whole."""
    start_of_one = _LIST if lists else _OBJECT
    values: list[str] = []
    prose: list[str] = []
    at = 0
    for _ in range(_MOST_STARTS):
        if (start := start_of_one.search(text, at)) is None:
            break
        prose.append(text[at : start.start()])
        if (end := _end_of_json(text, start.start())) is None:
            return Found(tuple(values), text[start.start() :], " ".join(prose))
        values.append(text[start.start() : end])
        at = end
    return Found(tuple(values), None, " ".join([*prose, text[at:]]))


def _end_of_json(text: str, start: int) -> int | None:
    try:
        return _decoder.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


_decoder = json.JSONDecoder()
