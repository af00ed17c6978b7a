"""How a message is laid out: lines, blanks, brackets, quotes, pasted material."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import (
    EVEN,
    EVEN_HEAD,
    HEAD,
    N_WORDS,
    PROSE,
    has,
    where,
)
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
    Dimension(
        name="lists",
        group="layout",
        definition="The turn's wording has two lines or more that start as items of a list: a "
        "number, a letter with a bracket, a bullet or a dash.",
        unit="share of turns",
        expr=has(
            r"(?:^|\n)[ \t]*(?:\d{1,2}[.)]|[a-zA-Z]\)|[-*•–])\s+\S[^\n]*\n\s*"
            r"(?:\d{1,2}[.)]|[a-zA-Z]\)|[-*•–])\s+\S",
            on=HEAD,
        ),
        directives={
            "high": "Write about {value} of your messages as numbered or bulleted lists.",
            "low": "Write no lists.",
        },
        examples={
            "high": "I want\n- a room with a view\n- breakfast\n- no carpet",
            "low": "I want a room with a view, breakfast and no carpet",
        },
    ),
    Dimension(
        name="quoted_passage",
        group="layout",
        definition='The turn quotes a passage: a line that starts with ">", or more than eighty '
        "characters in quotation marks.",
        unit="share of turns",
        expr=where(
            EVEN_HEAD != "",
            has('(?:^|\\n)> ?\\S|["“][^"”]{80,}["”]', on=EVEN_HEAD),
        ),
        directives={
            "high": "Quote the passage that you talk about in about {value} of your messages.",
            "low": "Do not quote passages; speak of them.",
        },
        examples={
            "high": 'is this correct: "The bell in the tower was cast in the year of the great '
            'flood and has been rung on every market day since"',
            "low": "is the sentence about the bell correct",
        },
    ),
    Dimension(
        name="pasted_text",
        group="layout",
        definition="The turn has more than a hundred words of wording: mostly material pasted in.",
        unit="share of turns",
        expr=(N_WORDS > 100).cast(pl.Float64),
        directives={
            "high": "Paste in the text that you talk about in about {value} of your messages.",
            "low": "Never paste long texts.",
        },
        examples={
            "high": "summarize this: " + "the ferry left the harbour late that day and " * 14,
            "low": "summarize the story of the ferry",
        },
    ),
)
