"""Numbers that name a person or a machine: found by shape, believed by checksum, parser or words.

Python's `re` is used here because it looks around; only texts that hold a candidate get here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


def mask_numbers(texts: pl.Series) -> pl.Series:
    """Texts with `<IBAN>`, `<CARD>`, `<IP>` and `<PHONE>` in place of what holds as one."""
    worth = texts.str.contains(
        r"\d[\d .():-]{4,}\d|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{8,}|[A-Z]{2}\d{2}"
    )
    rewritten = [
        _rewrite(text) if look and text else text
        for text, look in zip(texts.to_list(), worth.to_list(), strict=True)
    ]
    return pl.Series(texts.name, rewritten, pl.String)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A candidate, and what has to hold of it; `holds` also sees the 24 characters before it."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str, str], bool]


def _rewrite(text: str) -> str:
    for rule in _CHECKED:

        def decide(found: re.Match[str], rule: _Checked = rule) -> str:
            before = found.string[max(0, found.start() - 24) : found.start()]
            return f"<{rule.kind}>" if rule.holds(found[0], before) else found[0]

        text = rule.pattern.sub(decide, text)
    return text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_card(text: str, before: str) -> bool:
    """Length and first digits of a card network, not one digit repeated, and Luhn's checksum."""
    digits = _digits(text)
    if not _NETWORKS.fullmatch(digits) or len(set(digits)) == 1:
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_iban(text: str, before: str) -> bool:
    """ISO 13616: 15 to 34 characters whose rearranged number leaves 1 modulo 97."""
    packed = text.replace(" ", "")
    turned = packed[4:] + packed[:4]
    return 15 <= len(packed) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _is_address(text: str, before: str) -> bool:
    """An address of a machine: not loopback, not a mask, not what a version number looks like."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return not address.is_loopback and len(re.findall(r"[0-9A-Fa-f]+", text)) >= 4
    if address.is_loopback or address.is_unspecified or address.packed[0] == 255:
        return False
    is_version = max(address.packed) < 10 or address.packed[1:] == b"\0\0\0"
    return _ADDRESSED.search(before) is not None or not (is_version or _VERSION.search(before))


def _is_phone(text: str, before: str) -> bool:
    """7 to 15 digits in a shape that telephone numbers have, or after a word that announces one."""
    digits = _digits(text)
    if _DATE.match(text) or not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return False
    return bool(_PHONE_SHAPE.fullmatch(text)) or bool(_CALL.search(before))


_NETWORKS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6\d{15}"
)
_VERSION = re.compile(r"(?i)(?:version|ver\.?|v|==|@|[a-z]-)\s*[:=]?\s*$")
_ADDRESSED = re.compile(r"(?i)\b(?:ip|address|ping|host|server|dns)\b[^\n]{0,12}$")
_CALL = re.compile(
    r"(?i)\b(?:phone|tel|telephone|mobile|cell|call|whatsapp|fax|ph)\b"
    r"(?: number| no\.?| me| us| him| her| at| is| on|[ :.#=-])*$"
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d\b|[0-3]?\d[-./ ][01]?\d[-./ ](?:19|20)\d\d"
)
_PHONE_SHAPE = re.compile(
    r"""
      \+\d{1,3}[ .-]?\(?\d{1,5}\)?(?:[ .-]?\d{2,5}){1,4}    # +44 20 7946 0958, +14155550123
    | (?:1[ .-])?\([2-9]\d{2}\)[ .-]?\d{3}[ .-]\d{4}        # (415) 555-0123
    | (?:1[ .-])?[2-9]\d{2}([.-])\d{3}\1\d{4}               # 415-555-0123
    | 0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}                        # 020 7946 0958
    """,
    re.VERBOSE,
)
_CHECKED = (
    _Checked(
        "IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _is_iban
    ),
    _Checked("CARD", re.compile(r"(?<![\w.+-])\d{4}(?:[ -]?\d){8,14}\d(?![\w-]|\.\d)"), _is_card),
    _Checked(
        "IP",
        re.compile(
            r"(?<![\w.-])(?<!\w/)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)"
            r"|(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])"
        ),
        _is_address,
    ),
    _Checked(
        "PHONE",
        re.compile(
            r"(?<![\w.,+/=$€£*^-])(?:\+|\b|(?=\())\(?\d[\d ().-]{5,18}\d(?![\w%]|[.,/:-]\d)"
        ),
        _is_phone,
    ),
)
