"""Building blocks for wording a neutral turn the way a user would, without a model.

Edits never reach into code, quotes, addresses, ids or numbers: such spans are passed through.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from persona_extract.dimensions.protocol import Enact
from persona_extract.lexicons import load_lexicon

Edit = Callable[[str, np.random.Generator], str]

_PROTECTED = re.compile(
    r"(```.*?(?:```|\Z)|`[^`]*`|\"[^\"]*\"|“[^”]*”|https?://\S+|\S*[\d_@/\\#<>{}=]\S*)", re.DOTALL
)
_FIRST = re.compile(r"^(\s*)([A-Za-z]+)")
_FINAL = re.compile(r"[.!?…]+\s*$")
_KEEP_CAPITAL = {"I"}


def flip(on: Edit, off: Edit) -> Enact:
    """Enact a share of turns: `on` with that probability, else `off`."""

    def enact(text: str, value: float, rng: np.random.Generator) -> str:
        return on(text, rng) if rng.random() < value else off(text, rng)

    return enact


def edit_prose(text: str, edit: Callable[[str], str]) -> str:
    """The text with `edit` applied to the stretches outside protected spans."""
    parts = _PROTECTED.split(text)
    return "".join(part if i % 2 else edit(part) for i, part in enumerate(parts))


def lower_first(text: str) -> str:
    """First word in lower case, unless it is "I", an acronym, a name or protected."""
    found = _FIRST.match(text)
    if not found or _PROTECTED.match(text.lstrip()):
        return text
    word = found[2]
    if word in _KEEP_CAPITAL or (len(word) > 1 and not word[1:].islower()):
        return text
    return found[1] + word[0].lower() + text[found.start(2) + 1 :]


def lower_opener(text: str) -> str:
    """As `lower_first`, but only for a word that is surely not a name."""
    found = _FIRST.match(text)
    known = found is not None and found[2].lower() in _ordinary()
    return lower_first(text) if known else text


def upper_first(text: str) -> str:
    """First letter in upper case, unless the first word is protected."""
    found = _FIRST.match(text)
    if not found or _PROTECTED.match(text.lstrip()):
        return text
    return found[1] + found[2][0].upper() + text[found.start(2) + 1 :]


def put_before(text: str, words: str) -> str:
    """The text after an opening phrase, the old first word lowered where that is safe."""
    return words + lower_opener(text.lstrip())


def put_at_end(text: str, words: str) -> str:
    """The text with words before its closing marks."""
    found = _FINAL.search(text)
    cut = found.start() if found else len(text.rstrip())
    return text[:cut] + words + text[cut:]


def close_with(text: str, mark: str) -> str:
    """The text with its closing marks, if any, replaced."""
    return _FINAL.sub("", text).rstrip() + mark


def is_question(text: str) -> bool:
    """Whether the text reads as a question by its mark or its first word."""
    first = re.match(r"\W*([a-z']+)", text.lower())
    return text.rstrip().endswith("?") or (
        first is not None and first[1] in load_lexicon("question_starts")
    )


def proper_mark(text: str) -> str:
    """The closing mark that careful writing would put."""
    return "?" if is_question(text) else "."


def drop(pattern: str) -> Edit:
    """An edit that cuts a pattern out of the prose and mends the start."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def edit(text: str, rng: np.random.Generator) -> str:
        cut = edit_prose(text, lambda part: compiled.sub("", part))
        return text if cut == text or not cut.strip() else upper_first(cut.lstrip())

    return edit


def one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    """One of the choices, drawn evenly."""
    return choices[int(rng.integers(len(choices)))]


def whole_words(entries: tuple[str, ...]) -> str:
    """As `lexicons.one_of`, in the dialect of `re`."""
    inner = "|".join(re.escape(e) for e in sorted(entries, key=lambda e: (-len(e), e)))
    return rf"\b(?:{inner})\b"


def _ordinary() -> frozenset[str]:
    names = ("common_words", "imperatives", "question_starts")
    return frozenset(word for name in names for word in load_lexicon(name))
