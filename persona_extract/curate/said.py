"""What the two sides said in recorded conversations, without what was said to the machinery."""

from __future__ import annotations

import polars as pl

from persona_extract.records.tables import MESSAGES, TRANSCRIPTS, conform

_SIGNALS = r"###[A-Z][A-Z _-]*###"
_MARKUP = r"(?s)<\|think\|>.*?<\|/think\|>|<function=.*?(?:</function>|\z)|<\|tool\|>.*?<\|/tool\|>"
_MACHINERY = rf"{_SIGNALS}|{_MARKUP}"
_META = r"^\\tau |^\\reward|<\|(?:canvas|highlight|survey)\|>|^\s*/(?:stop|close)\s*$"


def said(transcripts: pl.DataFrame) -> pl.DataFrame:
    """`TRANSCRIPTS` with only those messages that one side said to the other.

    Signals of simulated users (`###STOP###`, `###TRANSFER###`) and agent markup are cut out of
    the users' text; messages to the interface (`/stop`, `/close`, `\\tau ...`, `<|survey|>`), of
    tools and of the system, and those without text are dropped. Nothing is merged. A conversation
    with nothing left has an empty list; rows and their order stay.
    """
    conform(transcripts, TRANSCRIPTS)
    content, by_user = pl.col("content"), pl.col("role") == "user"
    noisy = by_user & content.str.contains(_MACHINERY)
    spoken = (
        transcripts.select("messages")
        .with_row_index("row")
        .filter(pl.col("messages").list.len() > 0)
        .explode("messages")
        .unnest("messages")
        .filter(pl.col("role").is_in(["user", "assistant"]), content.is_not_null())
        .with_columns(
            content=pl.when(noisy)
            .then(content.str.replace_all(_MACHINERY, "").str.strip_chars())
            .otherwise(content)
        )
        .filter(content.str.contains(r"\S"), ~(by_user & content.str.contains(_META)))
        .group_by("row", maintain_order=True)
        .agg(pl.struct("role", "content").alias("messages"))
    )
    rows = transcripts.drop("messages").with_row_index("row")
    joined = rows.join(spoken, on="row", how="left", maintain_order="left").drop("row")
    return conform(
        joined.with_columns(pl.col("messages").fill_null(pl.lit([], dtype=MESSAGES))), TRANSCRIPTS
    )
