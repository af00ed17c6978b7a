"""What no text in a pack may hold, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from persona_extract.packs.findings import Doubt
from persona_extract.packs.texts import Text
from persona_extract.prompts.fence import without_control_tokens
from persona_extract.prompts.injection import Place, injected

MOST = 500
"""Characters of the longest text in a pack."""

_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}\.\w"
_PERSONAL = re.compile(
    rf"{_EMAIL}|\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}\b|https?://|\+?\d[\d ()-]{{8,}}\d"
)
_ADDRESS = re.compile(_EMAIL)


def wording_doubts(texts: Iterable[Text]) -> Iterator[Doubt]:
    """Why texts should not be shown to a simulator or to the world, each reason once a place."""
    said: set[tuple[str, str]] = set()
    for one in texts:
        for doubt in _doubts(one.text, one.kind):
            if (one.about, doubt.problem) not in said:
                said.add((one.about, doubt.problem))
                yield Doubt(doubt.check, f"{one.about}: {doubt.problem}")


def harmful(text: str) -> str | None:
    """Why a text should not be told to a simulator; None if it may be."""
    return next((doubt.problem for doubt in _doubts(text, "told")), None)


def card_doubts(content: bytes) -> Iterator[tuple[int, Doubt]]:
    """What is wrong with a card in Markdown, by line (1-based); line 0 is all of it."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError:
        yield 0, Doubt("schema", "is not UTF-8")
        return
    for number, line in enumerate(lines, 1):
        for part in range(0, len(line), 2 * MOST):
            for doubt in _harmful(line[part : part + 3 * MOST], "card"):
                yield number, doubt


def _doubts(text: str, kind: Place) -> tuple[Doubt, ...]:
    if len(text) > MOST:
        return (Doubt("schema", f"a text is longer than {MOST} characters"),)
    return _harmful(text, kind) if text else ()


@lru_cache(maxsize=20_000)
def _harmful(text: str, kind: Place) -> tuple[Doubt, ...]:
    personal = _PERSONAL if kind == "told" else _ADDRESS
    found = [Doubt("personal data", "it looks like personal data")] * bool(personal.search(text))
    if without_control_tokens(text) != text:
        found.append(Doubt("injection", "it holds control tokens of a chat template"))
    if kind != "card" and ("\n" in text or "\r" in text):
        found.append(Doubt("injection", "it holds a line break"))
    return (*found, *(Doubt("injection", reason) for reason in dict.fromkeys(injected(text, kind))))
