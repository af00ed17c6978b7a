"""Whether a turn turns to something new, by rule. Shared expressions over `TURNS`."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED, START
from persona_extract.dimensions._objections import (
    CORRECTS,
    DOUBTS,
    FAILS,
    INSISTS,
    OPENS,
)
from persona_extract.dimensions._prose import (
    IS_FOLLOW_UP,
    KEYWORD_CHARS,
    LOWER,
    N_WORDS,
    keywords_of,
    share,
)
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_EVERYDAY = one_of(tuple(w for w in load_lexicon("conversation_words") if len(w) >= 4))

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
    .list.eval(pl.element().hash())
    .list.unique()
)
"""Distinct words of four letters or more that are no everyday words of conversation."""

_SAID_BEFORE = (
    keywords_of("previous_text")
    .list.set_union(keywords_of("assistant_before"))
    .list.set_union(keywords_of("opening_text"))
)

_POINTS_BACK = (
    r"(?-u:\b)(?:it|its|it's|they|them|their|he|she|him|her|his|above|instead|again|too|another|"
    r"other|others|same|previous|your|you|both|then|still|also|more|less|better|else|but|"
    r"(?:of|is|about|for|do|with|like|does|in|to|on|was|from) (?:that|this|these|those)|"
    r"(?:is|are|has|have|was|were|does|did|can|could|will|would|should) (?:this|that|these|those)|"
    r"(?:that|this)(?:'s|s| is| one| was)|(?:second|last|next|first) (?:one|part|step))(?-u:\b)|"
    r"^\W*(?:and|so|that|this|these|those|then|why|ok|okay|yes|yeah|no|what if|what about|"
    r"how about|oh|hmm|well|sorry|wait|wow|uh|what an?|"
    r"thanks|thank|great|cool|nice|now|continue|go on|i'm|my|i am|i have|i've|i will|i'll|"
    r"explain (?:clear|more|in|like|step|why|how|to))(?-u:\b)"
)
_HERE = r"(?-u:\b)(?:this|these|the following|below|following)(?: \w+){0,4}\s*[:\"“'‘\n,(]"
_PASTES = LOWER.str.contains(_HERE) | (N_WORDS >= 60)
_SELF_CONTAINED = ~OPENS.str.replace_all(_HERE, " ").str.contains(_POINTS_BACK)
_REQUESTS = (
    _QUESTION
    | _COMMAND
    | LOWER.str.contains(
        starts_with_one_of(
            (*load_lexicon("polite_requests"), *load_lexicon("wants"), "please", "pls")
        )
    )
)
KNOWN = share(TOPIC.list.set_intersection(_SAID_BEFORE).list.len(), TOPIC.list.len())
"""Share of those words that the user's turn before, the answer or the opening has."""

_SAME_FORM = (
    pl.col("text").str.head(6).str.to_lowercase()
    == pl.col("previous_text").str.head(6).str.to_lowercase()
)
_NEW_TEXT = (N_WORDS >= 40) & OPENS.str.contains(
    r"^\W*(?:\w+ ){0,2}?(?:rewrite|translate|summari[sz]e|paraphrase|rephrase|reformulate|correct|"
    r"proofread|express|respond|write|create|act)(?-u:\b)"
)
_QUIZ = (N_WORDS >= 15) & OPENS.str.contains(
    r"which (?:one )?of the following|select (?:one|all)|choose the|true or false|^\W*\d+[.)]|____"
)
_GREETED = (pl.col("assistant_before").str.len_chars() < 200) & START.str.contains(
    r"^\W*(?:hi|hello|hey|welcome|good (?:morning|day|afternoon|evening))(?-u:\b).*"
    r"(?:help|assist|do for you)"
)

PIVOTS = (
    IS_FOLLOW_UP
    & (TOPIC.list.len() >= 2)
    & ~(ASKED | _GREETED | DOUBTS | FAILS | CORRECTS | INSISTS)
    & (
        (_REQUESTS & _SELF_CONTAINED & (TOPIC.list.len() >= 3) & (KNOWN <= 0.15))
        | (_REQUESTS & _SELF_CONTAINED & (_SAME_FORM | _PASTES) & (KNOWN <= 0.7))
        | (_NEW_TEXT & (KNOWN <= 0.4))
        | (_QUIZ & (KNOWN <= 0.7))
    )
)
"""Whether the turn turns to something new: a request that stands on its own, most of whose words of
content have not come up before."""

SHARED = (("topic", TOPIC), ("known", KNOWN), ("pivots", PIVOTS))
