"""Personal data in text replaced by marks such as `<EMAIL>`, in what users and assistants say.

Two kinds of rule. A pattern that is sure by its shape is a polars expression. A number that only
might be a card, an IBAN, an address or a telephone is looked at in `numbers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from persona_extract.curate.numbers import mask_numbers
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
    return text.map_batches(_mask_until_still, return_dtype=pl.String())


def _mask_until_still(texts: pl.Series) -> pl.Series:
    """A mark can set free what stood next to it without a boundary: what changed is read again."""
    masked = _mask_once(texts)
    changed = (masked != texts).fill_null(False)
    if changed.any():
        again = _mask_until_still(masked.filter(changed))
        masked = masked.scatter(changed.arg_true(), again)
    return masked


def _mask_once(texts: pl.Series) -> pl.Series:
    for pattern, replacement in _SURE:
        texts = texts.str.replace_all(pattern, replacement)
    return mask_numbers(texts)


def _counts(before: pl.Series, after: pl.Series, how: str) -> dict[str, int]:
    kinds = (*KINDS, *PERSONAL) if how == "presidio" else KINDS
    return {kind: _marks(after, kind) - _marks(before, kind) for kind in kinds}


def _marks(texts: pl.Series, kind: str) -> int:
    return int(texts.str.count_matches(f"<{kind}[:>]").sum())


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
        r"(\\?[\"']?\s*(?:[:=]|=>)\s*\\?[\"'])[\w/+=.!@#$%^&*-]{4,}\d[\w/+=.@!#$%^&*-]*(\\?[\"'])",
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
