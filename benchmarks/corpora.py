"""User turns of the real corpora in the shared folder, as curation lays them out.

Nothing is written. Keys are the corpora's own ids, so that labels given
by reading (`labels/turns.csv`) can be joined.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.records.tables import CONVERSATIONS
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

PLACES = {
    "wildchat": "data/wildchat/sample.jsonl",
    "realhumaneval": "data/realhumaneval/sample.jsonl",
    "star": "data/star/dialogues",
}
"""Name of a corpus -> where it lies in the shared folder."""


def corpus_turns(shared: Path, corpus: str) -> pl.DataFrame:
    """`TURNS` of a whole corpus; a user without id is one user a conversation."""
    place = shared / PLACES[corpus]
    batches = open_source(str(place), SourceOptions()).batches(size=2000)
    records = pl.concat([batch.frame for batch in batches])
    own = pl.col("source_id")
    conversations = records.with_columns(
        conversation_id=own,
        user_key=pl.col("user_id").fill_null(own),
        user_known=pl.col("user_id").is_not_null(),
    ).select(list(CONVERSATIONS))
    return user_turns(repair(conversations).select(list(CONVERSATIONS)))
