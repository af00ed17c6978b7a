"""Other languages inside English turns."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import HEAD, LOWER, has
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon, one_of

_FOREIGN = LOWER.str.count_matches(one_of(load_lexicon("other_languages")))
_SCRIPTS = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Arabic}\p{Devanagari}\p{Greek}"
    r"\p{Hebrew}\p{Thai}]{2,}"
)

DIMENSIONS = (
    Dimension(
        name="mixed_language",
        group="language",
        definition="The turn has words of another language: two of its frequent function words, "
        "or a word in another script.",
        source="Solorio and Liu 2008 (code switching); lexicons/other_languages.txt",
        unit="share of turns",
        expr=((_FOREIGN >= 2) | HEAD.str.contains(_SCRIPTS)).cast(pl.Float64),
        directives={
            "high": "Put a few words of another language into about {value} of your messages.",
        },
        examples={
            "high": "hola, quiero a table for two por favor",
            "low": "a table for two please",
        },
    ),
    Dimension(
        name="accented_letters",
        group="language",
        definition='The turn has a letter with an accent or another letter beyond a to z ("é").',
        unit="share of turns",
        expr=has(r"[À-ÖØ-öø-ſ]", on=HEAD),
        directives={},
        examples={"high": "a table at the Café Zürich", "low": "a table at the cafe"},
    ),
)
