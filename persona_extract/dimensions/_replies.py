"""How a turn stands to what was said before it, by rule. Shared expressions over `TURNS`.

Rules that read meaning are written for precision; `docs/dimensions.md` says how often they are
right.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    KEYWORD_CHARS,
    LOWER,
    N_WORDS,
    keywords_of,
)
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_EVERYDAY = one_of(tuple(w for w in load_lexicon("conversation_words") if len(w) >= 4))

_YES_NO = starts_with_one_of(
    ("yes", "yeah", "yep", "yup", "ya", "y", "no", "nope", "nah", "n", "sure", "ok", "okay")
)
_UNSURE = one_of(
    (
        *("not sure", "no idea", "don't know", "dont know", "idk", "dunno", "don't remember"),
        *("can't remember", "cant remember", "dont remember", "i forgot", "whatever", "anything"),
        *("any", "doesn't matter", "doesnt matter", "up to you", "either", "maybe", "i think"),
    )
)
_QUESTION = LOWER.str.contains("?", literal=True) | LOWER.str.contains(
    starts_with_one_of(load_lexicon("question_starts"))
)
_COMMAND = LOWER.str.contains(starts_with_one_of(load_lexicon("imperatives")))

TOPIC = (
    pl.col("text")
    .str.head(KEYWORD_CHARS)
    .str.to_lowercase()
    .str.replace_all(_EVERYDAY, " ")
    .str.extract_all(r"\w{4,}")
    .list.unique()
)
"""Distinct words of four letters or more that are no everyday words of conversation."""

_SAID_BEFORE = keywords_of("previous_text").list.set_union(keywords_of("assistant_before"))
_OPENED = keywords_of("opening_text")

NEW_TOPIC = (
    IS_FOLLOW_UP
    & (TOPIC.list.len() >= 2)
    & (TOPIC.list.set_intersection(_SAID_BEFORE).list.len() == 0)
    & (TOPIC.list.set_intersection(_OPENED).list.len() == 0)
)
"""Whether the turn shares no word of content with what was said just before or at the start."""

_STARTS_YES_NO = LOWER.str.contains(_YES_NO)
VAGUE = LOWER.str.contains(_UNSURE) & (N_WORDS <= 25)
DODGES = ~_STARTS_YES_NO & ~VAGUE & (_QUESTION | _COMMAND)
ANSWERS = ~VAGUE & ~DODGES

SHARED = (("topic", TOPIC), ("new_topic", NEW_TOPIC))
