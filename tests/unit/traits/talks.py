"""Invented conversations laid out as user turns."""

from __future__ import annotations

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.records.tables import CONVERSATIONS

Talk = list[str]
"""Messages in turn, the user's first; a message that starts with "> " is the assistant's."""


def turns_of(*talks: Talk, user: str = "u1", domains: tuple[str, ...] = ()) -> pl.DataFrame:
    """`TURNS` of conversations "c0", "c1", ... of one user."""
    rows = [
        {
            **dict.fromkeys(CONVERSATIONS),
            "conversation_id": f"{user}c{i}",
            "user_key": user,
            "user_known": True,
            "domain": domains[i] if domains else None,
            "corpus": "invented",
            "messages": [
                {
                    "role": "assistant" if said.startswith("> ") else "user",
                    "content": said.removeprefix("> "),
                }
                for said in talk
            ],
        }
        for i, talk in enumerate(talks)
    ]
    return user_turns(pl.DataFrame(rows, CONVERSATIONS))


TRIP: Talk = [
    "I am planning a weekend by the sea with two children and a dog, what should we think of",
    "> Lovely! Which month do you want to travel in?",
    "september, and nothing that needs a car please",
    "> I'm sorry, but I cannot look up timetables.",
    "then tell me what to ask at the station instead",
    "> " + "Ask them this and that. " * 60,
    "that was too much, give me the three most important ones",
]
"""A question, a refusal and a long answer, each with the user's reaction."""
