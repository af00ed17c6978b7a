"""What an executable simulator asks a profile: how long, how patient, how it ends."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.records.profile import Policy

_WORDS = pl.col("text").str.count_matches(r"\S+")


def policies(turns: pl.DataFrame) -> dict[str, Policy]:
    """One policy a user, from that user's turns (`records.tables.TURNS`).

    Lengths are medians in words (white-space separated, at least 1), patience is the median
    number of user turns of a conversation, and `thanks_at_end` the share of conversations whose
    last user turn thanks. A user who never wrote a follow-up gets the opening's length for it.
    """
    opening = pl.col("turn") == 0
    rows = (
        turns.with_columns(words=_WORDS, thanks=find_dimension("closing_thanks").expr)
        .group_by("user_key")
        .agg(
            opening=pl.col("words").filter(opening).median(),
            followup=pl.col("words").filter(~opening).median(),
            patience=pl.col("n_turns").filter(opening).median(),
            thanks=pl.col("thanks").mean(),
        )
        .sort("user_key")
    )
    return {
        row["user_key"]: Policy(
            opening_words=max(1, round(row["opening"] or row["followup"])),
            followup_words=max(1, round(row["followup"] or row["opening"])),
            patience_turns=max(1, round(row["patience"] or 1)),
            thanks_at_end=round(row["thanks"] or 0.0, 6),
        )
        for row in rows.iter_rows(named=True)
    }
