"""Courtesy and care: contractions, chat spellings, slips, thanks, greetings."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import (
    drop,
    edit_prose,
    flip,
    is_question,
    lower_first,
    one,
    put_at_end,
    put_before,
)
from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    IS_LAST,
    IS_OPENING,
    LOWER,
    has,
    rate,
    share,
    where,
)
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_columns, load_lexicon, one_of, starts_with_one_of

_FORMS = load_columns("contractions")
_FULL = LOWER.str.count_matches(one_of(tuple(full for full, _, _ in _FORMS)))
_SHORT = LOWER.str.count_matches(one_of(tuple(short for _, short, _ in _FORMS)))
_BARE = LOWER.str.count_matches(one_of(tuple(bare for _, _, bare in _FORMS if bare)))
_TO_SHORT = {full: short for full, short, _ in reversed(_FORMS)}
_TO_FULL = {short: full for full, short, _ in reversed(_FORMS)}
_TO_BARE = {short: bare for _, short, bare in _FORMS if bare}
_TO_MARKED = {bare: short for short, bare in _TO_BARE.items()}
_CHAT = load_columns("chat_spellings")
_WRITTEN = ("u", "ur", "pls", "bc", "gonna", "wanna", "gotta", "thx", "ppl", "rn", "idk")
_TO_CHAT = {full: chat for chat, full in _CHAT if chat in _WRITTEN}
_FROM_CHAT = dict(_CHAT)
_PLEASE = load_lexicon("please")
_THANKS = load_lexicon("thanks")
_GREETINGS = load_lexicon("greetings")


def _swap(table: dict[str, str], text: str, chance: float, rng: np.random.Generator) -> str:
    keys = sorted((k for k in table if table[k]), key=lambda k: (-len(k), k))
    pattern = re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, keys))})(?![\w'])", re.IGNORECASE)

    def draw(found: re.Match[str]) -> str:
        if rng.random() >= chance:
            return found[0]
        new = table[found[0].lower()]
        return new[0].upper() + new[1:] if found[0][0].isupper() else new

    return edit_prose(text, lambda part: pattern.sub(draw, part))


def _contract(text: str, value: float, rng: np.random.Generator) -> str:
    spread = _swap(_TO_FULL, _swap(_TO_MARKED, text, 1.0, rng), 1.0, rng)
    return _swap(_TO_SHORT, spread, value, rng)


def _drop_apostrophes(text: str, value: float, rng: np.random.Generator) -> str:
    return _swap(_TO_BARE, _swap(_TO_MARKED, text, 1.0, rng), value, rng)


def _chat(text: str, rng: np.random.Generator) -> str:
    written = _swap(_TO_CHAT, text, 1.0, rng)
    return put_at_end(text, " btw") if written == text else written


def _spell_out(text: str, rng: np.random.Generator) -> str:
    return _swap(_FROM_CHAT, text, 1.0, rng)


def _ask_kindly(text: str, rng: np.random.Generator) -> str:
    if re.search(one_py(_PLEASE), text, re.IGNORECASE):
        return text
    starts = re.match(r"\W*([A-Za-z]+)", text)
    if starts and starts[1].lower() in load_lexicon("imperatives"):
        return "Please " + lower_first(text)
    return put_at_end(text, ", please" if is_question(text) else " please")


def _thank(text: str, rng: np.random.Generator) -> str:
    if re.search(one_py(_THANKS), text, re.IGNORECASE):
        return text
    return one(("Thanks. ", "Thank you. "), rng) + text


def _greet(text: str, rng: np.random.Generator) -> str:
    if re.match(rf"\W*{one_py(_GREETINGS)}", text, re.IGNORECASE):
        return text
    return put_before(text, one(("Hi, ", "Hello, ", "Hey, "), rng))


def one_py(entries: tuple[str, ...]) -> str:
    """As `lexicons.one_of` in the dialect of `re`."""
    inner = "|".join(re.escape(e) for e in sorted(entries, key=lambda e: (-len(e), e)))
    return rf"\b(?:{inner})\b"


DIMENSIONS = (
    Dimension(
        name="contractions",
        group="formality",
        definition='Of the places where English contracts ("do not", "it is"), those contracted, '
        "with or without the apostrophe.",
        source="lexicons/contractions.txt",
        unit="share of places",
        expr=share(_SHORT + _BARE, _FULL + _SHORT + _BARE),
        directives={
            "high": 'Contract ("don\'t", "it\'s") in about {value} of the places.',
            "low": 'Write words out ("do not", "it is"); contract only {value} of the time.',
        },
        enact=_contract,
        formal=-1,
    ),
    Dimension(
        name="dropped_apostrophes",
        group="formality",
        definition='Of the contractions, those without apostrophe ("dont", "im").',
        source="lexicons/contractions.txt",
        unit="share of contractions",
        expr=share(_BARE, _SHORT + _BARE),
        directives={
            "high": 'Leave the apostrophe out of {value} of your contractions ("dont", "cant").',
            "low": "Write the apostrophe in contractions.",
        },
        enact=_drop_apostrophes,
        formal=-1,
    ),
    Dimension(
        name="chat_spellings",
        group="formality",
        definition='The turn has a chat spelling ("u", "pls", "gonna", "idk").',
        source="lexicons/chat_spellings.txt",
        unit="share of turns",
        expr=has(one_of(tuple(chat for chat, _ in _CHAT))),
        directives={
            "high": 'Use chat spellings ("u", "pls", "gonna") in about {value} of your messages.',
        },
        enact=flip(_chat, _spell_out),
        formal=-1,
    ),
    Dimension(
        name="spelling_slips",
        group="formality",
        definition="The turn has a frequent misspelling.",
        source="lexicons/misspellings.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("misspellings"))),
        directives={
            "high": "Let typing slips stand: about {value} of your messages have one.",
        },
        formal=-1,
    ),
    Dimension(
        name="please",
        group="formality",
        definition='The turn has "please" in some spelling, or "kindly".',
        source="lexicons/please.txt",
        unit="share of turns",
        expr=has(one_of(_PLEASE)),
        directives={
            "high": 'Say "please" in about {value} of your messages.',
            "low": 'Do not say "please".',
        },
        enact=flip(_ask_kindly, drop(rf",?\s*{one_py(_PLEASE)},?(?:\s+(?=\w))?")),
        formal=1,
    ),
    Dimension(
        name="thanks",
        group="formality",
        definition="A turn after the first thanks the assistant.",
        source="lexicons/thanks.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(_THANKS))),
        directives={
            "high": "Thank the assistant in about {value} of your messages after the first.",
            "low": "Do not thank the assistant.",
        },
        enact=flip(_thank, drop(rf"\s*{one_py(_THANKS)}(?: so much| a lot)?[.!,]*")),
        where="follow-ups",
        formal=1,
    ),
    Dimension(
        name="closing_thanks",
        group="formality",
        definition="The last turn of a conversation of two turns or more thanks the assistant.",
        source="lexicons/thanks.txt",
        unit="share of last turns",
        expr=where(IS_LAST, has(one_of(_THANKS))),
        directives={
            "high": "Say thanks when you end a conversation.",
            "low": "End a conversation without thanks.",
        },
        where="last turn",
        formal=1,
    ),
    Dimension(
        name="greeting",
        group="formality",
        definition="The first turn of a conversation starts with a greeting.",
        source="lexicons/greetings.txt",
        unit="share of openings",
        expr=where(IS_OPENING, has(starts_with_one_of(_GREETINGS))),
        directives={
            "high": "Start {value} of your conversations with a greeting.",
            "low": "Start without a greeting.",
        },
        enact=flip(_greet, drop(rf"^\W*{one_py(_GREETINGS)}[,.!]*\s*")),
        where="openings",
        formal=1,
    ),
    Dimension(
        name="polite_requests",
        group="formality",
        definition='The turn wraps a request as a question or wish ("can you", "I would like").',
        source="lexicons/polite_requests.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("polite_requests"))),
        directives={
            "high": 'Ask with "can you" or "could you" in about {value} of your messages.',
            "low": 'Ask directly; do not wrap requests in "can you" or "could you".',
        },
        formal=1,
    ),
    Dimension(
        name="articles",
        group="formality",
        definition='The words "a", "an" and "the" per ten words: few in clipped, telegraphic '
        "turns.",
        unit="articles per ten words",
        expr=rate(r"(?-u:\b)(?:a|an|the)(?-u:\b)", per=10),
        directives={
            "high": "Write full sentences with their articles.",
            "low": 'Write telegraphically; leave out "a" and "the" where you can.',
        },
        formal=1,
    ),
    Dimension(
        name="first_person",
        group="formality",
        definition='The words "I", "me", "my", "we", "our" per ten words.',
        unit="words per ten words",
        expr=rate(r"(?-u:\b)(?:i|i'm|im|me|my|mine|we|us|our)(?-u:\b)", per=10),
        directives={
            "high": "Talk about yourself: say what you want, have and tried.",
            "low": "Keep yourself out of it: state the request without I or my.",
        },
    ),
    Dimension(
        name="second_person",
        group="formality",
        definition='The words "you" and "your" per ten words.',
        unit="words per ten words",
        expr=rate(r"(?-u:\b)(?:you|your|u|ur|yours)(?-u:\b)", per=10),
        directives={"high": 'Address the assistant as "you" when you ask.'},
    ),
)
