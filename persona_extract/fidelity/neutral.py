"""The content of a turn in neutral wording, so that every arm is given the same WHAT to say.

No model: marks, casing, contractions, chat spellings, politeness, fillers and greetings are evened
out by rule. Word choice and word order stay, so some of the person shines through in every arm
alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from persona_extract.lexicons import load_columns, load_lexicon
from persona_extract.simulators.spans import MARK, protect, restore

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_VOID = re.compile(r"[^\S\n]{100,}")
_EMOJI = re.compile("[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u27bf\ufe0f]+")
_EMOTICON = re.compile(r"(?<!\S)(?:[:;=][-^']?[()DPpOo/|]|[xX]D|<3|\^_?\^)(?=[\s.,!?]|$)")
_CODE_LINE = re.compile(rf"[ \t]*{MARK.pattern}[ \t]*")
_LONG = re.compile(r"([A-Za-z])\1{2,}")
_RUN = re.compile(r"\s*(?:[.!?…]*\?[.!?…]*|!+[.!…]*|…+[.!…]*|\.[.!…]+)")
_GAP = re.compile(r"\s+(?=[.,;:?](?:\s|$))")
_TIGHT = re.compile(r"(?<=[a-z]),(?=[A-Za-z])")
_BORDER = re.compile(r"(?<=[.?])\s+")
_FIRST = re.compile(r"[a-z](?![\w'-]*[A-Z])")
_PRONOUN = re.compile(r"(?<![\w'.])i(?![\w'.])")
_CONTENT = re.compile(rf"[^\W_]|{MARK.pattern}")

_SOFT = (
    *("maybe", "perhaps", "possibly", "probably", "apparently", "presumably", "if possible"),
    *("i think", "i guess", "i suppose", "i believe"),
)
"""Hedges that can go without a change of sense."""

_SUBJECTS = "i|you|he|she|it|we|they"
"""Before these, "don't" stays: "do not you think" is no English."""

_VARIABLES = ("cos", "da", "af", "rn")
"""Chat spellings that in talk about code are something else, like all of one letter but "u"."""


def neutralise(text: str) -> str:
    """The turn's content in neutral wording; empty if it has none.

    Code, addresses, quoted strings, ids and numbers stay letter by letter. Lines of code stay
    lines; lines of wording become sentences of one paragraph.
    """
    masked = protect(_CONTROL.sub("", _even(text)))
    said = ""
    for line in masked.text.split("\n"):
        if _CODE_LINE.fullmatch(line):
            said += f"\n{line}\n"
        elif plain := _plain(line):
            said += f" {plain}"
    return restore(re.sub(r" *\n+ *", "\n", said).strip(), masked.spans)


def _even(text: str) -> str:
    text = _VOID.sub(" ", text.replace("\r\n", "\n"))
    return text.replace("’", "'").replace("‘", "'")


def _plain(line: str) -> str:
    """A line of wording as neutral sentences."""
    text = _LONG.sub(r"\1", _quiet(_EMOTICON.sub(" ", _EMOJI.sub(" ", line))))
    text = _chat().sub(_swap(_chat_spellings()), text)
    text = _short().sub(_swap(_contractions()), text)
    text = _RUN.sub(lambda run: "? " if "?" in run[0] else ". ", text)
    text = _TIGHT.sub(", ", _GAP.sub("", text))
    sentences = (_sentence(clause) for clause in _BORDER.split(text))
    return " ".join(sentence for sentence in sentences if sentence)


def _quiet(text: str) -> str:
    """Text typed all in capitals, in lower case."""
    letters = [c for c in text if c.isalpha()]
    loud = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    return text.lower() if loud else text


def _swap(table: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def swapped(found: re.Match[str]) -> str:
        new = table[found[0].lower()]
        return new[:1].upper() + new[1:] if found[0][0].isupper() else new

    return swapped


def _sentence(clause: str) -> str:
    """One sentence with its case and closing mark; empty if it only greets, thanks or fills."""
    core = clause.strip(" \t,;.-*")
    asks = core.endswith("?")
    core, requests = _bare(core.rstrip("? "))
    if not _CONTENT.search(core):
        return ""
    core = _PRONOUN.sub("I", core)
    first = _FIRST.match(core)
    core = core[0].upper() + core[1:] if first else core
    asks = (asks and not requests) or core.split()[0].lower() in load_lexicon("question_starts")
    return core if core.endswith(":") else core + ("?" if asks else ".")


def _bare(clause: str) -> tuple[str, bool]:
    """A clause without courtesies and fillers, and whether it was a request put as a question."""
    before, requests = "", False
    while before != clause:
        before = clause
        clause = _opener().sub("", " ".join(_courtesy().sub(" ", clause).split()))
        asked = _request().sub("", clause)
        requests, clause = requests or asked != clause, asked
        clause = _trimmed(clause)
    return clause, requests


def _trimmed(clause: str) -> str:
    return re.sub(r"\s+,", ",", clause).strip(" \t,;.!-")


@cache
def _chat_spellings() -> dict[str, str]:
    return {
        short: full
        for short, full in load_columns("chat_spellings")
        if short not in _VARIABLES and (len(short) > 1 or short == "u")
    }


@cache
def _contractions() -> dict[str, str]:
    forms: dict[str, str] = {}
    for full, *short in reversed(load_columns("contractions")):
        said = "I" + full[1:] if full.startswith("i ") else full
        forms |= {form: said for form in short if form}
    return forms


@cache
def _opener() -> re.Pattern[str]:
    """A greeting or filler at the start; an acknowledgement only where a mark sets it off, since
    "right" and "correct" open requests too."""
    fillers = (f for f in load_lexicon("fillers") if not f.startswith(("kind", "sort")))
    loose = _alternatives((*load_lexicon("greetings"), *fillers))
    marked = _alternatives(load_lexicon("acknowledgements"))
    return re.compile(
        rf"^(?:{loose}(?=[\s,.!]|$)|{marked}(?:\s+{marked})*(?=[,.!]|$))[\s,.!]*", re.IGNORECASE
    )


@cache
def _courtesy() -> re.Pattern[str]:
    """Please, thanks and softening words, wherever they stand."""
    inner = _alternatives((*load_lexicon("please"), *load_lexicon("thanks"), *_SOFT))
    return re.compile(rf"(?<![\w'.-]){inner}(?: so much| a lot)?(?![\w'-])[,!]?", re.IGNORECASE)


@cache
def _request() -> re.Pattern[str]:
    """A wrapping of a request at the start: "can you", "could you"."""
    entries = tuple(e for e in load_lexicon("polite_requests") if e.endswith((" you", " u")))
    return re.compile(rf"^{_alternatives(entries)}\s+(?=\w)", re.IGNORECASE)


@cache
def _chat() -> re.Pattern[str]:
    inner = _alternatives(_chat_spellings())
    return re.compile(rf"(?<![\w'.]){inner}(?![\w'])", re.IGNORECASE)


@cache
def _short() -> re.Pattern[str]:
    inner = _alternatives(_contractions())
    return re.compile(rf"(?<![\w'.]){inner}(?![\w']|\s+(?:{_SUBJECTS})\b)", re.IGNORECASE)


def _alternatives(entries: Iterable[str]) -> str:
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
