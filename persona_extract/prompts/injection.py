"""Words that would take a model over, in texts that are meant to tell it how to behave.

A directive is an instruction by trade, so no rule asks whether a text commands. The rules ask for
what no description of a user's behaviour needs: words about the model's own instructions, a change
of its role, marks of a dialogue, markup, calls, addresses, encoded text, the tokens by which
benchmarks are steered, and characters that are not seen. Texts are compared as a reader sees them:
folded by NFKC, without what is invisible, look-alike letters of other alphabets, figures in place
of letters and letters set apart made plain.

The phrases are English. What is written in another language, or politely enough, gets through:
`docs/packs-security.md` says what else stands in its way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

Place = Literal["told", "name", "card"]
"""Where a text stands: told to a simulator or shown as one's words (every rule); a name, version or
licence (addresses and digests are usual); a whole card in Markdown (markup is usual)."""

_LIKE = str.maketrans("аеорсухіјѕԁһӏкмнтвαοερινκτυχӀ", "aeopcyxijsdhlkmhtbaoepivktuxl")
_LEET = str.maketrans("0134578@$", "oieastbas")

_KEPT = r"(?:instruction|prompt|rule|guideline|directive|constraint|restriction|programming)s?"
_OLD = r"(?:previous|prior|above|earlier|preceding|foregoing|former|existing|original|initial)"

_ORDERS = re.compile(
    rf"\b(?:ignore|disregard|forget|override|overrule|bypass|discard|drop|neglect|delete)\b"
    rf"(?:\W+\w+){{0,3}}?\W+(?:(?:all|any|every|these|those|your|system|{_OLD})\W+)"
    rf"(?:\w+\W+){{0,3}}?{_KEPT}\b"
    rf"|\b(?:ignore|disregard|forget) (?:everything|anything|all|what)"
    rf"(?: \w+){{0,3}} (?:above|before this|told so far)\b"
    rf"|\b(?:new|updated|real|actual|secret|hidden) instructions?\b"
    rf"|\b(?:reveal|print|output|repeat|show|leak|expose|recite)\b(?:\W+\w+){{0,3}}?\W+"
    rf"(?:your|system|hidden|initial|secret|{_OLD})\W+(?:\w+\W+)?{_KEPT}\b",
)
_ROLES = re.compile(
    r"\byou are (?:now|no longer|hereby) (?:an?|the|my|in|free|bound|called|acting|playing|running|"
    r"under|unrestricted|allowed)\b|\bfrom now on,? you (?:are|will|must)\b"
    r"|\b(?:act|behave|respond|answer|speak) as (?:if you were )?(?:an? |the )?(?:unrestricted |"
    r"uncensored |evil |helpful )?(?:ai|assistant|system|language model|llm|chatbot|admin|root|"
    r"developer|dan)\b"
    r"|\bpretend (?:to be|you are|that you are) (?:an? |the )?(?:ai|assistant|system|admin|llm)\b"
    r"|\b(?:you|model|assistant|ai) must (?:always |now )?(?:obey|comply)\b|\bjailbreak"
    r"|\bdeveloper mode\b|\bdo anything now\b|\bend of (?:the )?(?:system |user )?prompt\b"
)
_INNARDS = re.compile(
    r"\b(?:system|developer|hidden|initial|meta)[ _-]?(?:prompt|message|instruction)s?\b"
)
_TURNS = re.compile(
    r"(?:^|[.!?)\]}>\"'”|\n]\s*|#\s*|\*\*)(?:assistant|user|system|human|ai|bot|developer|tool|"
    r"function|ipython)(?:\*\*)?\s*:"
    r"|^\s*(?:assistant|user|system|human|developer|tool)\s*$"
)
_TURNS_CAPITAL = re.compile(r"\b(?:Assistant|User|System|Human|Developer|Tool)\s*:")
_TOKENS = re.compile(
    r"#{2,}|(?:^|[\s\"'(])/(?:close|exit|quit|stop|end|reset|system|transfer)\b"
    r"|\[/?(?:end|stop|done|eos|bos|system|inst|user|assistant|transfer)\b[^\]\n]{0,40}\]"
    r"|<[|｜]|[|｜]>|\bout-of-scope\b#|\bendoftext\b"
)
_TERMINATE = re.compile(r"\bTERMINATE\b|\bSTOP_TOKEN\b|###")
_MARKUP = re.compile(
    r"```|~~~|</?[a-z!?][^<>\n]{0,200}>|<[a-z!/?]|\{\{|\{%|\$\{|!?\[[^\]\n]{0,200}\]\(|^\s*#+\s"
    r"|&(?:#x?[0-9a-f]+|[a-z]{2,8});"
)
_CALLS = re.compile(
    r"\{\s*[\"'“”]|[\"'](?:role|content|tool|function|arguments|name|parameters)[\"']\s*:"
    r"|\b(?:tool|function)[ _]calls?\b|\b(?:import os|os\.system|subprocess\.|eval|exec)\s*\("
    r"|\brm -rf\b|\bcurl -|\bpowershell\b"
)
_ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|svg|img|style|link|meta|form|input|video|audio)\b"
    r"|\bon(?:error|load|click|mouseover)\s*=|\b(?:javascript|vbscript):|\bdata:text/html"
)
_LINKS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.\w|\b(?:javascript|vbscript|mailto|file|data):\S"
    r"|\b[a-z0-9-]{2,}\.(?:com|org|net|io|ai|dev|xyz|ru|cn|co|app|info|gov|edu)\b"
)
_BLOBS = re.compile(
    r"[A-Za-z0-9+/=_-]{40,}|(?:\\x[0-9a-fA-F]{2}){2,}|\\u[0-9a-fA-F]{4}|%[0-9A-F]{2}%"
)
_MIXED = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z]")
_APART = re.compile(r"\b(?:[a-z][ .*_\-]){4,}[a-z]\b")
_HIDDEN = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))


def injected(text: str, place: Place = "told") -> Iterator[str]:
    """Why a text might take over the model that reads it; nothing if no rule says so.

    Args:
        text: as it stands, at most a card long: time grows with its length.
        place: what the text is for.
    """
    if _hides(text, line_breaks=place == "card"):
        yield "it holds invisible characters, or some that turn the direction of reading"
    if place != "card" and _MIXED.search(text):
        yield "it mixes letters of several alphabets in a word"
    seen = readings(text)
    for rule, reason in _rules(place):
        if any(rule.search(one) for one in seen):
            yield reason
    if place != "card" and (_TURNS_CAPITAL.search(text) or _TERMINATE.search(text)):
        yield "it holds marks of a dialogue or of its end"
    if place == "told" and _BLOBS.search(text):
        yield "it holds encoded text"


def readings(text: str) -> tuple[str, ...]:
    """The text in lower case as one reads it, and where they differ, with figures read as letters
    and with letters that were set apart joined."""
    plain = _fold(text)
    leet = re.sub(r"\b\w*(?:[a-z@$][\d@$]|[\d@$][a-z])\w*", _spell, plain)
    joined = _APART.sub(lambda found: re.sub(r"[ .*_\-]", "", found[0]), plain)
    return tuple(dict.fromkeys((plain, leet, joined)))


def _rules(place: Place) -> Iterator[tuple[re.Pattern[str], str]]:
    yield _ORDERS, "it speaks of a model's instructions"
    yield _ROLES, "it gives a model another role"
    if place == "card":
        yield _ACTIVE, "it holds active markup"
        return
    yield _INNARDS, "it speaks of a model's instructions"
    yield _TURNS, "it holds marks of a dialogue or of its end"
    yield _TOKENS, "it holds marks of a dialogue or of its end"
    yield _MARKUP, "it holds markup"
    yield _CALLS, "it holds a call of a program"
    if place == "told":
        yield _LINKS, "it holds an address"


def _fold(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text)
    shown = "".join(
        c for c in composed if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t"
    )
    bare = "".join(c for c in unicodedata.normalize("NFD", shown) if not unicodedata.combining(c))
    return re.sub(r"[^\S\n]+", " ", bare.casefold().translate(_LIKE))


def _spell(found: re.Match[str]) -> str:
    return found[0].translate(_LEET)


def _hides(text: str, *, line_breaks: bool) -> bool:
    usual = "\n\r\t" if line_breaks else ""
    return any(unicodedata.category(c) in _HIDDEN and c not in usual for c in text)
