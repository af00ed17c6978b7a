"""What a turn says against what the assistant did, by rule: doubts, corrects, blames, reports a
failure, asks again. Shared expressions over `records.tables.TURNS`.

People react at the start of a turn, and what follows is often pasted, so the rules read the first
words only. Written for precision; `docs/dimensions.md` says how often they are right.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import (
    EVEN_HEAD,
    IS_FOLLOW_UP,
    LOWER,
    N_WORDS,
    REPEATED,
)
from persona_extract.lexicons import load_lexicon, one_of

OPENS_CHARS = 180
"""Characters at the start of the wording that reactions are read on: about 35 words."""


def _figures(column: str) -> pl.Expr:
    return pl.col(column).str.head(400).str.replace_all(r"[^0-9]+", "")


OPENS = LOWER.fill_null("").str.head(OPENS_CHARS)
"""Start of the turn's wording, where people react to what was said; "" where there is none."""

ANSWERING = ASKED | (
    pl.col("assistant_before").fill_null("").str.tail(200).str.contains(r"[\pL\d)\"']\?(?:\s|$)")
)
"""Whether the assistant's message ends on a question of any kind, a courtesy included."""

_LEAD = (
    r"^\W*(?:(?:ok|okay|but|and|well|hmm+|hm|so|sorry|wait|actually|oh|ah|hey|dude|um|"
    r"no|nope|lol|still|please)\W+){0,3}"
)
_NO = r"^\W*(?:no|nope|nah|not|wrong|incorrect)(?-u:\b)"
_POLITE_NO = (
    r"^\W*(?:no\W+(?:problem|prob|worries|thank|thanks|thx|need|rush|idea|doubt|more|longer|matter|"
    r"one|wonder|wait|biggie|big|hurry|further|questions|other|just|preference|such|special|"
    r"allergies|dietary|(?:i'?m|i am|we'?re) (?:good|fine|done|ok|all)|"
    r"(?:that|it)(?:'s|s| is| will be|'ll be| was) (?:all|it|fine|ok|good|great|okay|everything))|"
    r"not\W+(?:sure|so|yet|really|at all|bad|only|much|too|now|to|that i|right now|gonna|going|"
    r"even close|working|work|everyone|all|many|every|feeling|looking))(?-u:\b)"
)
_TURNS_DOWN = OPENS.str.contains(_NO) & ~OPENS.str.contains(_POLITE_NO) & ~ANSWERING
_JUDGES = (
    r"(?-u:\b)(?:(?:that|this|it|answer|answers|code|results?|output|response|you|these|all|they)"
    r"(?:'s| is| are| was|'re| were| looks| seems| sounds|s|re) "
    r"(?:still |also |just |completely |totally |all |clearly |really |a bit )?"
    r"(?:wrong|incorrect|inaccurate|not (?:correct|right|true|what|how|even|helpful|working))|"
    r"(?:that|this)(?:'s| is|s) (?:still )?not (?:it|an?|the|in|my|possible|novel|enough))(?-u:\b)"
)
_SAID = r"(?-u:\b)i (?:already )?(?:said|asked|told you)(?-u:\b)"
_MEANT = OPENS.str.contains(_LEAD + _SAID) | (
    OPENS.str.contains(
        _LEAD + r"i (?:mean|meant|wanted (?:it|you|the|a)|was talking about|was asking)(?-u:\b)"
    )
    & ~ANSWERING
)
_FAULT_FOUND = OPENS.str.contains(f"{_JUDGES}|{one_of(load_lexicon('pushback'))}")
_NEEDLESS = OPENS.str.contains(r"(?-u:\b)you (?:did not|didn'?t) (?:need|have)(?-u:\b)|thank")

_BLAMES = (
    r"(?:^|[.,!]|(?-u:\b)(?:and|but|why do|because))\W*you (?:keep|always|constantly) "
    r"(?:\w+ing|get|forget|make|give|do)(?-u:\b)|"
    r"(?:^|[.,;:!?(]|(?-u:\b)(?:and|but|because|think|that|seems|like|sure))\W*you(?:'ve| have)? "
    r"(?:just |still |again |also |completely |often |totally )?(?:forgot|forgotten|forget|missed|"
    r"ignored|skipped|left out|removed|repeated|misunderstood|used (?:the )?wrong|lied|failed|"
    r"broke|messed|went too|cut off|contradict|made (?:a|an|the|another|some) (?:\w+ )?"
    r"(?:mistake|error)|did(?: not|n'?t)|have(?: not|n'?t)|gave (?:me )?(?:the )?wrong)(?-u:\b)|"
    r"(?-u:\b)you got (?:the|my|it|that) (?:\w+ )?wrong|"
    r"(?-u:\b)you again (?:used|did|gave|made|forgot)"
)

ACCUSES = OPENS.str.contains(f"{_BLAMES}|{one_of(load_lexicon('accusations'))}") & ~_NEEDLESS
"""Whether the turn blames the assistant or the service."""

DOUBTS = _TURNS_DOWN | _MEANT | ACCUSES | (_FAULT_FOUND & ~_NEEDLESS)
"""Whether the turn contradicts, turns down or questions the answer."""

_TRACE = (
    r"(?m)^\s*(?:Traceback \(most recent|[\w.]*(?:Error|Exception|ERROR)s?:|"
    r"File \"[^\"\n]+\", line \d|Error (?:in|using|at) |[A-Z]\w*Error  )|CONNECTION ERROR|"
    r"FATAL EXCEPTION|Parse error on line|(?-u:\b)error (?:[A-Z]{2,}\d|TS\d)"
)
_BREAKS = (
    r"(?-u:\b)(?:(?:doe?sn'?t|does not|didn'?t|did not|don'?t|do not|isn'?t|is not|not|wouldn'?t|"
    r"never|stopped) (?:seem to |even |really |be )?work(?:ing|ed)?|(?:get|got|getting|gives?|gave|"
    r"giving|have|having|throws|throwing|threw|shows?|showing|says|raises?|returns?|there is|"
    r"there's|there are|see|same|following|this|another|new|received?) (?:me |still |also |now )?"
    r"(?:an? |the |this |that |these |some |another )?(?:same |following |new |other |different |"
    r"syntax |type |compile |runtime |attribute |key |value |import )?(?:error|errors|exception)|"
    r"still (?:not (?:work|show|fix|correct|get)\w*|doe?sn'?t|does not|don'?t|do not|the same|same|"
    r"gets? (?:the|an?|this)|getting|errors?|fails?|having|no|shows?|showing|gives?|returns?|"
    r"wrong)|"
    r"(?:it|this|that|which|code|tests?|build|function) (?:fails|failed))(?-u:\b)"
)
_NO_REPORT = (
    r"(?-u:\b)(?:if (?:it|this|that|there)|work for me|works? (?:for|with) (?:my|me)|"
    r"still (?:don'?t|do not|not|no) (?:quite |really |fully )?"
    r"(?:get|understand|know|see|sure|clear|idea))(?-u:\b)"
)
_REPORTS = OPENS.str.contains(f"{_BREAKS}|{one_of(load_lexicon('errors_reported'))}")

FAILS = IS_FOLLOW_UP & (
    EVEN_HEAD.str.contains(_TRACE) | (_REPORTS & ~OPENS.str.contains(_NO_REPORT) & ~ASKED)
)
"""Whether the turn reports that something does not work, or shows the error that it gave."""

_AMISS = (
    r"^\W*(?:\S+\s+){0,4}?(?:(?:it|this|that|answer|output|result|function|code|there|he|she|they|"
    r"which|sum|value|count|input) (?:should|needs? to|is supposed to|was supposed to) (?:not |"
    r"also |still |only )?(?:be|return|give|have|show|output|print|say|get|include)|"
    r"(?:it|this|that|code|function|there)(?:'s)? (?:still )?(?:doe?sn'?t|does not|did not|didn'?t|"
    r"is no|are no|isn't any|is still|are still))(?-u:\b)"
)
_NOT_THAT = (
    r"(?-u:\b)(?:returns?|gives?|gave|got|getting|shows?|prints?|used|wrote) [^.?!]{1,40}"
    r"instead of(?-u:\b)|(?-u:\b)you got (?:the|my|it|that) (?:\w+ )?wrong|"
    r"^\W*(?:the )?(?:correct |right |actual )?(?:answer|output|result) (?:is|should)(?-u:\b)"
)
_ASKS_BACK = ANSWERING | OPENS.str.contains(
    r"^\W*so(?-u:\b)|\?\W*$|^\W*(?:\S+\s+){0,3}?(?:doe?sn'?t|does not|didn'?t|did not) "
    r"(?:seem to )?(?:make|sound|(?:work|help)(?:\W*$|\W+(?:and|can|could|please|how|why|what|do|"
    r"at all)))(?-u:\b)"
)
_ASKS_FIRST = OPENS.str.contains(
    r"^\W*(?:what|how|why|when|where|who|which|is|are|do|does|can|could|should|would|if|let|make|"
    r"write|give|create|add|rewrite|now)(?-u:\b)"
)

_BARE = (
    r"^\W*(?:(?:no|this|that|it|still|you|code|is|are|was|does|did|definitely|at all|again|isn'?t|"
    r"doesn'?t|didn'?t|not|correct|right|true|wrong|incorrect|helps?|works?|even|close|sure)"
    r"(?:\W+|$))*$"
)

CORRECTS = (
    (_TURNS_DOWN & (N_WORDS >= 3))
    | _MEANT
    | OPENS.str.contains(f"{_NOT_THAT}|{_BLAMES}|{one_of(load_lexicon('corrections'))}")
    | (OPENS.str.contains(_AMISS) & ~_ASKS_FIRST & ~_ASKS_BACK & ~FAILS & (N_WORDS <= 60))
) & ~(_NEEDLESS | OPENS.str.contains(_BARE))
"""Whether the turn says what is wrong with the answer, or what is right instead."""

_STILL = OPENS.str.contains(
    r"(?-u:\b)still (?:not|no|doe?sn'?t|does not|don'?t|do not|the same|same|getting|"
    r"gets? (?:the|an?|this)|having|have the|a lot|shows?|gives?|wrong|missing)(?-u:\b)"
)
_SAYS_AGAIN = OPENS.str.contains(
    one_of(
        (
            *("try again", "check again", "i asked for", "i asked you", "i told you", "as i said"),
            *("told you to", "like i said", "i already said", "i already asked", "i already told"),
            *("answer my question", "that's not what i", "not what i asked"),
        )
    )
)
_REPEATS = (
    N_WORDS.is_between(4, 40) & (REPEATED >= 1) & (_figures("text") == _figures("previous_text"))
)

INSISTS = IS_FOLLOW_UP & (
    _MEANT
    | (_SAYS_AGAIN & ~OPENS.str.contains(r"(?-u:\b)(?:later|i will|i'll)(?-u:\b)"))
    | (_REPEATS & ~ANSWERING)
    | (_STILL & ~ANSWERING & ~OPENS.str.contains(_NO_REPORT))
)
"""Whether the turn asks again for what was asked before."""

SHARED = (
    ("opens", OPENS),
    ("answering", ANSWERING),
    ("accuses", ACCUSES),
    ("doubts", DOUBTS),
    ("fails", FAILS),
    ("corrects", CORRECTS),
    ("insists", INSISTS),
)
