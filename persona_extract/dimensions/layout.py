"""How a message is laid out: lines, blanks, brackets, quotes, pasted material."""

from __future__ import annotations

from persona_extract.dimensions._prose import EVEN, EVEN_HEAD, HEAD, PROSE, has, where
from persona_extract.dimensions.protocol import Dimension

_QUOTED = "[\"“][^\"”\n]{1,80}[\"”]|`[^`\n]+`|(?:^|\\s)'[^'\n]{1,60}'"

DIMENSIONS = (
    Dimension(
        name="double_blanks",
        group="layout",
        definition="The turn has two blanks in a row between words.",
        unit="share of turns",
        expr=has(r"[\p{L},.!?]  +\p{L}", on=HEAD),
        directives={},
    ),
    Dimension(
        name="quote_marks",
        group="layout",
        definition="The turn has a word or phrase in quotation marks or backticks.",
        unit="share of turns",
        expr=where(EVEN_HEAD != "", has(_QUOTED, on=EVEN_HEAD)),
        directives={
            "high": "Put names and phrases in quotation marks in about {value} of your messages."
        },
    ),
    Dimension(
        name="brackets",
        group="layout",
        definition="The turn has an aside in round brackets.",
        unit="share of turns",
        expr=has(r"\s\([^)\n]*\p{L}{2,}[^)\n]*\)", on=HEAD),
        directives={"high": "Add asides in brackets in about {value} of your messages."},
    ),
    Dimension(
        name="dashes_colons",
        group="layout",
        definition="The turn has a colon, semicolon or dash after a word.",
        unit="share of turns",
        expr=has(r"\p{L}\s?[:;](?:\s|$)|\p{L}\s+[-–—]+\s", on=HEAD),
        directives={"high": "Use colons, semicolons or dashes in about {value} of your messages."},
        formal=1,
    ),
    Dimension(
        name="multiline",
        group="layout",
        definition="The turn's wording runs over more than one line.",
        unit="share of turns",
        expr=has(r"\S\s*\n\s*\S", on=HEAD),
        directives={
            "high": "Break about {value} of your messages into several lines.",
        },
    ),
    Dimension(
        name="code_paste",
        group="layout",
        definition="A quarter or more of the turn's characters is code, an error trace or an "
        "address.",
        unit="share of turns",
        expr=where(
            EVEN.str.len_chars() > 0,
            PROSE.str.len_chars().fill_null(0) < 0.75 * EVEN.str.len_chars(),
        ),
        directives={"high": "Paste the material itself in about {value} of your messages."},
    ),
)
