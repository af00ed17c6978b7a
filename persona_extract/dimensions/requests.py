"""Asking for the answer in another shape, for more of it, or for something else."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, where
from persona_extract.dimensions._replies import NEW_TOPIC
from persona_extract.dimensions._wording import EDGES
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_LEAD = (
    r"(?:(?:please|pls|ok|okay|yes|yeah|sure|great|good|cool|nice|thanks|thank you|perfect|fine|now|"
    r"then|and|just|that's fine|that's good|oh|alright|you can|can you|could you|can u|let'?s|so)"
    r"[\s,.!-]+){0,4}"
)
_CONTINUE = (
    rf"^[^\p{{L}}]*{_LEAD}(?:continue|go on|keep going|carry on|proceed|"
    r"next(?: (?:part|step|steps|chapter|section|page|instruction|instructions|direction|"
    r"directions|question|one|scene|paragraph))?)(?:[\s,.!]+(?:please|pls|now|then|writing|the story|"
    r"from (?:where|there)|where you|it|with it|the code|the list|generating|with the (?:story|code))"
    r"[^.?!]{0,25})?[^\p{L}]*$|(?-u:\b)(?:keep going|go on|please continue|continue please)\W*$"
)


def _asks_for(list_name: str, also: str, words: int) -> pl.Expr:
    wanted = EDGES.str.contains(f"{one_of(load_lexicon(list_name))}|{also}")
    return where(IS_FOLLOW_UP, wanted & (N_WORDS <= words))


_LESS = (
    r"(?-u:\b)(?:(?:make|keep|write|need|want|be|it|this|that|version|much|bit|little|even|something|"
    r"them|text) (?:shorter|concise|briefer|simpler)|make (?:it|this|that|them|the \p{L}+)(?: a)?(?: "
    r"\p{L}+)? (?:short|simpler|briefer|concise)|summari[sz]e (?:it|this|that|them|your|the (?:above|"
    r"answer|story|text))(?: (?:in|into|to)|[^\p{L}]*$)|(?:in|into|to|with|within|under|below) (?:less|"
    r"fewer|no more) than \S+ (?:words?|sentences?|lines?|characters?|pages?|paragraphs?)|shorten)"
    r"(?-u:\b)|^[^\p{L}]*(?:(?:that's|it's|this is|way|still) )*too (?:long|wordy)\W*$|"
    r"^[^\p{L}]*be (?:concise|brief)|something (?:simpler|shorter)|in (?:one|a single|1|two|2) sentences?\W*$"
)
_THINGS = (
    r"(?:details?|detailed|information|info|examples?|ideas?|options?|names?|titles?|questions?|"
    r"captions?|answers?|suggestions?|results?|reasons?|points?|ones|like|of|about|facts?|specific|"
    r"in[- ]depth|lines?|sentences?|paragraphs?|steps?|characters?|scenes?|words?|explanation|jokes?)"
)
_MORE = (
    rf"^[^\p{{L}}\p{{N}}]*{_LEAD}(?:some |a few |\d+ |any |even |much |a bit )?more(?: {_THINGS}|[^\p{{L}}]*$)|"
    r"(?-u:\b)(?:give|tell|show|list|need|want|provide|write|add|generate|suggest|get|have|find|with)"
    rf"(?: \p{{L}}+)?(?: some| a few| \d+| a bit| a little| even| much| any| ten| five| three| two)? more {_THINGS}|"
    r"(?-u:\b)(?:make|keep) (?:it|this|that|them|the \p{L}+)(?: \p{L}+)? (?:longer|detailed)|"
    r"(?-u:\b)(?:expand|elaborate)(?: (?:on|upon|further|more|it|this|that|the|your)|[^\p{L}]*$)|"
    r"(?-u:\b)\d+ more(?-u:\b)|anything else|what else|not that short|too short"
)
_GIVEN = (
    r"(?:it|this|that|them|these|those|everything|(?:all |both )?(?:of )?(?:the|your|my) (?:\p{L}+ )?(?:"
    r"answers?|response|text|above|list|code|results?|output|data|paragraphs?|story|essay|letter|email|"
    r"references?|summary|points|reply|article|poem|report))"
)
_SHAPES = (
    r"(?:table|list|bullets?|bullet points?|bullet form|paragraphs?|json|csv|markdown|latex|html|poem|"
    r"letter|email|essay|script|code block|prose|english|spanish|french|german|chinese|russian|arabic|"
    r"italian|portuguese|hindi|malay|japanese|korean|dutch|python|javascript|java|rust|style|tone|voice|"
    r"format|form|person|plain text|headings|simple (?:words|terms|english|language)|layman'?s?(?: terms)?)"
)
_STYLES = (
    r"(?:formal|informal|casual|professional|human|human[- ]like|friendly|friendlier|funny|funnier|"
    r"poetic|polite|conversational|academic|natural|emotional|robotic|technical|engaging|humorous|"
    r"dramatic|persuasive|readable|colou?rful|rhyme|neat)"
)
_SHAPE = (
    r"(?-u:\b)(?:make|put|write|rewrite|give(?: me)?|show(?: me)?|present|convert|turn|change|format|"
    r"reformat|rephrase|reword|need|want|say|have|send|do|arrange|return|structure|translate|organi[sz]e)"
    rf" {_GIVEN}(?: \p{{L}}+){{0,3}} (?:in|into|as|on|to) (?:an? |the )?(?:\p{{L}}+ ){{0,2}}{_SHAPES}(?-u:\b)|"
    rf"^[^\p{{L}}]*(?:(?:and|now|ok|but|no|also|please)[ ,]+)*(?:in|as|into) (?:an? |the )?(?:\p{{L}}+ )?"
    rf"{_SHAPES}(?: format| form| please| pls)*\W*$|"
    rf"(?-u:\b)(?:make|keep|write) {_GIVEN}(?: \p{{L}}+){{0,4}} (?:more |less |very |a bit |short and )?"
    rf"{_STYLES}(?-u:\b)|^[^\p{{L}}]*(?:more|less) {_STYLES}(?-u:\b)|"
    rf"(?-u:\b)(?:sounds? |be )(?:more|less|too|very) {_STYLES}(?-u:\b)"
)

DIMENSIONS = (
    Dimension(
        name="asks_shorter",
        group="requests",
        definition="A turn after the first asks for the answer in fewer words or with less in it.",
        source="lexicons/shorter.txt",
        unit="share of follow-ups",
        expr=_asks_for("shorter", _LESS, 30),
        directives={
            "high": "Ask for shorter, simpler answers in about {value} of your follow-ups.",
            "low": "Do not ask for shorter answers.",
        },
        where="follow-ups",
        label="shorter",
        examples={
            "high": "describe Bruges\n> Bruges is ...\nmake that shorter",
            "low": "describe Bruges\n> Bruges is ...\nand what about Ghent",
        },
    ),
    Dimension(
        name="asks_longer",
        group="requests",
        definition="A turn after the first asks for more of the answer: detail, length or items.",
        source="lexicons/longer.txt",
        unit="share of follow-ups",
        expr=_asks_for("longer", _MORE, 50),
        directives={
            "high": "Ask for more detail or more of the same in about {value} of your follow-ups.",
            "low": "Do not ask for more than you were given.",
        },
        where="follow-ups",
        label="longer",
        examples={
            "high": "describe Bruges\n> A town in Flanders.\nmore detail please",
            "low": "describe Bruges\n> A town in Flanders.\nhow do I get there",
        },
    ),
    Dimension(
        name="asks_format",
        group="requests",
        definition="A turn after the first asks for the answer in another form, style or language.",
        source="lexicons/formats.txt",
        unit="share of follow-ups",
        expr=_asks_for("formats", _SHAPE, 40),
        directives={
            "high": "Ask for another form or tone (a table, a list, plainer words) in about "
            "{value} of your follow-ups.",
            "low": "Take answers in the form they come.",
        },
        where="follow-ups",
        label="format",
        examples={
            "high": "three towns in Flanders\n> Bruges, Ghent and Mechelen.\nput it in a table",
            "low": "three towns in Flanders\n> Bruges, Ghent and Mechelen.\nwhich is the largest",
        },
    ),
    Dimension(
        name="continues",
        group="requests",
        definition="A turn after the first merely asks the assistant to go on.",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP, EDGES.str.contains(_CONTINUE) & (N_WORDS <= 12)),
        directives={
            "high": 'Say just "continue" in about {value} of your follow-ups.',
        },
        where="follow-ups",
        label="continues",
        examples={
            "high": "tell me a story\n> Once upon a time ...\ncontinue",
            "low": "tell me a story\n> Once upon a time ...\nnow with a dragon in it",
        },
    ),
    Dimension(
        name="pivots",
        group="requests",
        definition="A turn after the first turns to something new: it shares no word of content "
        "with the user's turn before, the answer, or the opening.",
        source="Hearst 1997 (lexical cohesion)",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & LOWER.is_not_null(), NEW_TOPIC),
        directives={
            "high": "Change to a new subject in about {value} of your follow-ups.",
            "low": "Stay with one subject until it is done.",
        },
        where="follow-ups",
        label="pivots",
        examples={
            "high": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "which planets have rings",
            "low": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "how often should I stretch my back",
        },
    ),
)
