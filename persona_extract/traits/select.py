"""Which turns of which conversations a reader is shown: those that tell what counting cannot.

Measured dimensions know the look of every turn. What is left to read is what people do, so turns
that repeat, paste or merely say "continue" are told of in a word, long ones are cut, and
conversations with next to nothing in them are not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import cast

import polars as pl

from persona_extract.records.settings import ReadSettings
from persona_extract.traits.shown import CUT, shown_turns

FEW_WORDS = 12
"""Words of prose below which a conversation is not worth a call."""

ALONE_WORDS = 25
"""The same for one of which a single turn is shown: nothing of how somebody goes on can be seen."""

WORTH_WORDS = 30
"""Words below which a conversation is read only if it is one of the user's two most telling: what
is shown would cost a fraction of the instructions around it."""

MOST_CALLS = 3
"""Calls for one conversation at the most; of longer ones the first, the last and those between at
even distances."""

_TURN_WORDS = 40  # more words in one turn tell no more about its writer
_ACT_WORDS = 10  # what a reaction to a question, error or refusal is worth, in words
_BEST = 2
_TELLING = ("after a question", "after an error", "after a refusal")

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one call is shown of a conversation.

    Attributes:
        text: one line a turn or run of turns left out, "U1: ..." being user turn 0.
        situations: by the turns (0-based) told of in it: those that hold there.
    """

    user_key: str
    conversation_id: str
    text: str
    situations: Mapping[int, frozenset[str]]


def sheets(turns: pl.DataFrame, settings: ReadSettings) -> list[Sheet]:
    """What is read of the conversations of `records.tables.TURNS`, by user, the most telling
    conversation first, its chunks in order.

    At most `settings.conversations` a user. They are spread over the domains that the user asked
    about; within a domain those with more words and more reactions come first.
    """
    if turns.is_empty():
        return []
    rows = shown_turns(turns, settings)
    chosen = _chosen(rows, settings.conversations)
    kept = chosen.join(rows, on=["user_key", "conversation_id"], maintain_order="left")
    made: list[Sheet] = []
    for one in kept.partition_by("user_key", "conversation_id", maintain_order=True):
        made.extend(_sheets_of(one.sort("turn").to_dicts(), settings.turns))
    return made


def _chosen(rows: pl.DataFrame, limit: int | None) -> pl.DataFrame:
    """user_key, conversation_id of the conversations worth reading, in the order of `sheets`."""
    shown = pl.col("kind") == "shown"
    words = pl.col("words").clip(upper_bound=_TURN_WORDS).filter(shown).sum()
    acts = pl.col("situations").list.set_intersection(list(_TELLING)).list.len() > 0
    by = ["user_key", "conversation_id"]
    told = (
        rows.group_by(by)
        .agg(
            domain=pl.col("domain").first().fill_null(""),
            n=shown.sum(),
            words=words,
            telling=words + _ACT_WORDS * (acts & shown).sum(),
        )
        .filter(
            pl.col("words") >= pl.when(pl.col("n") > 1).then(FEW_WORDS).otherwise(ALONE_WORDS),
            pl.col("n") > 0,
        )
        .sort("user_key", "telling", "conversation_id", descending=[False, True, False])
        .filter(
            (pl.int_range(pl.len()).over("user_key") < _BEST) | (pl.col("words") >= WORTH_WORDS)
        )
        .with_columns(round=pl.int_range(pl.len()).over("user_key", "domain"))
        .sort("user_key", "round", maintain_order=True)
    )
    place = pl.int_range(pl.len()).over("user_key")
    return told.filter(place < limit if limit else pl.lit(True)).select(by)


def _sheets_of(rows: Rows, most_turns: int) -> Iterator[Sheet]:
    chunks = _chunks(rows, most_turns)
    for i in _spread(len(chunks), MOST_CALLS):
        yield _sheet(chunks[i])


def _chunks(rows: Rows, most_turns: int) -> list[Rows]:
    """Runs of turns with equally many shown ones in each, at most `most_turns`."""
    n = sum(row["kind"] == "shown" for row in rows)
    size = ceil(n / ceil(n / most_turns))
    chunks: list[Rows] = [[]]
    filled = 0
    for row in rows:
        if row["kind"] == "shown" and filled == size:
            chunks.append([])
            filled = 0
        chunks[-1].append(row)
        filled += row["kind"] == "shown"
    return chunks


def _spread(n: int, most: int) -> list[int]:
    """At most so many of 0..n-1, the first and the last among them."""
    return list(range(n)) if n <= most else [round(i * (n - 1) / (most - 1)) for i in range(most)]


def _sheet(rows: Rows) -> Sheet:
    lines = [CUT] if int(str(rows[0]["turn"])) > 0 else []
    for run in _runs(rows):
        lines.extend(_told(run))
    situations = {int(str(row["turn"])): frozenset(_names(row)) for row in rows}
    user, conversation = str(rows[0]["user_key"]), str(rows[0]["conversation_id"])
    return Sheet(user, conversation, "\n".join(lines), situations)


def _runs(rows: Rows) -> Iterator[Rows]:
    """Each shown turn alone, and neighbours that are left out for the same reason together."""
    run: Rows = []
    for row in rows:
        if run and (row["kind"] == "shown" or row["kind"] != run[0]["kind"]):
            yield run
            run = []
        run.append(row)
        if row["kind"] == "shown":
            yield run
            run = []
    if run:
        yield run


def _told(run: Rows) -> Iterator[str]:
    first, last = (int(str(row["turn"])) + 1 for row in (run[0], run[-1]))
    if run[0]["kind"] != "shown":
        yield f"U{first}{f'-{last}' if last > first else ''}: [{run[0]['kind']}]"
        return
    if run[0]["before"] is not None:
        yield f"A: {run[0]['before']}"
    yield f"U{first}: {run[0]['line']}"


def _names(row: dict[str, object]) -> list[str]:
    return cast("list[str]", row["situations"])
