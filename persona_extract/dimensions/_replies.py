"""How a turn stands to what was said before it, by rule. Shared expressions over `TURNS`.

Rules that read meaning are written for precision; `docs/dimensions.md` says how often they are
right.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED, ERRED, REFUSED
from persona_extract.dimensions._prose import (
    EVEN_HEAD,
    IS_FOLLOW_UP,
    KEYWORD_CHARS,
    KEYWORDS,
    LIKENESS,
    LOWER,
    N_WORDS,
    keywords_of,
    share,
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

_SAID_BEFORE = (
    keywords_of("previous_text")
    .list.set_union(keywords_of("assistant_before"))
    .list.set_union(keywords_of("opening_text"))
)

_STARTS_YES_NO = LOWER.str.contains(_YES_NO)
VAGUE = LOWER.str.contains(_UNSURE) & (N_WORDS <= 25)
DODGES = ~_STARTS_YES_NO & ~VAGUE & (_QUESTION | _COMMAND)
ANSWERS = ~VAGUE & ~DODGES

_OPENS_CHARS = 180

OPENS = LOWER.fill_null("").str.head(_OPENS_CHARS)
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
    r"allergies|dietary|(?:i'?m|i am|we'?re) (?:good|"
    r"fine|done|ok|all)|(?:that|it)(?:'s|s| is| will be|'ll be| was) (?:all|it|fine|ok|good|great|"
    r"okay|everything))|not\W+(?:sure|so|yet|really|at all|bad|only|much|too|now|to|that i|right now|"
    r"gonna|going|even close|working|work|everyone|all|many|every|feeling|looking))(?-u:\b)"
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
    r"(?:^|[.,!]|(?-u:\b)(?:and|but|why do|because))\W*you (?:keep|always|constantly) (?:\w+ing|get|forget|make|"
    r"give|do)(?-u:\b)|"
    r"(?:^|[.,;:!?(]|(?-u:\b)(?:and|but|because|think|that|seems|like|sure))\W*you(?:'ve| have)? "
    r"(?:just |still |again |also |completely |often |totally )?(?:forgot|forgotten|forget|missed|"
    r"ignored|skipped|left out|removed|repeated|misunderstood|used (?:the )?wrong|lied|failed|broke|"
    r"messed|went too|cut off|contradict|made (?:a|an|the|another|some) (?:\w+ )?(?:mistake|error)|"
    r"did(?: not|n'?t)|have(?: not|n'?t)|gave (?:me )?(?:the )?wrong)(?-u:\b)|"
    r"(?-u:\b)you got (?:the|my|it|that) (?:\w+ )?wrong|(?-u:\b)you again (?:used|did|gave|made|forgot)"
)

ACCUSES = OPENS.str.contains(f"{_BLAMES}|{one_of(load_lexicon('accusations'))}") & ~_NEEDLESS
"""Whether the turn blames the assistant or the service."""

DOUBTS = _TURNS_DOWN | _MEANT | ACCUSES | (_FAULT_FOUND & ~_NEEDLESS)
"""Whether the turn contradicts, turns down or questions the answer."""

_TRACE = (
    r"(?m)^\s*(?:Traceback \(most recent|[\w.]*(?:Error|Exception|ERROR)s?:|"
    r"File \"[^\"\n]+\", line \d|Error (?:in|using|at) |[A-Z]\w*Error  )|CONNECTION ERROR|"
    r"FATAL EXCEPTION|Parse error on line|\berror (?:[A-Z]{2,}\d|TS\d)"
)
_BREAKS = (
    r"(?-u:\b)(?:(?:doe?sn'?t|does not|didn'?t|did not|don'?t|do not|isn'?t|is not|not|wouldn'?t|"
    r"never|stopped) (?:seem to |even |really |be )?work(?:ing|ed)?|(?:get|got|getting|gives?|gave|"
    r"giving|have|having|throws|throwing|threw|shows?|showing|says|raises?|returns?|there is|there's|"
    r"there are|see|same|following|this|another|new|received?) (?:me |still |also |now )?"
    r"(?:an? |the |this |that |these |some |another )?(?:same |following |new |other |different |"
    r"syntax |type |compile |runtime |attribute |key |value |import )?(?:error|errors|exception)|"
    r"(?:^|\W(?:the|have|having|get|getting|got|still|keep) )(?:the )?(?:same|another) (?:problem|issue)|still (?:not (?:work|show|fix|correct|get)\w*|doe?sn'?t|"
    r"does not|don'?t|do not|the same|same|gets? (?:the|an?|this)|getting|errors?|fails?|having|no|shows?|showing|"
    r"gives?|returns?|wrong)|something (?:is|went|'s) wrong|(?:code|solution|output) (?:is|was) "
    r"(?:wrong|incorrect)|nothing (?:happens|happened|changed|shows|changes|appears)|"
    r"crash(?:es|ed)|(?:it|this|that|which|code|tests?|build|function) (?:fails|failed)|"
    r"(?:i get|getting|returns) (?:none|nan|nothing))(?-u:\b)"
)
_NO_REPORT = (
    r"(?-u:\b)(?:if (?:it|this|that|there)|work for me|works? (?:for|with) (?:my|me)|"
    r"still (?:don'?t|do not|not|no) (?:quite |really |fully )?(?:get|understand|know|see|sure|clear|idea))"
    r"(?-u:\b)"
)

FAILS = IS_FOLLOW_UP & (
    EVEN_HEAD.str.contains(_TRACE)
    | (OPENS.str.contains(_BREAKS) & ~OPENS.str.contains(_NO_REPORT) & ~ASKED)
)
"""Whether the turn reports that something does not work, or shows the error that it gave."""

_AMISS = (
    r"^\W*(?:\S+\s+){0,4}?(?:(?:it|this|that|answer|output|result|function|code|there|he|she|they|"
    r"which|sum|value|count|input) (?:should|needs? to|is supposed to|was supposed to) (?:not |also |"
    r"still |only )?(?:be|return|give|have|show|output|print|say|get|include)|"
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
    r"^\W*(?:(?:no|wrong|incorrect|again)\W+)*(?:(?:this|that|it|still|you|code|is|are|was|does|did|"
    r"definite?ly|at all|again|isn'?t|doesn'?t|didn'?t|not|correct|right|true|wrong|incorrect|help|"
    r"work|even|close|sure)\W*)*$"
)
CORRECTS = (
    (_TURNS_DOWN & (N_WORDS >= 3))
    | _MEANT
    | OPENS.str.contains(f"{_NOT_THAT}|{_BLAMES}|{one_of(load_lexicon('corrections'))}")
    | (OPENS.str.contains(_AMISS) & ~_ASKS_FIRST & ~_ASKS_BACK & ~FAILS & (N_WORDS <= 60))
) & ~(_NEEDLESS | OPENS.str.contains(_BARE))
"""Whether the turn says what is wrong with the answer, or what is right instead."""

_STILL = OPENS.str.contains(
    r"(?-u:\b)still (?:not|no|doe?sn'?t|does not|don'?t|do not|the same|same|gets? (?:the|an?|this)|"
    r"getting|having|have the|a lot|shows?|gives?|wrong|missing)(?-u:\b)"
)
_SAYS_AGAIN = OPENS.str.contains(
    one_of(
        (
            *(
                "try again",
                "check again",
                "i asked for",
                "i asked you",
                "i told you",
                "told you to",
            ),
            *("as i said", "like i said", "i already said", "i already asked", "i already told"),
            *("answer my question", "that's not what i", "not what i asked"),
        )
    )
)
_WORDS = pl.col("text").str.head(400).str.to_lowercase().str.extract_all(r"\w+").list.unique()
_PREVIOUS_WORDS = (
    pl.col("previous_text").str.head(1000).str.to_lowercase().str.extract_all(r"\w+").list.unique()
)
_REPEATS = (
    N_WORDS.is_between(4, 40)
    & (KEYWORDS.list.len() >= 3)
    & (_WORDS.list.set_difference(_PREVIOUS_WORDS).list.len() == 0)
)

INSISTS = IS_FOLLOW_UP & (
    _MEANT
    | _SAYS_AGAIN
    | (_REPEATS & ~ANSWERING)
    | (_STILL & ~ANSWERING & ~OPENS.str.contains(_NO_REPORT))
)
"""Whether the turn asks again for what was asked before."""

_POINTS_BACK = (
    r"(?-u:\b)(?:it|its|it's|they|them|their|he|she|him|her|his|above|instead|again|too|another|"
    r"other|others|same|previous|your|you|both|then|still|also|more|less|better|else|but|"
    r"(?:of|is|about|for|do|with|like|does|in|to|on|was|from) (?:that|this|these|those)|"
    r"(?:is|are|has|have|was|were|does|did|can|could|will|would|should) (?:this|that|these|those)|"
    r"(?:that|this)(?:'s|s| is| one| was)|(?:second|last|next|first) (?:one|part|step))(?-u:\b)|"
    r"^\W*(?:and|so|that|this|these|those|then|why|ok|okay|yes|yeah|no|what if|what about|how about|"
    r"thanks|thank|great|cool|nice|now|continue|go on|explain (?:clear|more|in|like|step|why|how|to)|i'm|my|i am|i have|i've|i will|i'll)(?-u:\b)"
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
_KNOWN_SHARE = share(TOPIC.list.set_intersection(_SAID_BEFORE).list.len(), TOPIC.list.len())
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
_GREETED = (pl.col("turn") == 1) & (pl.col("previous_text").str.len_chars() < 25)

PIVOTS = (
    IS_FOLLOW_UP
    & (TOPIC.list.len() >= 2)
    & ~(ASKED | _GREETED | DOUBTS | FAILS | CORRECTS | INSISTS)
    & (
        (_REQUESTS & _SELF_CONTAINED & (TOPIC.list.len() >= 3) & (_KNOWN_SHARE <= 0.15))
        | (_REQUESTS & _SELF_CONTAINED & (_SAME_FORM | _PASTES) & (_KNOWN_SHARE <= 0.7))
        | (_NEW_TEXT & (_KNOWN_SHARE <= 0.4))
        | (_QUIZ & (_KNOWN_SHARE <= 0.7))
    )
)
"""Whether the turn turns to something new: a request that stands on its own, most of whose words of
content have not come up before."""

SHARED = (
    ("topic", TOPIC),
    ("opens", OPENS),
    ("answering", ANSWERING),
    ("doubts", DOUBTS),
    ("corrects", CORRECTS),
    ("fails", FAILS),
    ("accuses", ACCUSES),
    ("insists", INSISTS),
    ("pivots", PIVOTS),
)
