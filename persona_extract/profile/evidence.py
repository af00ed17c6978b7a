"""Quotes -> evidence: where they stand and a keyed hash, never their text."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from persona_extract.records.directives import Evidence

TURN = ["user_key", "conversation_id", "turn"]
SPAN = ["conversation_id", "turn", "start", "end"]

QuoteKey = Callable[[str], str]
"""Text of a quote -> its keyed hash."""


def cite(
    quotes: pl.DataFrame, claim: str, quote_key: QuoteKey
) -> dict[tuple[str, str], list[Evidence]]:
    """User key and claim -> evidence, in the order of the rows.

    Args:
        quotes: user_key, the column `claim`, conversation_id, turn, start, end, and text of the
            whole turn.
        claim: column that says what is claimed.
        quote_key: keyed hash for quotes.
    """
    made: dict[tuple[str, str], list[Evidence]] = {}
    rows = quotes.select("user_key", claim, *SPAN, "text").iter_rows()
    for user, about, conversation, turn, start, end, text in rows:
        made.setdefault((user, about), []).append(
            Evidence(
                conversation=conversation,
                turn=turn,
                start=start,
                end=end,
                quote_key=quote_key(text[start:end]),
            )
        )
    return made
