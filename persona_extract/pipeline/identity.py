"""Identity of a source without a workspace: how well readings tell its users apart."""

from __future__ import annotations

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.dimensions.read import pool_conversations, turn_readings
from persona_extract.fidelity.identity import IdentityResult, identity
from persona_extract.pipeline.pull import salted
from persona_extract.records.tables import CONVERSATIONS, empty
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

SALT = b"identity: nothing is written"
CHUNK = 1000


def source_identity(
    spec: str, options: SourceOptions, *, limit: int | None, seed: int, bootstrap: int
) -> IdentityResult:
    """Leave-one-conversation-out identity over all users of a source with two conversations.

    Every conversation with a user turn counts, however short: nothing is curated away but what
    cannot be read as turns.

    Raises:
        TooFewUsers: fewer than two users have two conversations.
    """
    frames: list[pl.DataFrame] = []
    left = limit
    for batch in open_source(spec, options).batches(size=CHUNK):
        frame = batch.frame if left is None else batch.frame.head(left)
        known = salted(frame, SALT).filter("user_known")
        frames.append(user_turns(repair(known).select(list(CONVERSATIONS))))
        left = None if left is None else left - frame.height
        if left is not None and left <= 0:
            break
    turns = pl.concat(frames) if frames else user_turns(empty(CONVERSATIONS))
    turns = turns.unique(["conversation_id", "turn"], keep="first", maintain_order=True)
    turns = turns.sort("user_key", "conversation_id", "turn")
    readings = pool_conversations(turn_readings(turns))
    return identity(readings, turns, seed=seed, bootstrap=bootstrap)
