"""What turns do in a conversation: how it is opened, taken up, contradicted, continued."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from persona_extract.dimensions._enact import drop, flip, one, put_before, whole_words
from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    IS_OPENING,
    has,
    where,
)
from persona_extract.dimensions._wording import EDGES
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_REFERS_BACK = one_of(load_lexicon("back_references")) + (
    r"|(?-u:\b)(?:step|point|option|list|part|answer|idea|version|example|method)(?: number|"
    r" no\.?)? "
    r"?(?:\d{1,2}|#)(?:[^\p{L}\d.:)]|$)|(?-u:\b)(?:per|of|from|with|about|on|rewrite|redo|fix|"
    r"check|improve|expand|continue|change|shorten|update|modify|like|but|and|not|using) your "
    r"(?:own )?(?:answer|response|reply|code|list|table|example|summary|draft|explain?ation"
    r"|solution|"
    r"implementation|suggestion|advice|version|story|text|essay|function|method"
    r"|approach)s?(?-u:\b)|"
    r"(?-u:\b)your (?:last|first|second|third|previous|earlier|initial|original|past|own|above) "
    r"(?:answer|response|reply|code|list|message|example|suggestion|point|explanation|solution|"
    r"paragraph|question|option|statement|version|one|text|recommendation|idea|sentence)s?(?-u:\b)|"
    r"(?-u:\b)your (?:answer|response|reply|code|list|table|solution|function|explanation) (?:is"
    r"|was|"
    r"does|doesn't|doesnt|did|didn't|don't|dont|has|had|returns?|gives?|works?|fails?|for|above"
    r"|about|"
    r"still|only|seems)(?-u:\b)"
    r"|(?-u:\b)(?:code|essay|text|story|list|answer|example|function|table|article|paragraph"
    r"|letter|"
    r"email|poem|script|response|one|ones|method|steps?|points?) (?:that )?you (?:just )?(?:gave"
    r"|wrote|"
    r"made|generated|provided|sent|showed|created|suggested|mentioned|listed)(?-u:\b)"
)
_POINTING = EDGES.str.replace_all(
    r"(?:all|none|both|any|each|some|neither) (?:of )?the above|last (?:name|night|week|year"
    r"|month)",
    " ",
)
_NO_TAKING_UP = frozenset(
    ("yes", "yeah", "yep", "yup", "sure", "thanks", "thank you", "thx", "ah", "oh", "exactly", "k")
)
_ACKNOWLEDGE = (
    *(w for w in load_lexicon("acknowledgements") if w not in _NO_TAKING_UP),
    *("that's fine", "that's great", "that's good", "that's okay", "that's ok", "that's perfect"),
    *("that's cool", "that's awesome", "that's alright", "thats fine", "thats great", "thats ok"),
    *("thats good", "thats okay", "thats alright", "that is great", "that is fine", "sweet"),
    *("that sounds", "sounds", "that would be", "good to know", "good idea", "glad", "i'm glad"),
    *("you're right", "you are right", "you're absolutely right", "that's right", "thank goodness"),
)
_TAKES_UP = starts_with_one_of(
    (
        *_ACKNOWLEDGE,
        *(f"{oh} {w}" for oh in ("oh", "ah", "yes", "yeah") for w in _ACKNOWLEDGE),
        *(f"{oh}, {w}" for oh in ("oh", "ah", "yes", "yeah") for w in _ACKNOWLEDGE),
    )
)


def _take_up(text: str, rng: np.random.Generator) -> str:
    if re.match(rf"\W*{whole_words(_ACKNOWLEDGE)}", text, re.IGNORECASE):
        return text
    return put_before(text, one(("Ok, ", "Okay, ", "Alright, ", "Great, "), rng))


DIMENSIONS = (
    Dimension(
        name="conversation_turns",
        group="multi_turn",
        definition="User turns of the conversation, as a logarithm, read on its first turn.",
        unit="ln(turns)",
        expr=where(IS_OPENING, pl.col("n_turns").cast(pl.Float64).log()),
        directives={
            "high": "Stay for about {value} messages before you end the conversation.",
            "low": "End the conversation after about {value} messages.",
        },
        where="openings",
        examples={
            "high": "a word for happy\n> Glad.\nanother\n> Merry.\none more\n> Cheerful.\n"
            "and a rare one",
            "low": "a word for happy\n> Glad.\nok",
        },
    ),
    Dimension(
        name="back_reference",
        group="multi_turn",
        definition="A turn after the first names something said before "
        '("the second one", "you said", "step 4"), near its start or end.',
        source="lexicons/back_references.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, _POINTING.str.contains(_REFERS_BACK)),
        directives={
            "high": 'Point back at what was said ("the second one", "as you said above") in '
            "{value} of your follow-ups.",
            "low": "Hardly ever point back at what was said before.",
        },
        where="follow-ups",
        label="refers_back",
        examples={
            "high": "name three rivers\n> Rhine, Meuse, Scheldt.\n"
            "tell me more about the second one you mentioned above",
            "low": "name three rivers\n> Rhine, Meuse, Scheldt.\nhow long is the Meuse",
        },
    ),
    Dimension(
        name="pointers",
        group="multi_turn",
        definition='A turn after the first has a pronoun for something said before ("it", "that").',
        source="lexicons/pointers.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(one_of(load_lexicon("pointers")))),
        directives={
            "high": 'Say "it" and "that" instead of naming things again.',
            "low": 'Name things again instead of saying "it" or "that".',
        },
        where="follow-ups",
        examples={
            "high": "name a long river\n> The Nile.\nwhere does it start",
            "low": "name a long river\n> The Nile.\nwhere does the Nile start",
        },
    ),
    Dimension(
        name="acknowledgement",
        group="multi_turn",
        definition='A turn after the first starts by taking up the answer ("ok", "great"); a bare '
        "yes and thanks do not count.",
        source="lexicons/acknowledgements.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(_TAKES_UP)),
        directives={
            "high": 'Start about {value} of your follow-ups by taking up the answer ("ok, ...").',
            "low": "Go straight to the next request without taking up the answer.",
        },
        enact=flip(_take_up, drop(rf"^\W*{whole_words(_ACKNOWLEDGE)}[,.!]*\s*")),
        where="follow-ups",
        label="takes_up",
        examples={
            "high": "name a long river\n> The Nile.\nok great, how deep is the Nile",
            "low": "name a long river\n> The Nile.\nhow deep is the Nile",
        },
    ),
    Dimension(
        name="links",
        group="multi_turn",
        definition='A turn after the first starts with a linking word ("and", "but", "now").',
        source="lexicons/links.txt",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, has(starts_with_one_of(load_lexicon("links")))),
        directives={
            "high": 'Start about {value} of your follow-ups with "and", "but", "so" or "now".',
            "low": 'Do not start a follow-up with "and", "but", "so" or "now".',
        },
        where="follow-ups",
        formal=-1,
        examples={
            "high": "name a long river\n> The Nile.\nand the deepest lake",
            "low": "name a long river\n> The Nile.\nname the deepest lake",
        },
    ),
)
