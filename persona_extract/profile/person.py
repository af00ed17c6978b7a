"""What a scenario says of the user's person and language, against what a profile says of them.

Rules read age, gender, marital status, place, occupation, education and means where they are said
of the user in so many words. Where both sides fall into classes (ages, gender, marital status) and
these differ, it is a contradiction; words that merely differ (a town, an occupation) may be two
names of one thing, and are an interference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from persona_extract.profile.sentences import cut_sentences, is_conditional, shorten
from persona_extract.records.profile import Background


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a scenario says of the user.

    Attributes:
        attribute: as in `Background`, or "language".
        value: what is said, in lower case; of an age "34", or a class such as "65-120".
        said: the sentence, shortened.
    """

    attribute: str
    value: str
    said: str


def told_of_person(text: str) -> list[Told]:
    """What a text says of the user's person and language; the first of each attribute."""
    found: dict[str, Told] = {}
    for sentence in cut_sentences(text):
        for attribute, value, at in _read(sentence):
            if not is_conditional(sentence, at):
                found.setdefault(attribute, Told(attribute, value, shorten(sentence, at)))
    return list(found.values())


def differs(told: Told, own: Background) -> bool | None:
    """True if both cannot be of one person, None if they may be, False if they agree or nothing
    can be told."""
    if told.attribute == "age":
        one, other = _ages(told.value), _ages(own.value.lower())
        return one is not None and other is not None and (one[1] < other[0] or other[1] < one[0])
    if told.attribute in ("gender", "marital_status"):
        one, other = (_class_of(told.attribute, v) for v in (told.value, own.value.lower()))
        return one is not None and other is not None and one != other
    mine = set(_WORDS.findall(own.value.lower()))
    return None if mine and not mine & set(_WORDS.findall(told.value)) else False


_YOU = r"(?:you are|you're|you’re|the (?:user|customer|caller) is|as)"
_WORDS = re.compile(r"[^\W\d_]{3,}")
_AGE = re.compile(
    rf"\b(\d{{2}})[- ]years?[- ]old\b|\bat (\d{{2}}) years old\b|\baged (\d{{2}})\b"
    rf"|{_YOU} in your (?:early |mid |late |mid-)?(\d0)s|{_YOU} (\d{{2}})(?:[,.;]|$| and\b)",
    re.IGNORECASE,
)
_AGE_WORDS = (
    (
        rf"\b{_YOU} (?:an? )?(?:[\w ,.]{{0,30}}, )?(?:an? )?(?:senior citizen|elderly|pensioner)",
        "60-120",
    ),
    (rf"\b{_YOU} an? (?:[\w-]+ )?(?:teenager|teen|high[- ]school student)\b", "13-19"),
)
_GENDER = re.compile(
    rf"\b{_YOU} an? (?:[\w-]+,? ){{0,3}}?"
    r"(man|guy|gentleman|male|boy|father|dad|husband|grandfather|woman|lady|female|girl|mother|mom"
    r"|wife|grandmother|businessman|businesswoman)\b",
    re.IGNORECASE,
)
_MARITAL = re.compile(
    r"\b(?:your (?:own )?(late husband|late wife|ex-husband|ex-wife|husband|wife|spouse|girlfriend"
    rf"|boyfriend|fianc[ée]e?)\b|{_YOU} (?:recently |newly |happily )*"
    r"(married|single|divorced|widowed|engaged|a widower?)\b(?! to (?:do|make|get)))",
    re.IGNORECASE,
)
_GONE = re.compile(r"\b(?:passed away|died|deceased|funeral)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?i:you (?:currently )?(?:live|reside|are based) in"
    r"|(?:^|(?<=[ ,(]))(?:living|residing|based) in|you(?: are|'re)(?: [\w']+){0,3} from)\s+"
    r"((?:the )?[A-Z]\w+(?:,? (?:of |de |the )?[A-Z]\w+){0,3})"
)
_WORK = re.compile(
    r"\b(?:you (?:currently )?work as|your (?:job|profession) is|you are employed as|year[- ]old)"
    r"(?: an?)? ((?:[a-z-]+ ){0,2}[a-z-]+)"
    rf"|\b{_YOU} an? (retired [a-z]+|(?:college |university |graduate |phd )?student)\b",
    re.IGNORECASE,
)
_STUDIES = re.compile(
    r"\b(?:you have|you hold) (?:an? )?((?:phd|master|bachelor|doctora|high school|college)[\w' ]*)"
    rf"|\b{_YOU} an? (?:[\w-]+ )?((?:college|university|graduate|phd|high[- ]school) student)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    rf"\b{_YOU} (?:now )?(in debt|broke|poor|rich|wealthy|unemployed)\b"
    r"|\byou (?:just |have |recently )*(won a lottery|won the lottery|student loans)\b",
    re.IGNORECASE,
)
_TONGUES = (
    "french|spanish|german|italian|portuguese|chinese|mandarin|japanese|korean|arabic|russian|hindi"
    "|turkish|polish|dutch|swedish|vietnamese|english"
)
_LANGUAGE = re.compile(
    r"(?<!who )(?<!that )\b"
    r"(?:use|speak|write|reply|respond|talk|answer|communicate|converse|insert)"
    rf"(?: [\w']+){{0,4}}? ({_TONGUES})\b"
    rf"|\b(?:use|insert|with) (?:\w+ )?({_TONGUES}) (?:words|phrases)\b",
    re.IGNORECASE,
)
_CLASSES: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "gender": (
        (
            "female",
            re.compile(r"\b(?:female|wom[ae]n|lady|girl|mother|mom|wife|grandmother|business"
                       r"woman|she|feminine)\b"),
        ),
        (
            "male",
            re.compile(r"\b(?:male|m[ae]n|guy|gentleman|boy|father|dad|husband|grandfather"
                       r"|businessman|he|masculine)\b"),
        ),
    ),
    "marital_status": (
        ("widowed", re.compile(r"widow|\blate (?:husband|wife)\b")),
        ("divorced", re.compile(r"divorc|separated|\bex-")),
        ("unmarried", re.compile(r"\b(?:unmarried|never married|not married|single|engaged"
                                 r"|girlfriend|boyfriend|fianc[ée]e?|dating|in a relationship)\b")),
        ("married", re.compile(r"\b(?:married|husband|wife|spouse)\b")),
    ),
}  # fmt: skip


def _read(sentence: str) -> Iterator[tuple[str, str, int]]:
    """(attribute, value, position)."""
    if found := _AGE.search(sentence):
        decade = found[4]
        age = f"{decade}-{int(decade) + 9}" if decade else _first(found)
        yield "age", age, found.start()
    for pattern, ages in _AGE_WORDS:
        if found := re.search(pattern, sentence, re.IGNORECASE):
            yield "age", ages, found.start()
    if (found := _MARITAL.search(sentence)) is not None:
        gone = "widowed" if _GONE.search(sentence) and "ex-" not in found[0].lower() else ""
        yield "marital_status", gone or _first(found), found.start()
    if (found := _PLACE.search(sentence)) is not None:
        yield "location", found[1].lower(), found.start()
    for attribute, pattern in (
        ("gender", _GENDER),
        ("occupation", _WORK),
        ("education", _STUDIES),
        ("income", _MEANS),
        ("language", _LANGUAGE),
    ):
        if found := pattern.search(sentence):
            yield attribute, _first(found), found.start()


def _first(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group).lower()


def _ages(value: str) -> tuple[int, int] | None:
    """Least and most years that a value allows: "34", "30s", "25-34", "over 60"; None if none."""
    if found := re.search(r"\b(\d)0'?s\b", value):
        return int(found[1]) * 10, int(found[1]) * 10 + 9
    numbers = [int(number) for number in re.findall(r"\b\d{1,3}\b", value)]
    if len(numbers) == 1:
        if re.search(r"over|above|older|more|\+|>", value):
            return numbers[0], 120
        if re.search(r"under|below|younger|less|<", value):
            return 0, numbers[0]
        return numbers[0], numbers[0]
    return (min(numbers), max(numbers)) if numbers else None


def _class_of(attribute: str, value: str) -> str | None:
    return next((name for name, pattern in _CLASSES[attribute] if pattern.search(value)), None)
