"""The made-up people of the demo as they are written, one Markdown file a person.

# name
about: who it is
habits: dimension=high, dimension=low

## domain YYYY-MM-DD
U: a message, which goes on until the next line that starts one
A: an answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from persona_extract.errors import SourceError
from persona_extract.sources._files import find_files

_HEADS = ("# ", "about: ", "habits: ")
_HABIT = re.compile(r"([a-z][a-z0-9_]*)=(high|low)")
_DOMAIN = re.compile(r"## (\S.*) (\d{4}-\d{2}-\d{2})")
_SPEAKER = re.compile(r"([UA]):(?: (.*))?")
_ROLES = {"U": "user", "A": "assistant"}


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of a made-up person."""

    domain: str
    started: datetime
    messages: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person: what was planted, and the conversations."""

    name: str
    about: str
    habits: dict[str, Literal["high", "low"]]
    talks: list[Talk]


def read_people(folder: Path) -> list[Person]:
    """All people of a folder, by file name.

    Raises:
        SourceError: no file, or one that breaks the format, with file and line.
    """
    files = find_files(str(folder), (".md",))
    people = [_read_person(path) for path in files]
    names = [person.name for person in people]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(f"{folder}: two people of one name: {', '.join(twice)}")
    return people


def _read_person(path: Path) -> Person:
    try:
        written = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    heads = [_after(path, written, number, mark) for number, mark in enumerate(_HEADS, 1)]
    talks = _read_talks(path, written)
    return Person(heads[0], heads[1], _habits(path, heads[2]), talks)


def _after(path: Path, written: list[str], number: int, mark: str) -> str:
    line = written[number - 1] if number <= len(written) else ""
    if not line.startswith(mark) or not line.removeprefix(mark).strip():
        raise SourceError(f"{path}:{number}: should be {mark!r} and something after it")
    return line.removeprefix(mark).strip()


def _habits(path: Path, text: str) -> dict[str, Literal["high", "low"]]:
    habits: dict[str, Literal["high", "low"]] = {}
    for part in text.split(","):
        found = _HABIT.fullmatch(part.strip())
        if not found or found[1] in habits:
            raise SourceError(f"{path}:3: {part.strip()!r} should be a new dimension=high or =low")
        habits[found[1]] = cast(Literal["high", "low"], found[2])
    return habits


def _read_talks(path: Path, written: list[str]) -> list[Talk]:
    talks: list[Talk] = []
    for number, line in enumerate(written[len(_HEADS) :], len(_HEADS) + 1):
        if line.startswith("## "):
            _finish(path, number - 1, talks)
            talks.append(_head(path, number, line))
        elif found := _SPEAKER.fullmatch(line):
            _add(path, number, talks, _ROLES[found[1]], found[2] or "")
        elif line.startswith(_HEADS[1:]):
            raise SourceError(f"{path}:{number}: a second person; one file holds one")
        elif talks and talks[-1].messages:
            talks[-1].messages[-1]["content"] += f"\n{line}"
        elif line.strip():
            raise SourceError(f"{path}:{number}: text before any message (`U: ` or `A: `)")
    if not talks:
        raise SourceError(f"{path}:{len(written)}: no conversation (`## domain YYYY-MM-DD`)")
    _finish(path, len(written), talks)
    return talks


def _head(path: Path, number: int, line: str) -> Talk:
    found = _DOMAIN.fullmatch(line.rstrip())
    try:
        day = datetime.fromisoformat(found[2]).replace(tzinfo=UTC) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise SourceError(f"{path}:{number}: should be `## domain YYYY-MM-DD`")
    return Talk(found[1], day)


def _add(path: Path, number: int, talks: list[Talk], role: str, text: str) -> None:
    if not talks:
        raise SourceError(f"{path}:{number}: a message before any `## domain YYYY-MM-DD`")
    messages = talks[-1].messages
    if (messages[-1]["role"] if messages else "assistant") == role:
        raise SourceError(f"{path}:{number}: U and A should take turns, U first")
    if messages:
        _trim(path, number - 1, messages[-1])
    messages.append({"role": role, "content": text})


def _finish(path: Path, number: int, talks: list[Talk]) -> None:
    if talks and not talks[-1].messages:
        raise SourceError(f"{path}:{number}: a conversation without messages")
    if talks:
        _trim(path, number, talks[-1].messages[-1])


def _trim(path: Path, number: int, message: dict[str, str]) -> None:
    """Takes blank lines off a finished message; its own spaces are the person's and stay."""
    message["content"] = re.sub(r"(\n[ \t]*)+\Z|\A([ \t]*\n)+", "", message["content"])
    if not message["content"].strip():
        raise SourceError(f"{path}:{number}: an empty message")
