"""Made-up turns of made-up users."""

from __future__ import annotations

import polars as pl

from persona_extract.records.tables import TURNS, conform


def turns_of(people: dict[str, list[list[str]]]) -> pl.DataFrame:
    """`TURNS` of user -> conversations -> user turns; the assistant answers "Answer <n>."."""
    rows = [
        (
            user,
            f"{user}-c{c}",
            None,
            t,
            len(talk),
            text,
            talk[0] if t else None,
            talk[t - 1] if t else None,
            f"Answer {t - 1}." if t else None,
            f"Answer {t}.",
        )
        for user, talks in people.items()
        for c, talk in enumerate(talks)
        for t, text in enumerate(talk)
    ]
    table = conform(pl.DataFrame(rows, schema=TURNS, orient="row"), TURNS)
    return table.sort("user_key", "conversation_id", "turn")
