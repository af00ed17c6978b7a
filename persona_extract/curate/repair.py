"""Messages made into a dialogue that begins with the user and alternates."""

from __future__ import annotations

import polars as pl

SPEAKERS = ("user", "assistant")
ASIDE = ("system", "developer", "tool", "function")

REPAIRS: dict[str, str] = {
    "aside_dropped": "messages of the system or of tools dropped",
    "empty_dropped": "messages without text dropped",
    "leading_assistant_dropped": "assistant messages before the first user message dropped",
    "repeat_dropped": "messages dropped that the same role sent twice in a row",
    "merged": "messages merged with the one before, of the same role, by a blank line",
}
"""Kind of repair -> what was done to how many messages."""


def repair(conversations: pl.DataFrame) -> pl.DataFrame:
    """Conversations with `messages` repaired, plus one count per kind of `REPAIRS`.

    Adds columns (all UInt32, per conversation): the kinds of `REPAIRS`, `strange` (messages of an
    unknown role, which are left out of `messages`) and `n_user`, `n_assistant` (messages left).
    A conversation with nothing left has an empty list. Rows and their order stay.

    Repeats are dropped because they are resubmissions of one message; other messages of one role
    in a row are one turn sent in pieces, or around an answer that was lost.
    """
    flat = _flat(conversations.select("conversation_id", "messages").with_row_index("row"))
    said = flat.filter(~pl.col("aside"), ~pl.col("strange"), ~pl.col("empty"))
    said = said.with_columns(
        leading=(pl.col("role") == "user").cum_sum().over("row", order_by="at") == 0
    )
    spoken = _runs(said.filter(~pl.col("leading")))
    whole = (
        spoken.filter(~pl.col("repeat"))
        .group_by("row", "run")
        .agg(
            pl.col("role").first(),
            pl.col("content").sort_by("at").str.join("\n\n"),
            (pl.len() - 1).alias("merged"),
        )
    )
    counts = [
        flat.group_by("row").agg(
            pl.col("aside").sum().alias("aside_dropped"),
            pl.col("strange").sum(),
            pl.col("empty").sum().alias("empty_dropped"),
        ),
        said.group_by("row").agg(pl.col("leading").sum().alias("leading_assistant_dropped")),
        spoken.group_by("row").agg(pl.col("repeat").sum().alias("repeat_dropped")),
        whole.sort("row", "run")
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("merged").sum(),
            (pl.col("role") == "user").sum().alias("n_user"),
            (pl.col("role") == "assistant").sum().alias("n_assistant"),
            pl.struct("role", "content").alias("messages"),
        ),
    ]
    repaired = conversations.drop("messages").with_row_index("row")
    for count in counts:
        repaired = repaired.join(count, on="row", how="left", maintain_order="left")
    numbers = [*REPAIRS, "strange", "n_user", "n_assistant"]
    return repaired.drop("row").with_columns(
        pl.col(numbers).fill_null(0).cast(pl.UInt32), pl.col("messages").fill_null([])
    )


def _flat(numbered: pl.DataFrame) -> pl.DataFrame:
    """One row a message: row, at (position), role, content, and what is wrong with it."""
    role, blank = pl.col("role"), ~pl.col("content").str.contains(r"\S")
    return (
        numbered.select("row", "messages")
        .filter(pl.col("messages").list.len() > 0)
        .explode("messages")
        .with_columns(pl.int_range(pl.len()).over("row").alias("at"))
        .select("row", "at", pl.col("messages").struct.unnest())
        .with_columns(role=role.fill_null(""), content=pl.col("content").fill_null(""))
        .with_columns(
            aside=role.is_in(ASIDE),
            strange=~role.is_in([*SPEAKERS, *ASIDE]) & ~blank,
            empty=~role.is_in(ASIDE) & blank,
        )
    )


def _runs(spoken: pl.DataFrame) -> pl.DataFrame:
    """Adds run (same role in a row) and repeat (the same text follows in the run)."""
    same = pl.col("role") == pl.col("role").shift(-1).over("row", order_by="at")
    text = pl.col("content").str.strip_chars()
    return spoken.with_columns(
        run=pl.col("role").rle_id().over("row", order_by="at"),
        repeat=(same & (text == text.shift(-1).over("row", order_by="at"))).fill_null(False),
    )
