"""User turns of the real corpora in the shared folder, as curation lays them out.

`python -m` or import only; nothing is written. Keys are the corpora's own ids, so that labels given
by reading (`labels/turns.csv`) can be joined.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.records.tables import CONVERSATIONS, RECORDS
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

PLACES = {
    "wildchat": "data/wildchat/sample.jsonl",
    "realhumaneval": "data/realhumaneval/sample.jsonl",
    "star": "data/star/dialogues",
}
"""Name of a corpus -> where it lies in the shared folder."""

_SPEAKERS = {
    ("User", "utter"): "user",
    ("Wizard", "utter"): "assistant",
    ("Wizard", "pick_suggestion"): "assistant",
}


def corpus_turns(shared: Path, corpus: str) -> pl.DataFrame:
    """`TURNS` of a whole corpus; a user without id is one user a conversation."""
    place = shared / PLACES[corpus]
    records = _star(place) if corpus == "star" else _read(place)
    own = pl.col("source_id")
    conversations = records.with_columns(
        conversation_id=own,
        user_key=pl.col("user_id").fill_null(own),
        user_known=pl.col("user_id").is_not_null(),
    ).select(list(CONVERSATIONS))
    return user_turns(repair(conversations).select(list(CONVERSATIONS)))


def _read(place: Path) -> pl.DataFrame:
    batches = open_source(str(place), SourceOptions()).batches(size=2000)
    return pl.concat([batch.frame for batch in batches])


def _star(folder: Path) -> pl.DataFrame:
    rows = [_dialogue(json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))]
    return pl.DataFrame(rows, schema=cast(Any, RECORDS))


def _dialogue(record: dict[str, Any]) -> dict[str, object]:
    said = [(_SPEAKERS.get((e.get("Agent"), e.get("Action"))), e) for e in record["Events"]]
    return {
        "source_id": str(record["DialogueID"]),
        "user_id": record["AnonymizedUserWorkerID"],
        "corpus": "star",
        "messages": [{"role": role, "content": e.get("Text")} for role, e in said if role],
    }
