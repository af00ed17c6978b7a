"""How a turn and a conversation begin: first words, as formulas that people fall back on, and
whether the tool in question is named."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import IS_OPENING, LOWER, where
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import ASCII_EDGE, load_lexicon

_START = LOWER.str.head(60)
_SHORT_FORMS = "i|i'm|im|i've|ive|i'd|i'll|my|we|our"
_MAKE = "write|create|make|implement|generate|build|code|draft|design|develop"
_FORMULAS = (
    ("how_to", '"how to"', "how (?:to|too)"),
    ("how_do", '"how do", "how does" or "how did"', "how (?:do|does|did)"),
    ("how_can", '"how can", "how would" or the like', "how (?:can|could|would|should|might)"),
    ("what", '"what"', "what|what's|whats"),
    ("wh_word", '"which", "who", "where", "when" or "why"', "which|who|where|when|why"),
    (
        "auxiliary",
        'the verb of a question ("is", "does", "should")',
        "is|are|am|does|do|did|was|were|has|have|will|should|shall|must|may",
    ),
    ("can", '"can", "could" or "would"', "can|could|would"),
    (
        "asking",
        '"can you", "please" or "help"',
        "(?:can|could|would|will) (?:you|u)|please|pls|plz|help",
    ),
    ("self", 'the writer ("I", "my", "we")', _SHORT_FORMS),
    (
        "pointer",
        'an article or pointing word ("the", "a", "this", "it")',
        "this|that|these|those|it|its|it's|there|the|a|an",
    ),
    (
        "joint",
        'a preposition or conjunction ("for", "given", "if")',
        "and|but|so|now|then|also|or|if|when|for|in|with|given|using|after|to",
    ),
    ("denial", '"no" or "not"', "no|not|don't|dont|nope"),
    (
        "assent",
        '"yes", thanks or a greeting',
        "yes|yeah|ok|okay|sure|thanks|thank|great|cool|hi|hello|hey",
    ),
    ("making", 'a verb of making ("write", "create", "build")', _MAKE),
    (
        "doing",
        'a verb of telling or working ("explain", "find", "sort")',
        "explain|describe|tell|show|give|find|get|return|sort|check|add|fix|convert|calculate|"
        "compute|change|remove|complete|finish|use|print|count|solve|let|summarize|list|translate",
    ),
)


def _starts(pattern: str) -> pl.Expr:
    return _START.str.contains(rf"^[^\p{{L}}\p{{N}}]*(?:{pattern}){ASCII_EDGE}")


def _turn_starts(name: str, what: str, pattern: str) -> Dimension:
    return Dimension(
        name=f"starts_{name}",
        group="openings",
        definition=f"The turn's first words are {what}.",
        unit="share of turns",
        expr=_starts(pattern).cast(pl.Float64),
        directives={},
    )


def _conversation_starts(name: str, what: str, pattern: str) -> Dimension:
    return Dimension(
        name=f"first_{name}",
        group="openings",
        definition=f"The first words of the conversation are {what}.",
        unit="share of openings",
        expr=where(IS_OPENING, _starts(pattern)),
        directives={},
        where="openings",
    )


_TURNS = "how_to how_do can self pointer assent making doing".split()
_OPENINGS = "how_to how_do what self assent making".split()
"""The formulas that people differ in for good, on one of the two corpora at least."""

_TOOL = "|".join(load_lexicon("tools"))

DIMENSIONS = (
    *(_turn_starts(*formula) for formula in _FORMULAS if formula[0] in _TURNS),
    *(_conversation_starts(*formula) for formula in _FORMULAS if formula[0] in _OPENINGS),
    Dimension(
        name="starts_freely",
        group="openings",
        definition="The turn's first words are none of the usual formulas.",
        unit="share of turns",
        expr=(~_starts("|".join(pattern for _, _, pattern in _FORMULAS))).cast(pl.Float64),
        directives={},
    ),
    Dimension(
        name="names_tool",
        group="openings",
        definition="The turn's wording names the language, program or library that it is about "
        '("python", "excel", "sql").',
        source="lexicons/tools.txt",
        unit="share of turns",
        expr=LOWER.str.contains(rf"{ASCII_EDGE}(?:{_TOOL}){ASCII_EDGE}").cast(pl.Float64),
        directives={},
    ),
)
