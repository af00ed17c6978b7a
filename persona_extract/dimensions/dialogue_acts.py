"""What a turn is in form: a question, a command, a statement, a fragment."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, has
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

DIMENSIONS = (
    Dimension(
        name="questions",
        group="dialogue_acts",
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
        group="dialogue_acts",
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
        name="statements",
        group="dialogue_acts",
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
            "high": "my second order was cheaper, it came on Monday",
            "low": "which one was cheaper?",
        },
    ),
    Dimension(
        name="fragments",
        group="dialogue_acts",
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
    Dimension(
        name="how_questions",
        group="dialogue_acts",
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
        group="dialogue_acts",
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
        name="numbers",
        group="dialogue_acts",
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
)
