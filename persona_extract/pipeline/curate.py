"""curate: pulled chunks -> kept conversations in parts by user, and every drop with its reason."""

from __future__ import annotations

import math

import polars as pl

from persona_extract.curate import (
    SIGNATURES,
    duplicates,
    forget_detectors,
    judge,
    mask,
    signatures,
    user_turns,
)
from persona_extract.errors import StoreError
from persona_extract.pipeline.job import Job, add_up, names, read_counts
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import (
    CONVERSATIONS,
    DROPPED,
    TURNS,
    Schema,
    conform,
    empty,
)
from persona_extract.store.atomic import read_table, write_json, write_table
from persona_extract.store.workspace import Counts

PER_PART = 2000
"""Conversations per part, about: all of a user's are in one."""

GROUP = 50
"""Rows of a judged chunk that are read together. Every part picks its users out of every chunk:
read whole, a corpus of twice the size would take four times as long."""

REPEATED = "dropped: repeated_id"


def curate(job: Job, steps: Steps) -> Counts:
    """Judges every chunk, finds duplicates over all, and writes what is kept by user."""
    chunks = names(job.folder("pull") / "chunks")
    judged = add_up(steps.each("curate: judge", judge_chunk, job, chunks))
    forget_detectors()
    n_kept = judged.pop("kept", 0) - steps.once("curate: duplicates", find_duplicates, job)
    of = max(1, math.ceil(n_kept / PER_PART))
    parts = [f"part-{i:04d}-of-{of:04d}" for i in range(of)]
    return add_up([judged, *steps.each("curate: sort by user", write_part, job, parts)])


def judge_chunk(job: Job, chunk: str) -> Counts:
    """Judges the conversations of one chunk; writes kept, dropped, signatures and counts."""
    folder = job.folder("curate") / "judged"
    if (folder / f"{chunk}.json").exists():
        return read_counts(folder / f"{chunk}.json")
    conversations = job.table("pull", "chunks", chunk, CONVERSATIONS)
    first = conversations.unique("conversation_id", keep="first", maintain_order=True)
    judged = judge(first, job.settings.curate)
    signed = signatures(judged.kept)
    masked = mask(judged.kept, job.settings.curate.mask)
    kept, dropped = (rows.sort("user_key") for rows in (masked.conversations, judged.dropped))
    write_table(folder / "kept" / f"{chunk}.parquet", kept, CONVERSATIONS, group=GROUP)
    write_table(folder / "dropped" / f"{chunk}.parquet", dropped, DROPPED, group=GROUP)
    write_table(folder / "signatures" / f"{chunk}.parquet", signed, SIGNATURES)
    counts = {
        "kept": judged.kept.height,
        REPEATED: conversations.height - first.height,
        **{f"repair: {kind}": n for kind, n in judged.repairs.items()},
        **{f"mask: {kind}": n for kind, n in masked.counts.items()},
    }
    write_json(folder / f"{chunk}.json", counts)
    return counts


def find_duplicates(job: Job) -> int:
    """Writes the duplicates among all conversations that the judge kept; returns how many."""
    folder = job.folder("curate") / "judged" / "signatures"
    frames = [read_table(folder / f"{name}.parquet", SIGNATURES) for name in names(folder)]
    found = empty(DROPPED)
    if frames:
        once = pl.concat(frames).unique("conversation_id", keep="first", maintain_order=True)
        found = duplicates(once, job.settings.curate.near_duplicate)
    write_table(job.folder("curate") / "duplicates.parquet", found, DROPPED)
    return found.height


def write_part(job: Job, part: str) -> Counts:
    """Writes the kept and dropped conversations, and the turns, of the users of one part."""
    folder, mine = job.folder("curate"), _mine(part)
    found = read_table(folder / "duplicates.parquet", DROPPED).filter(mine)
    every = _judged(job, "kept", CONVERSATIONS, mine)
    once = every.unique("conversation_id", keep="first", maintain_order=True)
    kept = once.join(found, on="conversation_id", how="anti").sort("user_key", "conversation_id")
    dropped = pl.concat([_judged(job, "dropped", DROPPED, mine), found])
    dropped = dropped.sort("conversation_id", "reason")
    turns = user_turns(kept)
    write_table(folder / "turns" / f"{part}.parquet", turns, TURNS)
    write_table(folder / "dropped" / f"{part}.parquet", dropped, DROPPED)
    write_table(folder / "conversations" / f"{part}.parquet", kept, CONVERSATIONS)
    reasons = dropped.group_by("reason").len().iter_rows()
    return {
        "kept": kept.height,
        "users": kept["user_key"].n_unique(),
        "turns": int(
            kept["messages"].list.eval(pl.element().struct["role"] == "user").list.sum().sum()
        ),
        REPEATED: every.height - once.height,
        **{f"dropped: {reason}": n for reason, n in reasons},
    }


def _mine(part: str) -> pl.Expr:
    """Whether a row's user belongs to a part named part-I-of-N: the I-th of N ranges of keys."""
    _, i, _, n = part.split("-")
    edges = [f"{-(-k * 16**8 // int(n)):08x}" for k in (int(i), int(i) + 1)]
    reached = pl.col("user_key") >= edges[0]
    return reached if int(i) + 1 == int(n) else reached & (pl.col("user_key") < edges[1])


def _judged(job: Job, table: str, schema: Schema, mine: pl.Expr) -> pl.DataFrame:
    folder = job.folder("curate") / "judged" / table
    files = [folder / f"{name}.parquet" for name in names(folder)]
    if not files:
        return empty(schema)
    try:
        return conform(pl.scan_parquet(files).filter(mine).collect(), schema)
    except (pl.exceptions.PolarsError, ValueError, OSError) as error:
        raise StoreError(
            f"a file in {folder} is damaged ({str(error)[:120]}). "
            f"Remove {job.folder('curate')} and run again."
        ) from error
