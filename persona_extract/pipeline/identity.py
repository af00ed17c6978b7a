"""Identity of a source without a workspace: how well readings tell its users apart."""

from __future__ import annotations

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.dimensions.read import pool_conversations, turn_readings
from persona_extract.fidelity.identity import identity
from persona_extract.pipeline.pull import salted, source_options
from persona_extract.records.results import IdentityResult
from persona_extract.records.settings import Settings
from persona_extract.records.tables import CONVERSATIONS, empty
from persona_extract.sources import open_source

SALT = b"identity: nothing is written"


def source_identity(spec: str, settings: Settings) -> IdentityResult:
    """Leave-one-conversation-out identity over all users of a source with two conversations.

    Every conversation with a user turn counts, however short: nothing is curated away but what
    cannot be read as turns.

    Raises:
        TooFewUsers: fewer than four users have two conversations.
    """
    frames: list[pl.DataFrame] = []
    pull = settings.pull
    left = pull.limit
    for batch in open_source(spec, source_options(settings)).batches(size=pull.chunk):
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
    found = identity(readings, turns, seed=settings.seed)
    return IdentityResult.model_validate(found, from_attributes=True)
