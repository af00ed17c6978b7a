"""The part of a turn that the user worded: shared expressions over `records.tables.TURNS`.

Pasted code, error traces and web addresses say nothing about how somebody writes, so they are cut
out line by line before casing, marks and words are looked at. Style is read on the first
`HEAD_CHARS` characters of what is left: what follows in longer turns is mostly pasted text.
Every module builds on the same expressions, which lets polars compute each of them once.
"""

from __future__ import annotations

import polars as pl

RAW_CHARS = 16_000
"""Characters of a turn that are looked at at all."""

HEAD_CHARS = 2000
"""Characters of its prose that style is read on."""

KEYWORD_CHARS = 500
"""Characters of a text that overlaps of words are read on."""

_FENCED = r"(?s)```.*?(?:```|\z)"
_INLINE = r"`[^`\n]{1,200}`|https?://\S+|www\.\S+"
_CODE_LINES = (
    # One pattern a kind: together they outgrow the fast path of the regex engine (30 times slower).
    r"(?m)^[ \t]*(?:def|class|import|from|elif|except|print|assert|const|let|var|function|public|"
    r"private|static|void|int|struct|package|using|namespace|#include|SELECT|INSERT|CREATE)"
    r"[ \t(]+[^\n]*[(){}\[\];:=.*<][ \t]*$",
    r"(?m)^[ \t]*(?:import [^\n ]+(?: as [^\n ]+)?|from [^\n ]+ import[^\n]*)$",
    r"(?m)^[ \t]*(?:(?:if|for|while|with|elif) [^\n]*|else|try|finally):[ \t]*$",
    r"(?m)^[ \t]*(?:>>>|@[a-z]|//|#|</?[a-zA-Z]|<!|\}|\{|\$ |% )[^\n]*$",
    r"(?m)^[ \t]*(?:Traceback|File \"|at [A-Za-z0-9_.$]+\(|[A-Za-z.]*(?:Error|Exception):)[^\n]*$",
    r"(?m)^[ \t]*[A-Za-z0-9_.]+(?:\[[^\]\n]*\])?[ \t]*[-+*/]?=[^\n]*$",
    r"(?m)^[^\n]*[;{}][ \t]*$",
    r"(?m)^[^\n]*(?:==|!=|\+=|->|=>|&&|\|\||\]\(|\)\.)[^\n]*$",
    r"(?m)^(?:\t| {4,})[^\n]*[()=\[\]{}<>][^\n]*$|^[ \t]*return [\w.]+$|^(?:\t\t| {8})[^\n]*$",
    r"(?m)^[^\s,]+(?:,[^\s,]+){2,}$",
)
_SUSPECT = r"[(){}\[\];=<>@#$%|&!:]|->|\n|//|(?m)^[ \t]*(?:import|from|return) |,[^\s,]+,"
"""Without any of this a turn has no line that looks like code."""

_BLANKS = " \t\n\f\v\u00a0"  # spelt out: polars shares no expression above a null argument
_WORD = r"\p{L}[\p{L}']*"
_IDENTIFIER = r"[\w.]*(?:_\w|\w\(|\d\p{L}|\p{L}\d|\p{Ll}\p{Lu})[\w.()\[\],']*"


def even_out(column: str, chars: int = RAW_CHARS) -> pl.Expr:
    """Start of a text column with one kind of apostrophe and line break and trimmed ends."""
    text = pl.col(column).str.head(chars).str.replace_all("’", "'", literal=True)
    return text.str.replace_all("\r", "", literal=True).str.strip_chars(_BLANKS)


def prose_of(column: str, chars: int = RAW_CHARS) -> pl.Expr:
    """A text column without fenced code, inline code, code-looking lines and addresses.

    Null where no letter is left.
    """
    text = even_out(column, chars).str.replace_all(_FENCED, "\n")
    suspect = text.str.contains(_SUSPECT)
    code = pl.when(suspect).then(text).otherwise(pl.lit(""))  # what is empty costs nothing
    for pattern in _CODE_LINES:
        code = code.str.replace_all(pattern, "")
    left = pl.when(suspect).then(code).otherwise(text)
    left = left.str.replace_all(_INLINE, " ").str.strip_chars(_BLANKS)
    return pl.when(left.str.contains(r"\p{L}")).then(left)


def keywords_of(column: str) -> pl.Expr:
    """Distinct words of three letters or more at the start of a text column, in lower case, as
    hashes: only how many words two texts share matters, and numbers compare faster."""
    text = pl.col(column).str.head(KEYWORD_CHARS).str.to_lowercase()
    return text.str.extract_all(r"\w{3,}").list.eval(pl.element().hash()).list.unique()


def overlap_with(column: str) -> pl.Expr:
    """Share of this turn's distinct longer words that another text column has, from 0 to 1.

    Null on openings, where the other text is null, and under three such words.
    """
    mine = KEYWORDS.list.len()
    common = KEYWORDS.list.set_intersection(keywords_of(column)).list.len()
    return where(IS_FOLLOW_UP & (mine >= 3), share(common, mine))


def common_with_earlier(back: int) -> pl.Expr:
    """Distinct longer words in common with the user's turn so many turns before; null if none."""
    earlier = KEYWORDS.shift(back).over("conversation_id", order_by="turn")
    return KEYWORDS.list.set_intersection(earlier).list.len()


def overlap_with_earlier(back: int) -> pl.Expr:
    """Overlap coefficient with the turn so many turns before: common words over those of the
    shorter turn (Szymkiewicz-Simpson), 0 where fewer than 3 are common or there is no such turn."""
    common, mine = common_with_earlier(back), KEYWORDS.list.len()
    earlier = mine.shift(back).over("conversation_id", order_by="turn")
    shorter = pl.when(mine < earlier).then(mine).otherwise(earlier)
    return pl.when(common >= 3).then(common / shorter).otherwise(0.0)


def where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    """The value as Float64 where the condition holds, else null."""
    return pl.when(condition).then(value.cast(pl.Float64))


def count(pattern: str, on: pl.Expr) -> pl.Expr:
    """How often the pattern is found, as Float64."""
    return on.str.count_matches(pattern).cast(pl.Float64)


def has(pattern: str, *, on: pl.Expr | None = None) -> pl.Expr:
    """1 if the text (`LOWER` if none is given) shows the pattern, 0 if not."""
    return (LOWER if on is None else on).str.contains(pattern).cast(pl.Float64)


def rate(pattern: str, *, per: float, on: pl.Expr | None = None) -> pl.Expr:
    """Finds per `per` words of the text (`LOWER` if none is given)."""
    return count(pattern, LOWER if on is None else on) * per / HEAD_WORDS


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole as Float64, null where the whole is 0."""
    return where(whole > 0, part.cast(pl.Float64) / whole.cast(pl.Float64))


IS_OPENING = pl.col("turn") == 0
IS_FOLLOW_UP = pl.col("turn") > 0
IS_LAST = (pl.col("turn") + 1 == pl.col("n_turns")) & (pl.col("n_turns") > 1)

EVEN = even_out("text")
EVEN_HEAD = EVEN.str.head(HEAD_CHARS)

PROSE = prose_of("text")
"""What the user worded; null where there is nothing, as in all that is built on it."""

HEAD = PROSE.str.head(HEAD_CHARS)
"""Start of the prose as typed."""

NAMELESS = HEAD.str.replace_all(_IDENTIFIER, "#")
"""Start of the prose with identifiers (`snake_case`, `f(x)`, `x1`, `camelCase`) made `#`."""

LOWER = NAMELESS.str.to_lowercase()
"""`NAMELESS` in lower case."""

APART = pl.format(" {} ", LOWER.str.replace_all(r"[^a-z']+", " "))
"""The words of `LOWER` with one blank between any two and at both ends: plain search is many times
as fast as a pattern with edges."""

N_WORDS = count(_WORD, PROSE)
"""Words of the prose, uncapped."""

HEAD_WORDS = count(_WORD, HEAD)
"""Words of `HEAD`."""

KEYWORDS = keywords_of("text")
"""Distinct longer words of the turn, code included."""

REPEATED = overlap_with("previous_text")
"""Share of the turn's words that the user's turn before had."""

LOOKED_BACK = range(1, 5)
"""How many turns back repetition is looked for."""

LIKENESS = pl.max_horizontal([overlap_with_earlier(back) for back in LOOKED_BACK])
"""Largest overlap of the turn's words with one of the user's last four turns; 0 on openings."""

SHARED = (
    ("even", EVEN),
    ("prose", PROSE),
    ("head", HEAD),
    ("nameless", NAMELESS),
    ("lower", LOWER),
    ("apart", APART),
    ("n_words", N_WORDS),
    ("head_words", HEAD_WORDS),
    ("keywords", KEYWORDS),
    ("previous_keywords", keywords_of("previous_text")),
    ("opening_keywords", keywords_of("opening_text")),
    ("answer_keywords", keywords_of("assistant_before")),
    *((f"common_{back}", common_with_earlier(back)) for back in LOOKED_BACK),
    ("repeated", REPEATED),
    ("likeness", LIKENESS),
)
"""The parts that many dimensions build on, inner ones first."""

ENDS_IN_PROSE = (pl.col("text").str.len_chars() <= RAW_CHARS) & (
    EVEN.str.tail(6) == PROSE.str.tail(6)
)
"""Whether the last thing in the turn is the user's own wording."""
