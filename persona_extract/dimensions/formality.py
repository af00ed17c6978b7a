"""Care in wording: contractions, apostrophes, chat spellings, slips, articles, persons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from persona_extract.dimensions._enact import (
    edit_prose,
    flip,
    put_at_end,
)
from persona_extract.dimensions._prose import (
    LOWER,
    NAMELESS,
    has,
    rate,
    share,
)
from persona_extract.dimensions._slips import slips
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_columns, load_lexicon, one_of

_NO_NAMES = NAMELESS.str.replace_all(r"[^a-z]*[A-Z][a-zA-Z']*[^a-z]*|[^a-z]+", " ")
_WORDS = pl.format(" {} ", _NO_NAMES)
_FORMS = load_columns("contractions")
_FULL = LOWER.str.count_matches(one_of(tuple(full for full, _, _ in _FORMS)))
_SHORT = LOWER.str.count_matches(one_of(tuple(short for _, short, _ in _FORMS)))
_BARE = LOWER.str.count_matches(one_of(tuple(bare for _, _, bare in _FORMS if bare)))


@dataclass(frozen=True)
class _Table:
    """Words, each with what is to stand in its place."""

    words: dict[str, str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words, by itself, the longest first."""
        known = sorted((w for w in self.words if self.words[w]), key=lambda w: (-len(w), w))
        inner = "|".join(map(re.escape, known))
        return re.compile(rf"(?<![\w'])(?:{inner})(?![\w'])", re.IGNORECASE)


_TO_SHORT = _Table({full: short for full, short, _ in reversed(_FORMS)})
_TO_FULL = _Table({short: full for full, short, _ in reversed(_FORMS)})
_TO_BARE = _Table({short: bare for _, short, bare in _FORMS if bare})
_TO_MARKED = _Table({bare: short for _, short, bare in _FORMS if bare})
_CHAT = load_columns("chat_spellings")
_WRITTEN = ("u", "ur", "pls", "bc", "gonna", "wanna", "gotta", "thx", "ppl", "rn", "idk")
_TO_CHAT = _Table({full: chat for chat, full in _CHAT if chat in _WRITTEN})
_FROM_CHAT = _Table({line[0]: line[1] for line in _CHAT})


def _swap(table: _Table, text: str, chance: float, rng: np.random.Generator) -> str:
    def draw(found: re.Match[str]) -> str:
        if rng.random() >= chance:
            return found[0]
        new = table.words[found[0].lower()]
        return new[0].upper() + new[1:] if found[0][0].isupper() else new

    return edit_prose(text, lambda part: table.pattern.sub(draw, part))


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
        examples={
            "high": "I don't know if it's open, I can't find the hours",
            "low": "I do not know if it is open, I cannot find the hours",
        },
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
        examples={
            "high": "i dont think thats right, it wont open",
            "low": "I don't think that's right, it won't open",
        },
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
            "low": 'Write words out; no chat spellings such as "u" or "pls".',
        },
        enact=flip(_chat, _spell_out),
        formal=-1,
        examples={
            "high": "idk, can u send it 2 me pls, gonna need it rn",
            "low": "I don't know, can you send it to me, I will need it now",
        },
    ),
    Dimension(
        name="spelling_slips",
        group="formality",
        definition="The turn has a misspelt word: a frequent English word with a letter left out, "
        "doubled or swapped, or a common misspelling; names and code do not count.",
        source="Damerau 1964; dimensions/_slips.py, lexicons/misspellings.txt",
        unit="share of turns",
        expr=_WORDS.str.contains_any([f" {slip} " for slip in slips()]).cast(pl.Float64),
        directives={
            "high": "Let typing slips stand: about {value} of your messages have one.",
            "low": "Spell carefully.",
        },
        examples={"high": "can you chekc teh second one", "low": "can you check the second one"},
        formal=-1,
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
        examples={
            "high": "The lamp in the hall has a crack and the switch needs a screw.",
            "low": "lamp in hall cracked, switch needs screw",
        },
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
        examples={
            "high": "I lost my keys and my phone, so I need help for me and my son",
            "low": "lost keys and phone, where is the nearest locksmith",
        },
    ),
    Dimension(
        name="second_person",
        group="formality",
        definition='The words "you" and "your" per ten words.',
        unit="words per ten words",
        expr=rate(r"(?-u:\b)(?:you|your|u|ur|yours)(?-u:\b)", per=10),
        directives={
            "high": 'Address the assistant as "you" when you ask.',
            "low": 'Do not address the assistant as "you".',
        },
        examples={
            "high": "do you know if you can fix your answer",
            "low": "how to fix a flat tyre",
        },
    ),
    Dimension(
        name="abbreviations",
        group="formality",
        definition='The turn has a shortened everyday word ("info", "asap", "min", "docs").',
        source="lexicons/abbreviations.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("abbreviations"))),
        directives={
            "high": 'Shorten words ("info", "asap", "docs") in about {value} of your messages.',
            "low": 'Write words in full ("information", not "info").',
        },
        formal=-1,
        examples={"high": "need the info asap", "low": "I need the information soon"},
    ),
)
