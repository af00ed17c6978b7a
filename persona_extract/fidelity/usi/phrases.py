"""The word lists of the User-Sim Index, and the frozen difficulty of its tasks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

_ANY = re.compile(r"<any (\d+)-(\d+|many)>")


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of a feature, lower case; `<any a-b>` stands for a to b characters of any kind
    but a line break, `many` for no upper end.

    Raises:
        KeyError: the feature has no list.
    """
    lists = cast("dict[str, list[str]]", _read("usi", "phrases"))
    return tuple(lists[name])


def pattern_of(phrase: str) -> str:
    """The phrase as a regular expression, of Python's dialect as of Rust's."""
    texts, lows, highs = _split(phrase)
    spans = [
        ".*" if high == "many" else f".{{{low},{high}}}"
        for low, high in zip(lows, highs, strict=True)
    ]
    escaped = map(re.escape, texts)
    return "".join(text + span for text, span in zip(escaped, [*spans, ""], strict=True))


def surest_part(phrase: str) -> str:
    """The longest literal text of the phrase: what does not hold it does not hold the phrase."""
    return max(_split(phrase)[0], key=len)


@cache
def frozen_difficulty() -> Mapping[str, float]:
    """Task key -> mean success pooled over the 31 published simulators, 165 tasks."""
    return MappingProxyType(cast("dict[str, float]", _read("usi_difficulty", "difficulty")))


def _split(phrase: str) -> tuple[list[str], list[str], list[str]]:
    """Texts around the wildcards, and the least and most characters of each wildcard."""
    parts = _ANY.split(phrase)
    return parts[::3], parts[1::3], parts[2::3]


def _read(name: str, key: str) -> object:
    found = files("persona_extract.lexicons").joinpath(f"{name}.json")
    return cast("dict[str, object]", json.loads(found.read_text(encoding="utf-8")))[key]
