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

QUOTES = pl.List(pl.Struct({"turn": pl.UInt32(), "start": pl.UInt32(), "end": pl.UInt32()}))

STATEMENTS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "statement": pl.UInt32(),  # 0-based, in the order in which they were read
    "group": pl.String(),  # dimension group
    "text": pl.String(),  # one sentence about behaviour, scrubbed of topic and names
    "polarity": pl.String(),  # "does" or "avoids"
    "situation": pl.String(),  # `records.catalogue.Situation`
    "condition": pl.String(),  # in words, scrubbed; null if none
    "quotes": QUOTES,  # user turn and characters in its text as in TURNS
}
"""What a reader said of a conversation, every quote verified. Stays inside the workspace."""

READ: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "situations": pl.List(pl.String()),  # in which the user had to act, by rules
    "calls": pl.UInt32(),
    "failed": pl.UInt32(),  # calls without a usable answer
    "accepted": pl.UInt32(),  # statements
    "ungrounded": pl.UInt32(),  # statements with a quote that is not in the turn it cites
    "refused": pl.UInt32(),  # statements about the task instead of the behaviour, and the like
}
"""One row a conversation that was read, or tried."""

TRAIT_SUPPORT: Schema = {
    "user_key": pl.String(),
    "trait": pl.String(),
    "n": pl.UInt32(),  # conversations in which it was seen
    "of": pl.UInt32(),  # conversations read in which it could have been
}
"""One row a user and trait of the catalogue that the user shows."""

TRAIT_MEMBERS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "statement": pl.UInt32(),
    "trait": pl.String(),  # null if in no published trait
    "distance": pl.Float64(),  # from the centre of its cluster
}
"""One row a statement."""

USER_ARCHETYPES: Schema = {
    "user_key": pl.String(),
    "archetype": pl.String(),  # null if in none
    "fit": pl.Float64(),  # silhouette of the user, -1..1
    "x": pl.Float64(),
    "y": pl.Float64(),  # place on the map of users
}
"""One row a user."""

DEMOGRAPHICS: Schema = {
    "user_key": pl.String(),
    "conversation_id": pl.String(),
    "attribute": pl.String(),  # as in `records.profile.Background`
    "value": pl.String(),
    "source": pl.String(),  # "extracted" (the user says so) or "inferred"
    "confidence": pl.Float64(),
}
"""Only where they were asked for. Stays inside the workspace."""

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
