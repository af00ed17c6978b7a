"""Which of the frequent words without a topic a turn has.

Such words are chosen without thought, so that they tell hands apart where the topic is the same
(Mosteller and Wallace, 1964; Burrows' Delta, 2002). Turns are too short for rates: whether a word
is there at all says nearly as much, and has a known distribution. They describe people and are no
instructions: nobody is told to write "of" more often.
"""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions._prose import APART
from persona_extract.dimensions.protocol import Dimension
from persona_extract.lexicons import load_lexicon


def _presence(word: str) -> Dimension:
    return Dimension(
        name=f"has_{word}",
        group="function_words",
        definition=f'The turn has the word "{word}".',
        source="lexicons/function_words.txt; Mosteller and Wallace, 1964; Burrows, 2002",
        unit="share of turns",
        expr=APART.str.contains(f" {word} ", literal=True).cast(pl.Float64),
        directives={},
    )


DIMENSIONS = tuple(_presence(word) for word in load_lexicon("function_words"))
