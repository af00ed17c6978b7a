"""The word lists of the User-Sim Index, and the frozen difficulty of its tasks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_ANY = re.compile(r"<any (\d+)-(\d+|many)>")


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of a feature, lower case; `<any a-b>` stands for a to b characters of any kind
    but a line break, `many` for no upper end.

    Raises:
        KeyError: the feature has no list.
    """
    return tuple(_read("usi")["phrases"][name])


def wildcards(phrase: str) -> tuple[str, ...]:
    """The phrase as a regular expression, in the parts on both sides of each wildcard and it.

    Odd parts are wildcards, even ones literal text that is not escaped.
    """
    parts = _ANY.split(phrase)
    texts, lows, highs = parts[::3], parts[1::3], parts[2::3]
    spans = [".*" if high == "many" else f".{{{low},{high}}}" for low, high in zip(lows, highs)]
    return tuple(x for pair in zip(texts, [*spans, ""]) for x in pair)[:-1]


@cache
def difficulty_by_task() -> Mapping[str, float]:
    """Task key -> mean success pooled over the 31 published simulators, 165 tasks."""
    return MappingProxyType(dict(_read("usi_difficulty")["difficulty"]))


def _read(name: str):
    return json.loads(
        files("persona_extract.lexicons").joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
