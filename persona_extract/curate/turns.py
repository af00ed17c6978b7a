"""Conversations laid out as user turns, which is what dimensions read."""

from __future__ import annotations

import polars as pl

from persona_extract.records.tables import TURNS, conform


def user_turns(conversations: pl.DataFrame) -> pl.DataFrame:
    """One row of `TURNS` for each user message of `CONVERSATIONS`, sorted by user and conversation.

    `assistant_before` and `assistant_after` are the neighbouring message if the assistant sent it.
    Null content is the empty text. A conversation without user messages gives no row.
    """
    own = ["user_key", "conversation_id", "domain"]
    by: list[str] = ["user_key", "conversation_id"]
    flat = (
        conversations.select(*own, "messages")
        .filter(pl.col("messages").list.len() > 0)
        .sort(by)
        .explode("messages")
        .with_row_index("at")
        .select(*own, "at", pl.col("messages").struct.unnest())
        .with_columns(pl.col("content").fill_null(""))
        .with_columns(
            _said_by_assistant(1).over(by, order_by="at").alias("assistant_before"),
            _said_by_assistant(-1).over(by, order_by="at").alias("assistant_after"),
        )
        .filter(pl.col("role") == "user")
    )
    text, turn = pl.col("content"), pl.int_range(pl.len(), dtype=pl.UInt32)
    turns = flat.with_columns(
        turn.over(by, order_by="at").alias("turn"),
        pl.len().over(by).cast(pl.UInt32).alias("n_turns"),
        text.alias("text"),
        text.first().over(by, order_by="at").alias("opening_text"),
        text.shift(1).over(by, order_by="at").alias("previous_text"),
    ).with_columns(
        opening_text=pl.when(pl.col("turn") > 0).then(pl.col("opening_text")),
    )
    return conform(turns.select(list(TURNS)), TURNS).sort(*by, "turn")


def _said_by_assistant(offset: int) -> pl.Expr:
    content, role = pl.col("content").shift(offset), pl.col("role").shift(offset)
    return pl.when(role == "assistant").then(content)
