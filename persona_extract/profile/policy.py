"""What an executable simulator asks a profile: how long, how many turns, how it ends."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import number_behind
from persona_extract.dimensions.protocol import Dimension
from persona_extract.records.profile import Policy

_OPENING, _FOLLOW_UP = find_dimension("opening_words"), find_dimension("followup_words")


def policies(turns: pl.DataFrame) -> dict[str, Policy]:
    """One policy a user, from that user's turns (`records.tables.TURNS`).

    Lengths are the user's values of `opening_words` and `followup_words`, in words outside code
    (at least 1); `conversation_turns` is the median number of user turns of a conversation, and
    `thanks_at_end` the share of conversations whose last user turn thanks. A user who never wrote
    a follow-up gets the opening's length for it, and the other way round.
    """
    rows = (
        turns.with_columns(
            opening=_OPENING.expr,
            followup=_FOLLOW_UP.expr,
            thanks=find_dimension("closing_thanks").expr,
        )
        .group_by("user_key")
        .agg(
            pl.col("opening").mean(),
            pl.col("followup").mean(),
            conversation_turns=pl.col("n_turns").filter(pl.col("turn") == 0).median(),
            thanks=pl.col("thanks").mean(),
        )
        .sort("user_key")
    )
    return {
        row["user_key"]: Policy(
            opening_words=_words(_OPENING, row["opening"], row["followup"]),
            followup_words=_words(_FOLLOW_UP, row["followup"], row["opening"]),
            conversation_turns=max(1, round(row["conversation_turns"] or 1)),
            thanks_at_end=round(row["thanks"] or 0.0, 6),
        )
        for row in rows.iter_rows(named=True)
    }


def _words(dimension: Dimension, value: float | None, other: float | None) -> int:
    found = value if value is not None else other
    return max(1, round(number_behind(dimension, found or 0.0)))
