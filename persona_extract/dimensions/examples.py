"""The made-up examples of dimensions: small dialogues as text, read as turns.

Lines that start with ">" are the assistant's; the lines between them are one user turn each. The
last user turn shows the dimension; where it is not defined there (it looks at openings), the last
turn on which it is.
"""

from __future__ import annotations

from itertools import groupby

import polars as pl

from persona_extract.dimensions.protocol import Dimension, Side
from persona_extract.records.tables import TURNS, conform

Message = tuple[str, str]
"""(role, content); the role is "user" or "assistant"."""


def parse_dialogue(text: str) -> list[Message]:
    """The messages of an example, in order; blank ones are left out."""
    lines = groupby(text.split("\n"), key=lambda line: line.startswith(">"))
    said = (
        ("assistant", "\n".join(line.removeprefix(">").removeprefix(" ") for line in part))
        if by_assistant
        else ("user", "\n".join(part))
        for by_assistant, part in lines
    )
    return [(role, content) for role, content in said if content.strip()]


def dialogue_turns(messages: list[Message]) -> pl.DataFrame:
    """`TURNS` of one conversation."""
    spots = [at for at, (role, _) in enumerate(messages) if role == "user"]
    texts = [messages[at][1] for at in spots]
    rows = [
        {
            "user_key": "example",
            "conversation_id": "example",
            "turn": turn,
            "n_turns": len(spots),
            "text": texts[turn],
            "opening_text": texts[0] if turn else None,
            "previous_text": texts[turn - 1] if turn else None,
            "assistant_before": _by_assistant(messages, at - 1),
            "assistant_after": _by_assistant(messages, at + 1),
        }
        for turn, at in enumerate(spots)
    ]
    return conform(pl.DataFrame(rows, schema=TURNS), TURNS)


def read_example(dimension: Dimension, side: Side) -> float | None:
    """The dimension's value on its example for that side; None if it is nowhere defined there.

    Raises:
        KeyError: it has no example for that side.
    """
    turns = dialogue_turns(parse_dialogue(dimension.examples[side]))
    values = turns.select(dimension.expr.alias("value"))["value"].drop_nulls()
    return values[-1] if len(values) else None


def _by_assistant(messages: list[Message], at: int) -> str | None:
    there = 0 <= at < len(messages) and messages[at][0] == "assistant"
    return messages[at][1] if there else None
