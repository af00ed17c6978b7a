"""Rows of RealUserSim's released profiles, read from JSON whose types vary.

`user_ip, demographics, linguistic_profile, num_conversations, profile_completeness,
conversations_used`. Demographics are an object or JSON in a string, each attribute an object
`{value, source, confidence}`; the linguistic profile is one string of "Command: ..." and
"Examples: ..." blocks. Nothing in a row is trusted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import orjson

from persona_extract.packs.wording import MOST, harmful
from persona_extract.profile.harmless import harmless_line
from persona_extract.profile.lines import MOST_VALUE
from persona_extract.records.profile import Background
from persona_extract.text import fold_space

Attribute = Literal[
    "age", "gender", "education", "occupation", "location", "income", "marital_status"
]
ATTRIBUTES: tuple[Attribute, ...] = get_args(Attribute)

MOST_COMMANDS = 100
"""Commands of one row; the paper's own have at most 15."""

_LABEL = re.compile(
    r"^[ \t]*(?:[-*•]|\d+[.)])?[ \t]*[*_]{0,2}(command|examples?)[*_]{0,2}[ \t]*(?:\d+[ \t]*)?:"
    r"[*_]{0,2}",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"[\"“”«]([^\"“”«»]+)[\"“”»]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")
_LONG_QUOTE = 5
"""Words in quotation marks from which they are somebody's own."""

_NOTHING = ("", "unknown", "n/a", "none", "null", "not specified", "unspecified")


@dataclass(frozen=True, slots=True)
class Row:
    """What is taken from a row.

    Attributes:
        number: where it stands in the file, from 1 on.
        user: as the file names the user: never to be written anywhere.
        commands: that can be shown to a simulator, in their order, each once.
        background: attributes that say something, in the order of `ATTRIBUTES`.
        conversations: from how many it was read; at least 1.
        dropped: what was left out, by reason.
    """

    number: int
    user: str
    commands: tuple[str, ...]
    background: tuple[Background, ...]
    conversations: int
    dropped: Counter[str]


@dataclass(frozen=True, slots=True)
class Unread:
    """A row of which nothing is taken, and why."""

    number: int
    reason: str


def read_row(number: int, value: object) -> Row | Unread:
    """One row."""
    if not isinstance(value, dict):
        return Unread(number, "not an object")
    row = cast(dict[str, object], value)
    user, written = row.get("user_ip"), row.get("linguistic_profile")
    if not isinstance(user, str) or not user.strip():
        return Unread(number, "user_ip is missing or not text")
    if not isinstance(written, str):
        return Unread(number, "linguistic_profile is missing or not text")
    dropped = Counter[str]()
    commands = tuple(_commands(written, dropped))
    if not commands:
        return Unread(number, f"no command can be taken from it ({_listed(dropped)})")
    n = _count(row.get("num_conversations"))
    background = tuple(_background(row.get("demographics"), n, dropped))
    return Row(number, user.strip(), commands, background, n, dropped)


def _commands(written: str, dropped: Counter[str]) -> Iterator[str]:
    """The commands that do no harm. Examples are quotes of people and are never taken."""
    seen = set[str]()
    for label, text in _blocks(written):
        if label != "command":
            dropped["examples"] += bool(text)
        elif reason := _refused(text):
            dropped[f"command: {reason}"] += 1
        elif len(seen) >= MOST_COMMANDS:
            dropped[f"command: after {MOST_COMMANDS} of them"] += 1
        elif (line := harmless_line(text, MOST)) not in seen:
            seen.add(line)
            yield line


def _blocks(written: str) -> Iterator[tuple[str, str]]:
    """(command or examples, text in one line) of each block."""
    found = list(_LABEL.finditer(written))
    ends = [*(each.start() for each in found[1:]), len(written)]
    for each, end in zip(found, ends, strict=False):
        label = "command" if each[1].lower() == "command" else "examples"
        yield label, fold_space(written[each.end() : end])


def _refused(text: str) -> str | None:
    """Why a command is not taken; None if it is."""
    if not harmless_line(text, MOST):
        return "it is empty"
    quotes = (quote for found in _QUOTED.findall(text) for quote in found)
    if any(len(quote.split()) >= _LONG_QUOTE for quote in quotes):
        return f"it quotes {_LONG_QUOTE} words or more"
    return harmful(text)


def _background(value: object, n: int, dropped: Counter[str]) -> Iterator[Background]:
    person = _mapping(value)
    if value and not person and not _is_empty(value):
        dropped["demographics: cannot be read"] += 1
    for attribute in ATTRIBUTES:
        said = _mapping(person.get(attribute))
        text = _text(said.get("value"))
        if harmless_line(text, MOST_VALUE).lower() in _NOTHING:
            continue
        source, confidence = said.get("source"), _confidence(said)
        if source not in ("extracted", "inferred") or confidence is None:
            dropped["demographics: source or confidence is missing"] += 1
        elif reason := harmful(text):
            dropped[f"demographics: {reason}"] += 1
        else:
            yield Background(
                attribute=attribute,
                value=harmless_line(text, MOST_VALUE),
                source=source,
                confidence=confidence,
                n_conversations=n,
            )


def _is_empty(value: object) -> bool:
    """Whether it is the JSON of nothing."""
    return isinstance(value, str) and value.strip() in ("", "{}", "null")


def _text(value: object) -> str:
    """A value as text; numbers are ages and incomes, and anything else says nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, object]:
    """An object, or JSON of one in a string; empty if it is neither."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def _confidence(said: Mapping[str, object]) -> float | None:
    """As given, 0 to 1. The release leaves it out for what users said themselves: that is 1."""
    given = said.get("confidence")
    if given is None and said.get("source") == "extracted":
        return 1.0
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return round(float(given), 6) if 0 <= given <= 1 else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value < 2**31 else 1


def _listed(dropped: Counter[str]) -> str:
    left = sorted((reason, n) for reason, n in dropped.items() if n)
    return ", ".join(f"{reason}: {n}" for reason, n in left) or "there is none"
