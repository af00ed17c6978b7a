"""Personal data in text replaced by marks such as `<EMAIL>`, in what users and assistants say.

Two kinds of rule. A pattern that is sure by its shape is a polars expression. A number that only
might be a card, an IBAN, an address or a telephone is looked at in Python, where a checksum, a
parser or the words before it decide; only texts that hold a candidate get there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from persona_extract.curate.presidio import PERSONAL, mask_presidio
from persona_extract.records.tables import CONVERSATIONS, conform

KINDS = ("SECRET", "URL", "EMAIL", "HANDLE", "USER", "IBAN", "CARD", "IP", "PHONE")
"""Marks that `mask_expr` writes: `<EMAIL>`; an address that names a person is `<URL:host>`."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Conversations with masked messages, and how many marks were written, by kind."""

    conversations: pl.DataFrame
    counts: dict[str, int]


def mask(conversations: pl.DataFrame, how: Literal["patterns", "presidio"] = "patterns") -> Masked:
    """Mask every message of `CONVERSATIONS`; rows, order and the other columns stay.

    Args:
        conversations: rows of `CONVERSATIONS`.
        how: "presidio" looks for names of persons and places as well (needs the extra).

    Raises:
        UsageError: "presidio", and it or its language model is not installed.
    """
    said = (
        conform(conversations, CONVERSATIONS)
        .select("messages")
        .with_row_index("row")
        .filter(pl.col("messages").list.len() > 0)
        .explode("messages")
        .select("row", pl.col("messages").struct.unnest())
    )
    masked = said.with_columns(mask_expr(pl.col("content")))
    if how == "presidio":
        masked = masked.with_columns(mask_presidio(masked["content"]))
    lists = masked.group_by("row", maintain_order=True).agg(
        pl.struct("role", "content").alias("messages")
    )
    whole = (
        conversations.drop("messages")
        .with_row_index("row")
        .join(lists, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("messages").fill_null([]))
    )
    return Masked(
        conform(whole.drop("row"), CONVERSATIONS), _counts(said["content"], masked["content"], how)
    )


def mask_expr(text: pl.Expr) -> pl.Expr:
    """Text with personal data replaced; masking what is masked changes nothing."""
    for pattern, replacement in _SURE:
        text = text.str.replace_all(pattern, replacement)
    return text.map_batches(_mask_checked, return_dtype=pl.String())


def _counts(before: pl.Series, after: pl.Series, how: str) -> dict[str, int]:
    kinds = (*KINDS, *PERSONAL) if how == "presidio" else KINDS
    counts: dict[str, int] = {}
    for kind in kinds:
        mark = f"<{kind}[:>]"
        written = after.str.count_matches(mark).sum() - before.str.count_matches(mark).sum()
        counts[kind] = int(written)
    return counts


_HOST = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
_TAIL = r"(?:[^\s<>\"'`)\]}]*[^\s<>\"'`)\]}.,;:!?])?"
_SOCIAL = (
    r"(?:facebook|fb|twitter|x|instagram|tiktok|t|telegram|vk|linkedin|snapchat|pinterest|threads|"
    r"github|gitlab|gist\.github|patreon|onlyfans|twitch|soundcloud|keybase|bsky)\.(?:com|me|net|"
    r"org|tv|app|io)"
)
_SEGMENT = r"(?:~|@|(?:users?|u|profiles?|people|members?|in|accounts?|channel|author)/)"
_PARAMETER = (
    r"(?:access_?token|token|api_?key|key|sig|signature|auth|session(?:_?id)?|sid|password|pwd|"
    r"user(?:_?(?:id|name))?|uid|e?mail|login|code|state)"
)
_CALLED = (
    r"twitter|instagram|insta|ig|tiktok|telegram|snapchat|discord|skype|handle|username|account|"
    r"follow|following|followed|rt|dm|tag|tagged|via|tweet by|posted by|contact"
)

_SURE: tuple[tuple[str, str], ...] = (
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*KEY-----|$)", "<SECRET>"),
    (
        r"\b(?:sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|"
        r"A[KS]IA[0-9A-Z]{16}|AIza[\w-]{35}|xox[abprs]-[A-Za-z0-9-]{10,}|hf_[A-Za-z0-9]{30,}|"
        r"glpat-[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}|\d{8,10}:AA[\w-]{33})",
        "<SECRET>",
    ),
    (
        r"(?i)\b((?:api|access|secret|auth|private)[_ -]?(?:key|token|secret)|password|passwd)"
        r"(\\?[\"']?\s*(?:[:=]|=>)\s*\\?[\"'])[\w/+=.!@#$%^&*-]{8,}(\\?[\"'])",
        "${1}${2}<SECRET>${3}",
    ),
    (r"\b([a-z][a-z0-9+.-]{1,20}://)[^\s/@:<>\"']+(?::[^\s/@<>\"']*)?@", "${1}<USER>@"),
    (rf"(?i)\bhttps?://(?:www\.|[a-z]{{2}}\.|m\.)?({_SOCIAL})/[@\w]{_TAIL}", "<URL:${1}>"),
    (rf"(?i)\bhttps?://({_HOST})(?::\d+)?/(?:[^\s<>\"'`?#]*/)?{_SEGMENT}\w{_TAIL}", "<URL:${1}>"),
    (
        rf"(?i)\bhttps?://({_HOST})(?::\d+)?(?:/[^\s<>\"'`?#]*)?\?"
        rf"(?:[^\s<>\"'`]*&(?:amp;)?)?{_PARAMETER}=[^\s<>\"'`&]{_TAIL}",
        "<URL:${1}>",
    ),
    (r"\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}\b", "<EMAIL>"),
    (rf"(?i)\b({_CALLED})([:\s]{{1,3}})@[a-z_][a-z0-9_.]{{2,29}}\b", "${1}${2}<HANDLE>"),
    (
        r"(?i)\b([a-z]:[\\/]{1,2}(?:users|documents and settings)[\\/]{1,2})"
        r"[^\\/<>:\"'|?*\r\n]{1,40}([\\/])",
        "${1}<USER>${2}",
    ),
    (r"(^|[\s\"'`(=:,\[@])(/home/|/Users/|/mnt/c/Users/)[A-Za-z0-9._-]{1,40}/", "${1}${2}<USER>/"),
)
"""Pattern and replacement, in order, in the Rust dialect."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A candidate, and what has to hold of it; `holds` also sees the 24 characters before it."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str, str], bool]


def _mask_checked(texts: pl.Series) -> pl.Series:
    worth = texts.str.contains(
        r"\d[\d .():-]{4,}\d|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{8,}|[A-Z]{2}\d{2}"
    )
    rewritten = [
        _rewrite(text) if look and text else text
        for text, look in zip(texts.to_list(), worth.to_list(), strict=True)
    ]
    return pl.Series(texts.name, rewritten, pl.String)


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
    if not _NETWORKS.fullmatch(digits) or len(set(digits)) < 3:
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
    if _DATE.match(text):
        return False
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
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
_DATE = re.compile(r"(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d\b|[0-3]?\d[-./ ][01]?\d[-./ ](?:19|20)\d\d")
_PHONE_SHAPE.fullmatch(text)) or bool(_CALL.search(before))


_NETWORKS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6\d{15}"
)
_VERSION = re.compile(r"(?i)(?:version|ver\.?|v|==|@|[a-z]-)\s*[:=]?\s*$")
_ADDRESSED = re.compile(r"(?i)\b(?:ip|address|ping|host|server|dns)\b[^\n]{0,12}$")
_CALL = re.compile(
    r"(?i)\b(?:phone|tel|telephone|mobile|cell|call|whatsapp|fax|ph)\b[\w .:#/-]{0,16}$"
)
_PHONE_SHAPE = re.compile(
    r"""
      \+\d{1,3}[ .-]?\(?\d{1,5}\)?(?:[ .-]?\d{2,5}){1,4}    # +44 20 7946 0958, +14155550123
    | (?:1[ .-])?\([2-9]\d{2}\)[ .-]?\d{3}[ .-]\d{4}        # (415) 555-0123
    | (?:1[ .-])?[2-9]\d{2}([ .-])\d{3}\1\d{4}              # 415-555-0123
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
