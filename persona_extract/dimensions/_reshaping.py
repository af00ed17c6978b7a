"""Whether a turn asks for what was given in fewer words, for more of it, in another form, or done
over, by rule. Shared expressions over `TURNS`.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import N_WORDS, overlap_with
from persona_extract.dimensions._wording import COMMANDS, EDGES, INDIRECT, QUESTIONS
from persona_extract.lexicons import load_lexicon, one_of

_LEAD = (
    r"(?:(?:please|pls|ok|okay|yes|yeah|sure|great|good|cool|nice|thanks|thank you|perfect|fine"
    r"|now|"
    r"then|and|just|that's fine|that's good|oh|alright|you can|can you|could you|can u|let'?s|so)"
    r"[\s,.!-]+){0,4}"
)
_LESS = (
    r"(?-u:\b)(?:(?:make|keep|write|need|want|it|this|that|version|much|bit|little|even|something|"
    r"them|text) (?:shorter|concise|briefer|simpler)|make (?:it|this|that|them|the \p{L}+)(?:"
    r" a)?(?: "
    r"\p{L}+)? (?:short|simpler|briefer|concise)|summari[sz]e (?:it|this|that|them|your|the"
    r" (?:above|"
    r"answer|story|text))(?: (?:in|into|to)|[^\p{L}]*$)|(?:in|into|to|with|within|under|below)"
    r" (?:less|"
    r"fewer|no more) than \S+ (?:words?|sentences?|lines?|characters?|pages?|paragraphs?)|shorten)"
    r"(?-u:\b)|^[^\p{L}]*(?:(?:that's|it's|this is|way|still) )*too (?:long|wordy)\W*$|"
    r"^[^\p{L}]*be (?:concise|brief)|something (?:simpler|shorter)"
)
_THINGS = (
    r"(?:details?|detailed|information|info|examples?|ideas?|options?|names?|titles?|questions?|"
    r"captions?|answers?|suggestions?|results?|reasons?|points?|ones|like|of|about|facts?|specific|"
    r"in[- ]depth|lines?|sentences?|paragraphs?|steps?|characters?|scenes?|words?|explanation"
    r"|jokes?)"
)
_MORE = (
    rf"^[^\p{{L}}\p{{N}}]*{_LEAD}(?:some |a few |\d+ |any |even |much |a bit )?more(?: {_THINGS}"
    rf"|[^\p{{L}}]*$)|"
    r"(?-u:\b)(?:give|tell|show|list|need|want|provide|write|add|generate|suggest|get|have|find"
    r"|with)"
    rf"(?: \p{{L}}+)?(?: some| a few| \d+| a bit| a little| even| much| any| ten| five| three|"
    rf" two)? more {_THINGS}|"
    r"(?-u:\b)(?:make|keep) (?:it|this|that|them|the \p{L}+)(?: \p{L}+)? (?:longer|detailed)|"
    r"(?-u:\b)(?:expand|elaborate)(?: (?:on|upon|further|more|it|this|that|the|your)|[^\p{L}]*$)|"
    r"(?-u:\b)\d+ more(?-u:\b)|^\W*(?:ok |okay |and )?(?:anything|what) else\W*$|not that short"
    r"|too short"
)
_GIVEN = (
    r"(?:it|this|that|them|these|those|everything|(?:all |both )?(?:of )?(?:the|your|my)"
    r" (?:\p{L}+ )?(?:"
    r"answers?|response|text|above|list|code|results?|output|data|paragraphs?|story|essay|letter"
    r"|email|"
    r"references?|summary|points|reply|article|poem|report))"
)
_SHAPES = (
    r"(?:table|list|bullets?|bullet points?|bullet form|paragraphs?|json|csv|markdown|latex|html"
    r"|poem|"
    r"letter|email|essay|script|code block|prose|english|spanish|french|german|chinese|russian"
    r"|arabic|"
    r"italian|portuguese|hindi|malay|japanese|korean|dutch|python|javascript|java|rust|style|tone"
    r"|voice|"
    r"format|form|person|plain text|headings|simple (?:words|terms|english|language)"
    r"|layman'?s?(?: terms)?)"
)
_STYLES = (
    r"(?:formal|informal|casual|professional|human|human[- ]like|friendly|friendlier|funny|funnier|"
    r"poetic|polite|conversational|academic|natural|emotional|robotic|technical|engaging|humorous|"
    r"dramatic|persuasive|readable|colou?rful|rhyme|neat)"
)
_SHAPE = (
    r"(?-u:\b)(?:make|put|write|rewrite|give(?: me)?|show(?: me)?|present|convert|turn|change"
    r"|format|"
    r"reformat|rephrase|reword|need|want|say|have|send|do|arrange|return|structure|translate"
    r"|organi[sz]e)"
    rf" {_GIVEN}(?: \p{{L}}+){{0,3}} (?:in|into|as|on|to) (?:an? |the )?(?:\p{{L}}+"
    rf" ){{0,2}}{_SHAPES}(?-u:\b)|"
    rf"^[^\p{{L}}]*(?:(?:and|now|ok|but|no|also|please)[ ,]+)*(?:in|as|into) (?:an? |the"
    rf" )?(?:\p{{L}}+ )?"
    rf"{_SHAPES}(?: format| form| please| pls)*\W*$|"
    rf"(?-u:\b)(?:make|keep|write) {_GIVEN}(?: \p{{L}}+){{0,4}} (?:more |less |very |a bit |short"
    rf" and )?"
    rf"{_STYLES}(?-u:\b)|^[^\p{{L}}]*(?:more|less) {_STYLES}(?-u:\b)|"
    rf"(?-u:\b)(?:sounds? |be )(?:more|less|too|very) {_STYLES}(?-u:\b)"
)
_AGAIN = (
    rf"^[^\p{{L}}]*(?:{_LEAD}|(?:wait|no|sorry|actually|well)[\s,.]+)*(?:(?:re-?write|redo"
    rf"|re-?word|"
    r"rephrase|revise|regenerate|reformulate|shorten|expand|extend|simplify|improve|fix|correct"
    r"|modify|"
    r"change|adjust|update|refine|tweak|edit|convert|translate|polish|re-?do|reorganize|rearrange)"
    rf"(?: {_GIVEN}(?-u:\b)| again| please|[^\p{{L}}]*$)|(?:rewrite|reformulate|rephrase|reword"
    rf"|redo) "
    r"(?:in|as|with|like|using|without|and|but|so)(?-u:\b)|make (?:my )?(?:text|answer|sentence) |"
    r"(?:make|keep) (?:it|this|that|them|these|those|the \p{L}+|your \p{L}+|each \p{L}+) |i"
    r" meant? )"
    r"|(?-u:\b)(?:try|do|write|generate|answer|say|make|revise|rewrite|explain|create) (?:it "
    r"|this |that )?"
    r"(?:all )?(?:over )?again(?-u:\b)|(?-u:\b)(?:fix|correct|improve|rewrite|redo|modify|revise"
    r"|refine|"
    r"adjust|update|change|edit|rephrase) (?:it|this|that|them|the (?:code|error|above|answer"
    r"|output|"
    r"response|function|text|story|script|essay|bug|problem|issue))(?-u:\b)|^[^\p{L}]*(?:please"
    r" )?(?:use|do|"
    r"write|make|return|put|have|replace)(?-u:\b)[^?]*(?-u:\b)instead\W*$|"
    rf"^[^\p{{L}}]*{_LEAD}(?:also )?(?:add|include|remove|replace|delete|insert|get rid of|leave"
    rf" out|"
    r"take out) (?:a|an|the|some|more|it|this|that|these|those|all|any|to|in)(?-u:\b)"
)
_FRESH_TASK = EDGES.str.contains(r"pandas|dataframe|numpy|given (?:a|an|the)|function (?:to|that)")
_ENOUGH = 120
_PASTED = (
    (N_WORDS > 40)
    | EDGES.str.contains('""', literal=True)
    | EDGES.str.contains(r":\s+\S+ \S+ \S+ \S+ \S+")
)
_OF_GIVEN = overlap_with("assistant_before").fill_null(0) >= 0.5
_ANSWERED = pl.col("assistant_before").str.len_chars().fill_null(_ENOUGH) >= _ENOUGH


def _finds(name: str, pattern: str) -> pl.Expr:
    return EDGES.str.contains(f"{one_of(load_lexicon(name))}|{pattern}")


SHORTER = _finds("shorter", _LESS) & (N_WORDS <= 30)
"""Whether the turn asks for the answer in fewer words or with less in it."""

LONGER = (
    _finds("longer", _MORE) & (N_WORDS <= 50) & (COMMANDS | INDIRECT | QUESTIONS | (N_WORDS <= 10))
)
"""Whether it asks for more of the answer: detail, length or items."""

RESHAPED = _finds("formats", _SHAPE) & (N_WORDS <= 40)
"""Whether it asks for the answer in another form, style or language."""

REWORKED = (
    _ANSWERED
    & ~ASKED
    & ~_FRESH_TASK
    & (SHORTER | RESHAPED | LONGER | _finds("rework", _AGAIN))
    & (~_PASTED | _OF_GIVEN)
    & ~EDGES.str.contains(r"tell me more|what else|anything else|more (?:about|info|information) ?")
)
"""Whether it asks for the answer to be changed or done again in any way."""

SHARED = (
    ("shorter", SHORTER),
    ("longer", LONGER),
    ("reshaped", RESHAPED),
    ("reworked", REWORKED),
)
