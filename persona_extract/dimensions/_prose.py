"""The part of a turn that the user worded: shared expressions over `records.tables.TURNS`.

Pasted code, error traces and web addresses say nothing about how somebody writes, so they are cut
out line by line before casing, marks and words are looked at. Style is read on the first
`HEAD_CHARS` characters of what is left: what follows in longer turns is mostly pasted text.
Every module builds on the same expressions, which lets polars compute each of them once.
"""

from __future__ import annotations

import polars as pl

HEAD_CHARS = 2000

_FENCED = r"(?s)```.*?(?:```|\z)"
_INLINE = r"`[^`\n]{1,200}`|https?://\S+|www\.\S+"
_CODE_LINE = "".join(
    (
        r"(?m)^(?:",
        r"[ \t]*(?:def|class|import|from|elif|except|print|assert|const|let|var|function|public|",
        r"private|static|void|int|struct|package|using|namespace|#include|SELECT|INSERT|CREATE)",
        r"[ \t(]+[^\n]*[(){}\[\];:=.*<][ \t]*",
        r"|[ \t]*(?:import[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+)?|from[ \t]+[\w.]+[ \t]+import[^\n]*)",
        r"|[ \t]*(?:if|for|while|with|else|try|elif|def|class)\b[^\n]*:[ \t]*",
        r"|[ \t]*(?:>>>|@\w+|//|#|</?\w|<!|\}|\{|\$ |% )[^\n]*",
        r"|[ \t]*(?:Traceback|File \"|at [\w.$]+\(|\w*(?:Error|Exception)\b:)[^\n]*",
        r"|[ \t]*[\w.]+(?:\[[^\]\n]*\])?[ \t]*[-+*/]?=[^\n]*",
        r"|[^\n]*[;{}][ \t]*",
        r"|[^\n]*(?:==|!=|\+=|->|=>|&&|\|\||\]\(|\)\.)[^\n]*",
        r"|(?:\t| {4,})[^\n]*[()=\[\]{}<>][^\n]*",
        r")$",
    )
)
_WORD = r"\p{L}[\p{L}']*"
_IDENTIFIER = r"[\w.]*(?:_\w|\w\(|\d\p{L}|\p{L}\d|\p{Ll}\p{Lu})[\w.()\[\],']*"


def even_out(column: str) -> pl.Expr:
    """A text column with one kind of apostrophe and line break and no blanks at its ends."""
    text = pl.col(column).str.replace_all("’", "'", literal=True)
    return text.str.replace_all("\r", "", literal=True).str.strip_chars()


def prose_of(column: str) -> pl.Expr:
    """A text column without fenced code, inline code, code-looking lines and addresses."""
    plain = even_out(column).str.replace_all(_FENCED, "\n").str.replace_all(_CODE_LINE, "")
    return plain.str.replace_all(_INLINE, " ").str.strip_chars()


EVEN = even_out("text")
EVEN_HEAD = EVEN.str.head(HEAD_CHARS)
PROSE = prose_of("text")
HEAD = PROSE.str.head(HEAD_CHARS)
"""Start of the prose as typed."""

NAMELESS = HEAD.str.replace_all(_IDENTIFIER, "#")
"""Start of the prose with identifiers (`snake_case`, `f(x)`, `x1`, `camelCase`) made `#`."""

LOWER = NAMELESS.str.to_lowercase()
"""`NAMELESS` in lower case."""

N_WORDS = PROSE.str.count_matches(_WORD).cast(pl.Float64)
"""Words of the prose, uncapped."""

HEAD_WORDS = HEAD.str.count_matches(_WORD).cast(pl.Float64)
"""Words of `HEAD`."""

WORDED = HEAD_WORDS > 0
"""Whether the turn has any prose."""

IS_OPENING = pl.col("turn") == 0
IS_FOLLOW_UP = pl.col("turn") > 0
IS_LAST = (pl.col("turn") + 1 == pl.col("n_turns")) & (pl.col("n_turns") > 1)

ENDS_IN_PROSE = WORDED & (EVEN.str.tail(6) == PROSE.str.tail(6))
"""Whether the last thing in the turn is the user's own wording."""


def where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    """The value as Float64 where the condition holds, else null."""
    return pl.when(condition).then(value.cast(pl.Float64))


def has(pattern: str, *, on: pl.Expr = LOWER, within: pl.Expr = WORDED) -> pl.Expr:
    """1 if the text shows the pattern, 0 if not, null outside `within`."""
    return where(within, on.str.contains(pattern))


def rate(pattern: str, *, per: float, on: pl.Expr = LOWER, within: pl.Expr = WORDED) -> pl.Expr:
    """Finds per `per` words of the text, null outside `within`."""
    found = on.str.count_matches(pattern).cast(pl.Float64)
    return where(within & WORDED, found * per / HEAD_WORDS)


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole as Float64, null where the whole is 0."""
    return where(whole > 0, part.cast(pl.Float64) / whole.cast(pl.Float64))
