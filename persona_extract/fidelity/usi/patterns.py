"""What the User-Sim Index looks for in a turn, as regular expressions of the Rust dialect.

The index is defined by Python's `re` on lower-case text, where a word character is any letter or
digit of any script. All phrases are ASCII, so letters and digits beyond ASCII are first replaced by
`Z` and `D` (`fold_words`), which lower-case text does not hold: word boundaries and digits can then
be ASCII ones, several times faster, and mean the same. One character stays one character.

Slow passes are spared the texts that do not need them, which are made empty (`_only`). Null would
not do: polars works through the text below a null.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from persona_extract.fidelity.usi.phrases import pattern_of, phrases, surest_part
from persona_extract.fidelity.usi.variant import Variant

_MARKUP = r"(?s)<\|think\|>.*?<\|/think\|>|<function=.*?(?:</function>|\z)|<\|tool\|>.*?<\|/tool\|>"
_ANY_SPACE = r"[\s\x1c-\x1f]"
"""White space as Python has it: also U+001C to U+001F, which Rust leaves out."""

_META_OF_PEOPLE = (
    rf"^(?:\\tau |\\reward|{_ANY_SPACE}*/stop{_ANY_SPACE}*$)",
    r"<\|(?:canvas|highlight|survey)\|>",
)
_META_OF_SIMULATORS = (rf"^{_ANY_SPACE}*###STOP###{_ANY_SPACE}*$",)

_EDGE = r"(?-u:\b)"
_WORD = "[A-Za-z0-9_]"
_DIGIT = "[0-9D]"
_LONG_WORD = rf"{_EDGE}[a-z0-9]{{6,}}{_EDGE}"
_DIGIT_AT = "|".join(f"[a-z]{{{n}}}[0-9][a-z0-9]{{{5 - n},}}" for n in range(5))
_LONG_WORD_WITH_DIGIT = rf"{_EDGE}(?:{_DIGIT_AT}|[a-z]{{5,}}[0-9][a-z0-9]*){_EDGE}"
_IDENTIFIERS = (
    rf"#?{_WORD}*{_DIGIT}{{5,}}{_WORD}*",
    rf"{_WORD}+_{_WORD}+_{_DIGIT}{{3,}}",
    rf"gift_card_{_WORD}+",
    rf"credit_card_{_WORD}+",
    rf"paypal_{_WORD}+",
    rf"{_WORD}+@{_WORD}+\.{_WORD}+",
)


def is_meta(content: pl.Expr, *, human: bool) -> pl.Expr:
    """Whether a message is about the session and not part of the conversation.

    Args:
        content: text of the message.
        human: whether a person wrote the user's turns.
    """
    patterns = _META_OF_PEOPLE if human else _META_OF_SIMULATORS
    return pl.any_horizontal(*map(content.str.contains, patterns))


def without_markup(content: pl.Expr) -> pl.Expr:
    """Text without what an agent's chat template left in it: thoughts, calls, tool output."""
    return content.str.replace_all(_MARKUP, "")


def fold_words(lower: pl.Expr) -> pl.Expr:
    """Lower-case text with letters and digits beyond ASCII replaced by `Z` and `D`."""
    beyond = _beyond_ascii(lower)
    digits = _only(lower, beyond).str.replace_all(r"[\d--0-9]", "D")
    folded = digits.str.replace_all(r"[\p{L}\p{N}--A-Za-z0-9]", "Z")
    return pl.when(beyond).then(folded).otherwise(lower)


def words_of(lower: pl.Expr) -> pl.Expr:
    """Words as Python's `str.split` has them; a text without words has one empty word."""
    beyond = _beyond_ascii(lower)
    spaces = _only(lower, beyond).str.replace_all(r"[\s--\x00-\x7f]", " ")
    blanks = pl.when(beyond).then(spaces).otherwise(lower)
    blanks = blanks.str.replace_all(r"[\t-\r\x1c-\x1f]", " ").str.replace_all(" {2,}", " ")
    return blanks.str.strip_chars(" ").str.split(" ")


def has_dash(text: pl.Expr) -> pl.Expr:
    """Whether there is an em dash or an en dash."""
    return text.str.contains("[\u2013\u2014]")


def has_phrase(folded: pl.Expr, name: str) -> pl.Expr:
    """Whether a phrase of the feature's list stands between word boundaries in folded text."""
    return folded.str.contains(_phrase_pattern(name))


def with_any_phrase(folded: pl.Expr, names: tuple[str, ...]) -> pl.Expr:
    """The text where it may hold a phrase of one of the lists, else an empty one.

    One pass for literal parts of all phrases is much cheaper than a pass for each list, and three
    quarters of all turns hold none.
    """
    return _only(folded, folded.str.contains(_parts_pattern(names)))


def is_acknowledgement(lower: pl.Expr) -> pl.Expr:
    """Whether the whole turn is a phrase of the list and then only white space and marks."""
    found = "|".join(map(re.escape, phrases("ack_only_rate")))
    return lower.str.contains(rf"^{_ANY_SPACE}*(?:{found})[\s\x1c-\x1f!.,-]*$")


def count_identifiers(folded: pl.Expr, variant: Variant) -> pl.Expr:
    """Matches of the alternatives of `id_density`, leftmost first, in the listed order."""
    first = _LONG_WORD_WITH_DIGIT if variant.identifiers_only else _LONG_WORD
    return folded.str.count_matches("|".join((first, *_IDENTIFIERS)))


def _beyond_ascii(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes() != text.str.len_chars()


def _only(text: pl.Expr, where: pl.Expr) -> pl.Expr:
    return pl.when(where).then(text).otherwise(pl.lit(""))


@cache
def _phrase_pattern(name: str) -> str:
    return f"{_EDGE}(?:{'|'.join(map(pattern_of, phrases(name)))}){_EDGE}"


@cache
def _parts_pattern(names: tuple[str, ...]) -> str:
    """Finds the surest part of any phrase; parts that hold another are left out."""
    parts = {surest_part(phrase) for name in names for phrase in phrases(name)}
    least = sorted(p for p in parts if not any(q != p and q in p for q in parts))
    return "|".join(map(re.escape, least))
