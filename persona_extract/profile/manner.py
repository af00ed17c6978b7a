"""Manners that a text prescribes: "you are polite but brief", "they write informally".

The words stand in `lexicons/manners.txt`, what they ask for in `lexicons/manner_meanings.txt`. An
adjective counts only of the user ("you are ...", "be ...", "an impatient customer"), so that a
direct flight, a patient's file and a friendly agent are nobody's manner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from persona_extract.dimensions.protocol import Side
from persona_extract.lexicons import load_columns
from persona_extract.profile.sentences import cut_sentences, is_conditional, shorten


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a manner asks for: a side of a dimension or of a field of the policy
    ("policy.opening_share"). On a firm one the other side is a contradiction."""

    about: str
    side: Side
    firm: bool


@dataclass(frozen=True, slots=True)
class Manner:
    """A manner that a text prescribes.

    Attributes:
        name: as in the lexicon.
        negated: "you are not polite": the other side of all its meanings.
        conditional: only in a case that may not come ("if they refuse, you get angry").
        said: the sentence, shortened.
    """

    name: str
    negated: bool
    conditional: bool
    said: str

    @property
    def title(self) -> str:
        """The name as people read it."""
        return f"not {self.name}" if self.negated else self.name


def manners_in(text: str) -> list[Manner]:
    """The manners that a text prescribes, each once, in order; one without a condition goes before
    the same with one."""
    found: dict[tuple[str, bool], Manner] = {}
    for sentence in cut_sentences(text):
        for name, negated, at in _named(sentence):
            key, conditional = (name, negated), is_conditional(sentence, at)
            if key not in found or (found[key].conditional and not conditional):
                found[key] = Manner(name, negated, conditional, shorten(sentence, at))
    return list(found.values())


def meanings_of(manner: Manner) -> list[Meaning]:
    """What a manner asks for; nothing for a temperament that no dimension knows."""
    flip: dict[Side, Side] = {"low": "high", "high": "low"}
    return [
        Meaning(one.about, flip[one.side], False) if manner.negated else one
        for one in _meanings().get(manner.name, ())
    ]


_FRAME = re.compile(
    r"\byou(?:'re|’re| are| were| aren't| feel| sound| seem| get| become| stay| remain| act"
    r"| come across as| tend to (?:be|get|feel|become)| should be| must be| can be|'ve been"
    r"| have (?:always )?been)\b"
    r"|\b(?:the |this )?(?:user|customer|caller|client|persona)"
    r" (?:is|feels|seems|sounds|gets|acts)\b"
    r"|\bi(?:'m| am)\b"
    r"|(?P<no>\b(?:do not|don't|never|without being) )?"
    r"(?:(?:^|(?<=[,;(] )|(?<=[,;(])|(?<=and )|(?<=but )|(?<=please )|(?<=always )|(?<=never )"
    r"|(?<=do not )|(?<=don't )|(?<=yet ))(?:be|stay|remain|sound|act)|without being)\b"
    r"|\b(?:as )?an?(?= [\w-]+ (?:and |but |, ?)?(?:[\w-]+ )?"
    r"(?:person|customer|caller|client|user|guy)\b)"
)
_LABEL = re.compile(
    r"^[\W_]*(?:persona|personality|character|style|tone|manner|mood|temperament|traits?)\s*:"
)
_WORD = re.compile(r"[a-z][a-z'’-]*|[,/&;:.()]|\S")
_FILL = frozenset(
    "a an the very quite really so too rather somewhat slightly bit little also now always often"
    " usually typically generally naturally extremely incredibly super fairly pretty kind of sort"
    " and but or yet both still more most feeling being becoming getting about highly overly"
    " currently just known to be as , / & person guy man woman customer user individual type"
    " however firmly student understandably again then mildly mild today similarly interesting"
    " loyal".split()
)
_NOT = frozenset(("not", "never", "hardly", "neither", "nor", "isn't", "aren't"))
_LEADS_ON = frozenset(
    "to that with about on of for if how what why whether in when where which from by at".split()
)
_SPEAKING = (
    r"(?:speak|talk|write|reply|repl|answer|respond|communicate|behave|act|ask|interact|text|type"
    r"|say|insist|decline|explain|express yourself|message)(?:s|ing|ies|y)?"
)


def _named(sentence: str) -> Iterator[tuple[str, bool, int]]:
    """Manner, whether it is negated, and where it stands."""
    folded = sentence.lower().replace("’", "'")
    yield from _adjectives(folded)
    for pattern, group in _phrases():
        if found := pattern.search(folded):
            yield group, False, found.start()


def _adjectives(folded: str) -> Iterator[tuple[str, bool, int]]:
    if label := _LABEL.match(folded):
        yield from _listed(folded, label.end(), negated=False, strict=False)
        return
    for frame in _FRAME.finditer(folded):
        negated = bool(frame["no"]) or frame[0].endswith(("n't", "without being"))
        before = folded[: frame.start()].rstrip()
        negated = negated or before.endswith((" never", " not", "don't")) or before == "never"
        yield from _listed(folded, frame.end(), negated=negated, strict=True)


def _listed(
    folded: str, start: int, *, negated: bool, strict: bool
) -> Iterator[tuple[str, bool, int]]:
    """The adjectives that follow one another from `start`; strictly up to the first word that is
    none, else to the end."""
    words = [(found[0], found.start()) for found in _WORD.finditer(folded, start)]
    at, no = 0, negated
    while at < len(words):
        word, place = words[at]
        pair = f"{word} {words[at + 1][0]}" if at + 1 < len(words) else ""
        known = _adjective_table()
        name, taken = (known[pair], 2) if pair in known else (known.get(word), 1)
        following = words[at + taken][0] if at + taken < len(words) else ""
        if name is not None:
            manner, bare = name
            if not (bare and following in _LEADS_ON):
                yield manner, no, place
        elif word in _NOT:
            no = True
        elif word in ("but", "yet", "however"):
            no = negated
        elif strict and word not in _FILL:
            return
        at += taken


@cache
def _adjective_table() -> dict[str, tuple[str, bool]]:
    """Adjective -> manner, and whether it counts only where nothing leads on from it."""
    rows = load_columns("manners")
    return {w: (name, kind == "bare") for kind, w, name in rows if kind in ("adjective", "bare")}


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of phrases and adverbs, with their manner."""
    made: list[tuple[re.Pattern[str], str]] = []
    for kind, words, name in load_columns("manners"):
        if kind == "phrase":
            literal = re.escape(words).replace(r"\*\ ", r"(?:[\w'-]+ ){0,3}")
            made.append((re.compile(rf"\b{literal}\b"), name))
        elif kind == "adverb":
            beside = rf"\b{_SPEAKING} (?:[\w'-]+ ){{0,3}}?{words}\b|\b{words} {_SPEAKING}\b"
            made.append((re.compile(beside), name))
    return made


@cache
def _meanings() -> dict[str, tuple[Meaning, ...]]:
    made: dict[str, tuple[Meaning, ...]] = {}
    for name, about, side, how in load_columns("manner_meanings"):
        meaning = Meaning(about, _side(side), how == "firm")
        made[name] = made.get(name, ()) + ((meaning,) if about != "-" else ())
    return made


def _side(word: str) -> Literal["low", "high"]:
    return "high" if word == "high" else "low"
