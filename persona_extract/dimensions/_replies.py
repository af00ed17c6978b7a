"""How a turn answers what the assistant asked, by rule. Shared expressions over `TURNS`.

Rules that read meaning are written for precision; `docs/dimensions.md` says how often they are
right.
"""

from __future__ import annotations

from persona_extract.dimensions._acts import LAST_QUESTION
from persona_extract.dimensions._prose import N_WORDS
from persona_extract.dimensions._wording import EDGES
from persona_extract.lexicons import load_lexicon, one_of, starts_with_one_of

_UNSURE = one_of(
    (
        *("not sure", "no idea", "don't know", "dont know", "idk", "dunno", "don't remember"),
        *("can't remember", "cant remember", "dont remember", "i forgot", "not really sure"),
        *("doesn't matter", "doesnt matter", "up to you", "maybe", "i guess", "can't recall"),
    )
)
_OFFER = (
    r"(?-u:\b)(?:would you (?:like|prefer|care)|do you (?:want|need|still|already|also|have|know)|"
    r"should i|shall i|(?:can|could|may) i (?:book|proceed|confirm|reserve|go|make|schedule|order|"
    r"add|send)|shall we|is that|is this|are you|have you|did you|is it)(?-u:\b)"
)
_CHOICE = r"(?-u:\b)(?:or|what|which|how|when|where|who)(?-u:\b)"
_OPEN = (
    r"(?-u:\b)(?:any(?:thing)?|something|some other|how can i|how may i|what (?:can|do you need|"
    r"would you like (?:to|help|me))|what's (?:up|on your)|how are you|help with|assist you|"
    r"what (?:task|topic))(?-u:\b)"
)
_TAKEN = one_of(
    (
        *("yes", "yeah", "yea", "yep", "yup", "ya", "yess", "yas", "sure", "ok", "okay", "nope"),
        *("nah", "fine", "perfect", "go ahead", "go on", "go for it", "sounds", "book", "do it"),
        *("proceed", "continue", "correct", "i do", "i don't", "i dont", "i would", "works"),
        *("i'll take", "take it", "take that", "of course", "definitely", "absolutely", "alright"),
        *("please do", "thanks", "thank you", "next", "direction", "directions", "instructions"),
        *("more detail", "more details", "i have", "i haven't", "already", "i did", "keep going"),
        *("schedule", "confirm", "that's good", "thats good", "that is good", "paid", "instead"),
        *(
            "i guess",
            "let's go",
            "lets go",
            "go with",
            "yay",
            "excellent",
            "wonderful",
            "awesome",
            "no thanks",
            "no thank you",
        ),
    )
)
_TAKEN_FIRST = (
    r"^[^\p{L}]*(?:(?:oh|well|um|hmm|actually|ha|haha|lol|wow)[\s,.!]+){0,2}(?:no|y|n|not|great"
    r"|good|"
    r"cool|sweet|right|nice|let'?s|hell|never|i am|i'm)(?-u:\b)"
)
_ASKS_FIGURE = (
    r"(?-u:\b)(?:how many|what time|when (?:are|would|will|do|is)|(?:what|which) day|date of birth)"
    r"(?-u:\b)"
)
_FIGURES = (
    r"[\d#]|(?-u:\b)(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty"
    r"|forty|fifty|"
    r"hundred|dozen|couple|few|none|nobody|just me|myself|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar"
    r"|apr|"
    r"may|jun|jul|aug|sep|oct|nov|dec|noon|night|morning|evening|afternoon|weekend|week|today|now|"
    r"tomorrow|tonight|soon|asap|early|earliest|late|later|any|all|whenever|everyone|after|before)"
)
_NO_IDEA = (
    r"(?-u:\b)(?:(?:don'?t|do not|can'?t|cannot|didn'?t|not) (?:really |even )?(?:know|remember"
    r"|recall|"
    r"have (?:it|that|one|the))|no idea|forgot|idk|not sure)(?-u:\b)"
)
_COUNTER = (
    r"(?-u:\b)(?:(?:how|what) about|is .{1,40} (?:ok|okay|possible|available|fine)|(?:can|could) "
    r"(?:we|i|you) (?:do|make|try|change)|would .{1,30} work)(?-u:\b)"
)
_ASKS_BACK = EDGES.str.contains(
    r"^[^.!\n,]{3,}\?|[.!\n] ?(?:wh|how|can|could|is|are|do|does)[^.!]*\?$"
)
_STARTS_ASKING = EDGES.str.contains(starts_with_one_of(load_lexicon("question_starts")))
_ORDERS = EDGES.str.contains(
    starts_with_one_of(
        tuple(
            w
            for w in load_lexicon("imperatives")
            if w not in {*("make", "try", "put", "use", "book", "set", "pick", "choose", "go")}
            and w not in {*("let", "schedule", "say", "call", "take", "keep", "do", "continue")}
            and w not in {*("proceed", "name", "code", "help", "order", "work", "mark", "price")}
        )
    )
)

_OFFERED = LAST_QUESTION.str.contains(_OFFER) & ~LAST_QUESTION.str.contains(_CHOICE)
_INVITED = LAST_QUESTION.str.contains(_OPEN)
_TAKES = EDGES.str.head(60).str.contains(_TAKEN) | EDGES.str.contains(
    rf"{_TAKEN_FIRST}|(?-u:\b)(?:book it|book that|yes please|yes,)"
)
_FIGURE = EDGES.str.head(60).str.contains(r"[\d#]")
_PICKS = LAST_QUESTION.str.contains(" or ", literal=True) & _TAKES
_LEAVES_OFFER = _OFFERED & ~_TAKES & (N_WORDS >= 4)
_UNANSWERED = LAST_QUESTION.str.contains(_ASKS_FIGURE) & ~EDGES.str.contains(_FIGURES)
_TURNS_AWAY = ~(_OFFERED | _PICKS) & (
    (_ASKS_BACK & _STARTS_ASKING & ~_FIGURE & ~EDGES.str.contains(_COUNTER))
    | (_ORDERS & ~_FIGURE & (LAST_QUESTION != "") & (N_WORDS <= 12))
    | (_UNANSWERED & (N_WORDS >= 4))
    | (EDGES.str.contains(_NO_IDEA) & (N_WORDS <= 12) & (LAST_QUESTION != ""))
)

VAGUE = EDGES.str.contains(_UNSURE) & (N_WORDS <= 25) & ~_TURNS_AWAY
"""Whether an answer is unsure, or leaves the choice to the assistant."""

DODGES = ~VAGUE & ~_INVITED & (_LEAVES_OFFER | _TURNS_AWAY)
"""Whether the turn passes over a question: no yes or no to an offer, or a question or an order of
its own where something was asked for."""

ANSWERS = ~VAGUE & ~DODGES

SHARED = (
    ("turns_away", _TURNS_AWAY),
    ("vague", VAGUE),
    ("dodges", DODGES),
)
