"""One schema constant per table, and the check that stages run on what comes in and goes out."""

from __future__ import annotations

import polars as pl

Schema = dict[str, pl.DataType]

MESSAGES = pl.List(pl.Struct({"role": pl.String(), "content": pl.String()}))
TIME = pl.Datetime("us", "UTC")

RECORDS: Schema = {
    "source_id": pl.String(),  # the corpus's own conversation id; never leaves `pull`
    "user_id": pl.String(),  # the corpus's own user id, null if unknown; never leaves `pull`
    "corpus": pl.String(),
    "revision": pl.String(),
    "licence": pl.String(),
    "domain": pl.String(),
    "model": pl.String(),
    "language": pl.String(),  # the corpus's own label, null if it has none
    "toxic": pl.Boolean(),
    "redacted": pl.Boolean(),
    "started": TIME,
    "messages": MESSAGES,
}
"""What a source yields: one row a conversation. Every column but the first, `corpus`, `revision`,
`licence` and `messages` may be null."""

CONVERSATIONS: Schema = {
    "conversation_id": pl.String(),  # salted
    "user_key": pl.String(),  # salted; a user without id gets one key per conversation
    "user_known": pl.Boolean(),
    **{k: v for k, v in RECORDS.items() if k not in ("source_id", "user_id")},
}
"""What `pull` writes: the records with ids replaced by salted keys."""

DROPPED: Schema = {
    "conversation_id": pl.String(),
    "user_key": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
}
"""One row a dropped conversation. `detail` is a number or a name, never text of the user."""

TURNS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "domain": pl.String(),
    "turn": pl.UInt32(),  # 0-based position among the user turns of the conversation
    "n_turns": pl.UInt32(),  # user turns in the conversation
    "text": pl.String(),
    "opening_text": pl.String(),  # user turn 0 of the conversation; null on turn 0 itself
    "previous_text": pl.String(),  # the user turn before; null on turn 0
    "assistant_before": pl.String(),  # what the assistant said just before; null if nothing
    "assistant_after": pl.String(),  # what the assistant answered; null if nothing
}
"""What dimensions read: one row a user turn, sorted by user_key, conversation_id, turn."""

READINGS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "dimension": pl.String(),
    "n": pl.UInt32(),  # turns on which the dimension is defined; rows with n = 0 are left out
    "mean": pl.Float64(),
    "m2": pl.Float64(),  # sum of squared deviations from the mean
}
"""One row a conversation and dimension."""

USER_READINGS: Schema = {
    "user_key": pl.String(),
    "dimension": pl.String(),
    "n": pl.UInt32(),
    "n_conversations": pl.UInt32(),
    "value": pl.Float64(),  # mean over turns
    "spread": pl.Float64(),  # standard deviation over turns (population)
}
"""One row a user and dimension."""

MOVES: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "turn": pl.UInt32(),
    "move": pl.String(),  # id of a move in the catalogue
}
"""One row a follow-up turn that was clustered."""


SURVEY = pl.List(pl.Struct({"field": pl.String(), "answer": pl.String()}))

TRANSCRIPTS: Schema = {
    "conversation_id": pl.String(),  # unique in the file
    "task_id": pl.String(),  # the benchmark's id of the task; null where there are no tasks
    "trial": pl.UInt32(),  # null where there are none
    "batch": pl.String(),  # which of several human batches or simulator runs; null for the only one
    "user_id": pl.String(),  # the person; null if unknown or simulated
    "human": pl.Boolean(),  # whether a person wrote the user's turns
    "reward": pl.Float64(),  # of the task, null if none is known
    "survey": SURVEY,  # null where nobody was asked
    "messages": MESSAGES,
}
"""What benchmark files hold: one row a conversation, messages as recorded (null content kept)."""


def empty(schema: Schema) -> pl.DataFrame:
    """A table with these columns and no rows."""
    return pl.DataFrame(schema=schema)


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns in its order.

    Raises:
        ValueError: a column is missing, superfluous or of another type.
    """
    if set(frame.columns) != set(schema):
        missing, extra = set(schema) - set(frame.columns), set(frame.columns) - set(schema)
        raise ValueError(f"columns missing {sorted(missing)}, not in schema {sorted(extra)}")
    wrong = {k: (frame.schema[k], v) for k, v in schema.items() if frame.schema[k] != v}
    if wrong:
        raise ValueError(f"columns of another type (is, should be): {wrong}")
    return frame.select(list(schema))
