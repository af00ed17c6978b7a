"""Keeps what must survive letter by letter out of the hands of those who reword a turn.

A protected span is swapped for one character of the supplementary private use planes, which no
rule of casing, punctuation or wording touches, and put back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

FIRST, _LAST = 0xF0000, 0x10FFFD
"""Code points of the stand-ins; the first stands for the first span."""

MARK = re.compile(f"[{chr(FIRST)}-{chr(_LAST)}]")
"""One stand-in for a span."""

_MOST = 60_000  # spans that a text may have; the last one takes all the rest

_CODE_LINE = "|".join(
    (
        r"[ \t]*(?:def|class|import|from|except|print|assert|const|var|function|public|private"
        r"|static|void|#include|SELECT|INSERT|CREATE)[ \t(][^\n]*[(){}\[\];=*<][ \t]*",
        r"[ \t]*(?:import[ \t]+[\w.]*\w(?:[ \t]+as[ \t]+\w+)?|from[ \t]+[\w.]+[ \t]+import[^\n]*)",
        r"[ \t]*(?:(?:def|class)[ \t]+\w+[ \t]*(?:\([^\n]*)?|for[ \t]+\w+[ \t]+in[ \t]+\S+"
        r"|(?:if|for|while|elif|with)\b[^\n]*[()=\[\]<>][^\n]*|else|try|finally):[ \t]*",
        r"[ \t]*(?:>>>|@\w|//|#|</?\w|<!|[{}])[^\n]*",
        r"[ \t]*(?:Traceback|File \"|at [\w.$]+\(|\w*(?:Error|Exception)\b:)[^\n]*",
        r"[ \t]*[\w.]+(?:\[[^\]\n]*\])?[ \t]*[-+*/]?=[^\n]*",
        r"[ \t]*return\b[^\n]*",
        r"[^\n]*[;{}][ \t]*",
        r"[^\n]*(?:==|!=|\+=|->|=>|&&|\|\||\]\(|\)\.)[^\n]*",
        r"(?:\t| {4,})[^\n]*[()=\[\]{}<>][^\n]*",
    )
)
_PLAIN = r"((?:[A-Za-z][a-z]*+(?![\w.(:@+-])[ ,]*+)+)"
"""Words that no pattern below begins or ends in: passed over in one step, five times as quick."""

_KEPT = re.compile(
    "|".join(
        (
            r"^[^\n]{10000,}",  # no line that was typed, and what follows takes the square of it
            r"```[\s\S]*?(?:```|\Z)",
            r"(?<!\S)\S{200,}",
            r"`[^`\n]{1,200}`",
            r"https?://\S+|www\.\S+",
            r"[\w.+-]+@[\w-]+\.[\w.]+",
            r"'''[\s\S]*?'''|\"\"\"[\s\S]*?\"\"\"",
            rf"^(?:{_CODE_LINE})$(?:\n(?:[ \t]+[^\n]*|{_CODE_LINE})$)*",
            r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”",
            r"(?<![\w'])'[^'\n]{1,200}'(?![\w'])",
            r"[\[<{][A-Za-z][A-Za-z_]*[\]>}]",
            _PLAIN,
            r"[\w.]*(?:\w_\w|\w\(|[^\W\d_][\d]|[\d][^\W\d_]|[a-z][A-Z])[\w.()\[\]']*",
            r"\b(?:i\.e|e\.g|etc|vs|cf)\.",
            r"[A-Za-z_]\w*(?:\.[a-z_]\w+)+",
            r"[#$€£]?\d[\d.,:/%-]*\d%?|[#$€£]?\d%?",
            f"[{chr(FIRST)}-{chr(_LAST)}]+",
        )
    ),
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with stand-ins, and what they stand for, in order."""

    text: str
    spans: tuple[str, ...]


def protect(text: str, facts: Sequence[str] = ()) -> Masked:
    """The text with code, addresses, quoted strings, ids, numbers and given facts swapped out."""
    spans: list[str] = []
    at, pieces = 0, list[str]()
    for start, end in _ranges(text, facts):
        pieces += [text[at:start], chr(FIRST + len(spans))]
        spans.append(text[start:end])
        at = end
    return Masked("".join([*pieces, text[at:]]), tuple(spans))


def restore(text: str, spans: Sequence[str]) -> str:
    """The text with every stand-in replaced by what it stands for."""
    return MARK.sub(lambda found: spans[ord(found[0]) - FIRST], text)


def marks(text: str) -> str:
    """The stand-ins of a text, in order: equal before and after a rewording that kept them."""
    return "".join(MARK.findall(text))


def _ranges(text: str, facts: Sequence[str]) -> list[tuple[int, int]]:
    """Disjoint ranges to protect, in order; facts win over patterns, longer facts over shorter."""
    given = "|".join(re.escape(f) for f in sorted(set(facts), key=lambda f: (-len(f), f)) if f)
    taken = [found.span() for found in re.finditer(given, text)] if given else []
    found: list[tuple[int, int]] = []
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        found += [m.span() for m in _KEPT.finditer(text, at, start) if m[0] and m[1] is None]
        if end > start:
            found.append((start, end))
        at = end
    if len(found) > _MOST:
        found = [*found[: _MOST - 1], (found[_MOST - 1][0], len(text))]
    return found
