"""Asking for the answer in another shape, for more of it, or for something else."""

from __future__ import annotations

from persona_extract.dimensions._pivots import PIVOTS
from persona_extract.dimensions._prose import IS_FOLLOW_UP, LOWER, N_WORDS, where
from persona_extract.dimensions._reshaping import LONGER, RESHAPED, SHORTER
from persona_extract.dimensions._wording import EDGES
from persona_extract.dimensions.protocol import Dimension

_LEAD = (
    r"(?:(?:please|pls|ok|okay|yes|yeah|sure|great|good|cool|nice|thanks|thank you|perfect|fine"
    r"|now|"
    r"then|and|just|that's fine|that's good|oh|alright|you can|can you|could you|can u|let'?s|so)"
    r"[\s,.!-]+){0,4}"
)
_CONTINUE = (
    rf"^[^\p{{L}}]*{_LEAD}(?:continue|go on|keep going|carry on|proceed|"
    r"next(?: (?:part|step|steps|chapter|section|page|instruction|instructions|direction|"
    r"directions|question|one|scene|paragraph))?)(?:[\s,.!]+(?:please|pls|now|then|writing|the"
    r" story|"
    r"from (?:where|there)|where you|it|with it|the code|the list|generating|with the (?:story"
    r"|code))"
    r"[^.?!]*)?[^\p{L}]*$|(?-u:\b)(?:keep going|go on|please continue|continue please)\W*$"
)
_WORDED = IS_FOLLOW_UP & EDGES.is_not_null()

DIMENSIONS = (
    Dimension(
        name="asks_shorter",
        group="requests",
        definition="A turn after the first asks for the answer in fewer words or with less in it.",
        source="lexicons/shorter.txt",
        unit="share of follow-ups",
        expr=where(_WORDED, SHORTER),
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
        expr=where(_WORDED, LONGER),
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
        expr=where(_WORDED, RESHAPED),
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
        expr=where(IS_FOLLOW_UP, EDGES.str.head(90).str.contains(_CONTINUE) & (N_WORDS <= 12)),
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
        definition="A turn after the first is a request that stands on its own and shares few or "
        "no words of content with what was said before (more if it repeats the form of the last "
        "request or brings a new text).",
        source="Hearst 1997 (lexical cohesion); rules in dimensions/_replies.py",
        unit="share of follow-ups",
        expr=where(IS_FOLLOW_UP & LOWER.is_not_null(), PIVOTS),
        directives={
            "high": "Turn to a request that does not build on the answer in about {value} of your "
            "follow-ups.",
            "low": "Stay with one subject until it is done.",
        },
        where="follow-ups",
        label="pivots",
        examples={
            "high": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "which planets of the solar system have rings",
            "low": "what is a good stretch for my back\n> Try the cat-cow.\n"
            "how often should I stretch my back",
        },
    ),
)
