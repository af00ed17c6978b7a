"""How a turn is put: as a command, as a question, or as a request worded kindly, by rule.

Read on the first `OPENING_CHARS` and the last `CLOSING_CHARS` of what the user worded, without
longer quotations: people ask at the edges of a turn, and what stands between them in long turns is
mostly pasted. Shared expressions over `TURNS`.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._acts import ASKED
from persona_extract.dimensions._prose import LOWER, N_WORDS, PROSE
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

OPENING_CHARS, CLOSING_CHARS = 300, 160

_QUOTED = "[\"“][^\"”]{20,}[\"”]?|(?:^|[\\s:,])['‘][^'’]{40,}['’]?"
_LONG = PROSE.str.len_chars() > OPENING_CHARS + CLOSING_CHARS
_ENDS = pl.concat_str(
    LOWER.str.head(OPENING_CHARS), PROSE.str.tail(CLOSING_CHARS).str.to_lowercase(), separator="\n"
)

EDGES = pl.when(_LONG).then(_ENDS).otherwise(LOWER).str.replace_all(_QUOTED, ' "" ')
"""Start and end of the user's own wording in lower case, without longer quotations."""

_VERBS = load_lexicon("imperatives")
_NOUNS_TOO = frozenset(
    "code name order price scale score count note round rate state work test format search sum "
    "play print call return limit double rank lower mark estimate quote answer plot help review "
    "design move turn cut drop shift look change update filter draft schedule detail outline "
    "switch extract reserve open round project process".split()
)
_OBJECT = (
    r"(?:the|a|an|this|that|these|those|it|them|me|us|my|your|him|her|each|every|all|both|only|"
    r"some|any|one|another|more|different|same|now|again|please|down|up|out|off|exactly|\d+)"
    r"(?-u:\b)"
)
_PLAIN = one_of(tuple(v for v in _VERBS if v not in {*_NOUNS_TOO, "do", "let", "go", "say"}))
_MIXED = one_of(tuple(sorted(_NOUNS_TOO & set(_VERBS))))
_DO = (
    r"(?-u:\b)(?:do (?:the|it|this|that|these|not|so|a|an|all|another|both|each|only|some|same|one)"
    r"|(?:don'?t|never) (?:forget|use|do|make|add|include|write|give|tell|change|be|repeat|remove"
    r"|put|"
    r"mention|explain|just|say|let|book|call|send|try|provide|talk|skip|bother|worry|ask|show"
    r"|need to)"
    r"|let'?s? (?:me|us|the|it|them|this|that|do|try|go|say|make|see|keep|"
    r"change|start|book|move|have|get|just|use|speed|schedule|not|add|talk|play|stick)|lets \p{L}+|"
    r"go (?:on|ahead|back|to|for|deeper|through|with)|say (?:it|that|the|this|goodbye|hello|you)|"
    r"be (?:more|less|very|concise|brief|specific|creative|sure|careful|a|as|honest|quick|direct)|"
    r"make sure)(?-u:\b)"
)
_COMMAND = rf"(?:{_PLAIN}(?:[\s.,:;!\"]|$)|{_MIXED}\s+{_OBJECT}|{_DO})"
_LEAD = (
    r"(?:(?:please|pls|plz|kindly|ok|okay|k|now|then|so|also|and|but|just|hey|hi|hello|sure|yes|"
    r"yeah|no|nope|great|perfect|good|nice|cool|thanks|thank you|well|actually|alright|wait|oh|"
    r"first|next|finally|instead|again|i mean|you|always|further|to this|for this|"
    r"using this|based on (?:this|that|the above|it))[\s,.!:;-]+){0,4}"
)
_AT_START = rf"^[^\p{{L}}]*{_LEAD}(?:\p{{L}}+ly )?{_COMMAND}"
_INSIDE = (
    rf"(?:[.!?\n;][\s*\d.)-]*{_LEAD}|, (?:and |so |then |but |also )?(?:please |just )?|"
    rf"(?-u:\b)(?:please|pls|plz|kindly|and then|so just|but just|now)[\s,]+)"
    rf"(?:{_PLAIN}\s+(?:{_OBJECT}|if|how|what|why|as|with|for|in|\p{{L}}+ (?:the|a|an|of|for|to"
    rf"|in|with)(?-u:\b))|"
    rf"{_MIXED}\s+{_OBJECT}|{_DO})"
    rf"|[.!?\n,]\s*(?:please|pls|plz) {_PLAIN}"
    r"|(?-u:\b)(?:and|so|then) (?:tell|give|show|write|explain|help) (?:me|us|it)(?-u:\b)"
)
_WANTED = (
    r"^[^\p{L}]*(?:(?:ok|okay|and|now|please|just|some|a few|\d+|one)[\s,]+){0,3}"
    r"(?:more|another|an other|different|next)(?-u:\b)"
)
_YES_NO = starts_with_one_of(("yes", "yeah", "yep", "yup", "no", "nope", "nah", "sure", "ok"))
_MARKED = EDGES.str.contains("?", literal=True)
_WANTS_MORE = EDGES.str.contains(_WANTED) & (N_WORDS <= 6) & ~_MARKED
_PLEASE_ONLY = (
    EDGES.str.contains(one_of(load_lexicon("please")))
    & (N_WORDS <= 10)
    & ~(_MARKED | EDGES.str.contains(_YES_NO) | ASKED)
)

_UNASKED = EDGES.str.replace_all(
    r"(?:can|could|would|will) (?:you|u|i|we) (?:please|pls|plz|just|now|kindly)(?-u:\b)", "can"
)

COMMANDS = (
    EDGES.str.contains(_AT_START) | _UNASKED.str.contains(_INSIDE) | _WANTS_MORE | _PLEASE_ONLY
)
"""Whether the turn has a request in the imperative, or a bare "more ..." or "... please"."""

_WH_CLAUSE = (
    r"(?-u:\b)(?:how|what|where|which|why|who|when|whether)(?:'s)?(?: \w+){0,3} "
    r"(?:can|could|would|will|should|may) (?:you|u|i|we)(?-u:\b)"
)
_KIND = one_of(load_lexicon("polite_requests"))

INDIRECT = EDGES.str.replace_all(_WH_CLAUSE, " # ").str.contains(_KIND)
"""Whether it words a request as a question about ability or will, or as a wish."""

_MERE_REQUEST = (
    r"(?-u:\b)(?:(?:can|could|would|will) (?:you|u|we)|(?:can|could|may) i (?:get|have|book|make|"
    r"please|also|change|request|see)|are you able to|do you have (?:another|any other)|would it"
    r" be "
    r"(?:ok|okay|possible)|have a)(?-u:\b)"
)
_ASKING = (
    r"(?-u:\b)(?:tell me|explain|know|recogni[sz]e|understand|see|if|how|what|why|which|who)"
    r"(?-u:\b)"
)
_REQUEST_SENTENCE = rf"{_MERE_REQUEST}[^.?!\n]*[.?!]*"
_STARTS = tuple(w for w in load_lexicon("question_starts") if w not in {"have", "any", "am", "do"})
_ASKS = (
    r"(?-u:\b)(?:how|what|why|where|when|which|who)(?:'s)? (?:do|does|did|is|are|was|were|can|"
    r"could|should|would|will|much|many|long|often|far|come|about|if|to)(?-u:\b)"
    r"|(?:^|[.!,\n] ?)(?:do|have|am) (?:you|u|i|we|they)(?-u:\b)"
)
_REST = EDGES.str.replace_all(_REQUEST_SENTENCE, " ")
_BARE_REQUEST = EDGES.str.contains(_MERE_REQUEST) & ~EDGES.str.contains(_ASKING)

QUESTIONS = (
    pl.when(_BARE_REQUEST)
    .then(_REST)
    .otherwise(EDGES)
    .str.contains(rf"\?|{starts_with_one_of(_STARTS)}|{_ASKS}")
)
"""Whether the turn asks for information, by its mark, its first word or a clause ("how do I")."""

SHARED = (
    ("edges", EDGES),
    ("commands", COMMANDS),
    ("indirect", INDIRECT),
    ("questions_asked", QUESTIONS),
)
