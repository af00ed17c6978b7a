"""What the User-Sim Index looks for in a turn, as regular expressions of the Rust dialect.

The index is defined by Python's `re` on lower-case text, where a word character is any letter or
digit of any script. All phrases are ASCII, so letters and digits beyond ASCII are first replaced by
`Z` and `D` (`fold_words`), which lower-case text does not hold: word boundaries and digits can then
be ASCII ones, several times faster, and mean the same. One character stays one character.
"""

from __future__ import annotations

import re

import polars as pl

from persona_extract.fidelity.usi.phrases import phrases, wildcards
from persona_extract.fidelity.usi.variant import Variant

MARKUP = (
    r"(?s)<\|think\|>.*?<\|/think\|>|<function=.*?(?:</function>|\z)|<\|tool\|>.*?<\|/tool\|>"
)
DASH = "[\u2013\u2014]"

_EDGE = r"(?-u:\b)"
_WORD = "[A-Za-z0-9_]"
_DIGIT = "[0-9D]"
_OTHER_SPACE = r"\t\n\x0b\f\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_UNEVEN_SPACE = f"[{_OTHER_SPACE}][ {_OTHER_SPACE}]*| [ {_OTHER_SPACE}]+"
_SPACE = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
"""White space as Python has it: also U+001C to U+001F, which Rust leaves out."""

_LONG_WORD = rf"{_EDGE}[a-z0-9]{{6,}}{_EDGE}"
_WORD_WITH_DIGIT = (
    _EDGE
    + "(?:"
    + "|".join(f"[a-z]{{{n}}}[0-9][a-z0-9]{{{5 - n},}}" for n in range(5))
    + f"|[a-z]{{5,}}[0-9][a-z0-9]*){_EDGE}"
)
_IDENTIFIERS = (
    rf"#?{_WORD}*{_DIGIT}{{5,}}{_WORD}*",
    rf"{_WORD}+_{_WORD}+_{_DIGIT}{{3,}}",
    rf"gift_card_{_WORD}+",
    rf"credit_card_{_WORD}+",
    rf"paypal_{_WORD}+",
    rf"{_WORD}+@{_WORD}+\.{_WORD}+",
)


def fold_words(lower: pl.Expr) -> pl.Expr:
    """Lower-case text with letters and digits beyond ASCII replaced by `Z` and `D`."""
    digits = lower.str.replace_all(r"[\d--0-9]", "D")
    return digits.str.replace_all(r"[\p{L}\p{N}--A-Za-z0-9]", "Z")


def even_spaces(text: pl.Expr) -> pl.Expr:
    """Text whose words, as Python's `str.split` has them, are parted by one blank each."""
    return text.str.replace_all(_UNEVEN_SPACE, " ").str.strip_chars(" ")


def has_phrase(folded: pl.Expr, name: str) -> pl.Expr:
    """Whether a phrase of the feature's list stands between word boundaries in folded text."""
    found = [
        "".join(part if at % 2 else re.escape(part) for at, part in enumerate(wildcards(phrase)))
        for phrase in phrases(name)
    ]
    return folded.str.contains(f"{_EDGE}(?:{'|'.join(found)}){_EDGE}")


def is_acknowledgement(lower: pl.Expr) -> pl.Expr:
    """Whether the whole turn is a phrase of the list and then only white space and marks."""
    bare = lower.str.strip_chars_start(_SPACE).str.strip_chars_end(_SPACE + "!.,-")
    return bare.is_in(phrases("ack_only_rate"))


def count_identifiers(folded: pl.Expr, variant: Variant) -> pl.Expr:
    """Matches of the alternatives of `id_density`, leftmost first, in the listed order."""
    first = _WORD_WITH_DIGIT if variant.identifiers_only else _LONG_WORD
    return folded.str.count_matches("|".join((first, *_IDENTIFIERS)))
