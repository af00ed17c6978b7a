"""What users said of their person, one conversation at a time -> one value per attribute."""

from __future__ import annotations

import polars as pl

from persona_extract.records.fields import DIGITS
from persona_extract.records.profile import Background


def backgrounds(demographics: pl.DataFrame) -> dict[str, list[Background]]:
    """User key -> one value per attribute, attributes in alphabetical order.

    Where conversations differ, what the user said goes before what was inferred; among those the
    value with the highest sum of confidence over conversations, then the alphabet. Upper and lower
    case are one value, and a conversation counts once.

    Args:
        demographics: `records.tables.DEMOGRAPHICS`.
    """
    of = ["user_key", "attribute", "source", "folded"]
    spoken = demographics.with_columns(
        value=pl.col("value").str.replace_all(r"\s+", " ").str.strip_chars()
    )
    best = (
        spoken.filter(pl.col("value") != "")
        .with_columns(folded=pl.col("value").str.to_lowercase())
        .group_by(*of, "conversation_id")
        .agg(pl.col("value").min(), pl.col("confidence").max())
        .sort(*of, "conversation_id")  # sums of floats depend on their order
        .group_by(of, maintain_order=True)
        .agg(
            pl.col("value").min(),
            n_conversations=pl.len(),
            confidence=pl.col("confidence").mean().round(DIGITS),
            weight=pl.col("confidence").sum().round(DIGITS),
        )
        # "extracted" comes before "inferred" in the alphabet, too
        .sort("user_key", "attribute", "source", -pl.col("weight"), "folded")
        .unique(["user_key", "attribute"], keep="first", maintain_order=True)
    )
    made: dict[str, list[Background]] = {}
    shown = best.select("user_key", *Background.model_fields)
    for row in shown.iter_rows(named=True):
        made.setdefault(str(row.pop("user_key")), []).append(Background.model_validate(row))
    return made
