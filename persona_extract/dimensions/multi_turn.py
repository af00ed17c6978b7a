"""What turns do in a conversation: how it is opened, taken up, contradicted, continued."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._enact import drop, flip, one, put_before, whole_words
from persona_extract.dimensions._objections import DOUBTS, FAILS
from persona_extract.dimensions._prose import (
    EVEN,
    IS_FOLLOW_UP,
    IS_OPENING,
    LOWER,
    N_WORDS,
    has,
    where,
)
from persona_extract.dimensions._wording import COMMANDS, EDGES, INDIRECT, QUESTIONS
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_VERBS = one_of((*load_lexicon("verbs"), *load_lexicon("imperatives")))
_WANTS = one_of(tuple(w for w in load_lexicon("wants") if w.startswith(("i ", "we ", "i'"))))
_SAYS = one_of(tuple(w for w in load_lexicon("verbs") if w not in load_lexicon("imperatives")))
_PLEADS = EDGES.str.contains(one_of(load_lexicon("please"))) & ~ASKED
_SHORT_REPLY = starts_with_one_of(
    (
        *load_lexicon("acknowledgements"),
        *load_lexicon("thanks"),
        *load_lexicon("goodbyes"),
        *("no", "nope", "nah", "not", "hello", "hi", "hmm", "wrong"),
    )
)
_TELLS = (
    ASKED
    | (IS_FOLLOW_UP & (EDGES.str.contains(_SAYS) | EDGES.str.contains(_SHORT_REPLY)))
    | EDGES.str.contains(r"(?-u:\b)(?:i|i'm|im|my|we|there|he|she|they|it|this)(?-u:\b)")
)
_STATES = (
    ~(QUESTIONS | COMMANDS | INDIRECT | _PLEADS | EDGES.str.contains(_WANTS))
    & _TELLS
    & (N_WORDS <= 100)
    & ~EDGES.str.contains(r"^[^\p{L}]*(?:\p{L}+ )?(?:code|function|script|program|given)(?-u:\b)")
)
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
        name="pushback",
        group="multi_turn",
        definition="A turn after the first contradicts, turns down or questions the answer, or "
        "blames the assistant: read on its first words.",
        source="lexicons/pushback.txt, accusations.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & LOWER.is_not_null(), DOUBTS),
        directives={
            "high": "Contradict, question or turn down the answer in about {value} of your "
            "follow-ups.",
            "low": "Accept answers; hardly ever push back.",
        },
        where="follow-ups",
        label="doubts",
        examples={
            "high": "capital of Australia?\n> Sydney.\nno, are you sure?",
            "low": "capital of Australia?\n> Canberra.\nand of Austria?",
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
    Dimension(
        name="questions",
        group="multi_turn",
        definition="The turn asks for information: it has a question mark, starts with a question "
        'word, or has a clause such as "how do I"; "can you do ...?" alone does not count.',
        source="lexicons/question_starts.txt",
        unit="share of turns",
        expr=QUESTIONS.cast(pl.Float64),
        directives={
            "high": "Word about {value} of your messages as questions.",
            "low": "State what you want instead of asking questions.",
        },
        label="asks",
        examples={
            "high": "how do I get wax out of a carpet?",
            "low": "get wax out of a carpet",
        },
    ),
    Dimension(
        name="imperatives",
        group="multi_turn",
        definition="The turn commands, near its start or end: a verb in the imperative "
        '("write", "please fix"), a bare "more" or "... please".',
        source="lexicons/imperatives.txt",
        unit="share of turns",
        expr=COMMANDS.cast(pl.Float64),
        directives={
            "high": 'Give commands ("make ...", "please fix ...") in about {value} of your '
            "messages.",
            "low": "Do not give bare commands.",
        },
        label="commands",
        examples={
            "high": "write a poem about moss",
            "low": "a poem about moss would be nice",
        },
    ),
    Dimension(
        name="how_questions",
        group="multi_turn",
        definition='The turn asks "how" or "what".',
        unit="share of turns",
        expr=has(r"(?-u:\b)(?:how|what|whats|which)(?-u:\b)"),
        directives={
            "high": 'Ask "how" and "what" in about {value} of your messages.',
            "low": 'Hardly ever ask "how" or "what".',
        },
        examples={
            "high": "what is a good age to start the violin",
            "low": "is six too early for the violin",
        },
    ),
    Dimension(
        name="wants",
        group="multi_turn",
        definition='The turn states a need ("I need", "I want", "I\'m trying").',
        source="lexicons/wants.txt",
        unit="share of turns",
        expr=has(one_of(load_lexicon("wants"))),
        directives={
            "high": 'State needs ("I need ...", "I want ...") in about {value} of your messages.',
            "low": "Do not speak of what you need or want.",
        },
        examples={
            "high": "I need a birthday cake for twelve people",
            "low": "birthday cake for twelve people",
        },
    ),
    Dimension(
        name="says_error",
        group="multi_turn",
        definition="A turn after the first reports that something does not work, or shows the "
        "error that it gave.",
        source="lexicons/errors_reported.txt; rules in dimensions/_objections.py",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & (EVEN != ""), FAILS),
        directives={
            "high": "Say that it does not work, or show the error, in about {value} of your "
            "follow-ups.",
            "low": "Hardly ever report that something went wrong.",
        },
        where="follow-ups",
        label="fails",
        examples={
            "high": "sort a list in python\n> Use sorted().\ni still get an error",
            "low": "sort a list in python\n> Use sorted().\nand in reverse?",
        },
    ),
    Dimension(
        name="numbers",
        group="multi_turn",
        definition="The turn's wording has a number in figures.",
        unit="share of turns",
        expr=has(r"(?:^|[\s(,$€£-])\d"),
        directives={
            "high": "Give figures and quantities in about {value} of your messages.",
            "low": "Hardly ever give figures.",
        },
        examples={
            "high": "2 adults and 3 children, 14 June",
            "low": "our family in the middle of June",
        },
    ),
    Dimension(
        name="statements",
        group="multi_turn",
        definition="The turn neither asks nor commands: it informs, answers or reports.",
        source="Stolcke et al. 2000 (dialogue acts)",
        unit="share of turns",
        expr=_STATES.cast(pl.Float64),
        directives={
            "high": "State facts and findings in about {value} of your messages instead of asking.",
            "low": "Always ask or tell the assistant to do something.",
        },
        label="states",
        examples={
            "high": "the second one was cheaper",
            "low": "which one was cheaper?",
        },
    ),
    Dimension(
        name="fragments",
        group="multi_turn",
        definition="The turn has at most twelve words and no verb: a topic, a name, a phrase.",
        source="lexicons/verbs.txt, lexicons/imperatives.txt",
        unit="share of turns",
        expr=((N_WORDS <= 12) & ~LOWER.str.contains(_VERBS)).cast(pl.Float64),
        directives={
            "high": "Write about {value} of your messages as bare phrases without a verb.",
            "low": "Write whole sentences, not bare phrases.",
        },
        formal=-1,
        examples={
            "high": "cheap hotels ghent",
            "low": "which hotels in Ghent are cheap?",
        },
    ),
)
