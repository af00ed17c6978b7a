"""Recorded conversations -> samples for the meters: read, measured and drawn from in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.said import said
from persona_extract.dimensions.read import turn_readings
from persona_extract.errors import SourceError, TooFewUsers, UsageError
from persona_extract.fidelity.headlines import headline_columns
from persona_extract.fidelity.samples import KEYS, Resampled, Sample, as_sample
from persona_extract.pipeline.steps import Watcher
from persona_extract.pipeline.transcripts import open_transcripts

MOST = 20_000
"""Conversations of one file that are measured; of more, so many are drawn at random, evenly. What
is kept in memory does not grow with the file."""

_KEY = "draw"


@dataclass(frozen=True, slots=True)
class Named:
    """A file or source and what it is called in tables."""

    name: str
    spec: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The conversations of one file, measured.

    Attributes:
        named: the file.
        conversations: source, unit, n_turns and a column a dimension and headline.
        resampled: what a unit is.
        human: whether people wrote the users' turns.
        seen: conversations with user turns in the file; more than rows if some were drawn.
        notes: what a reader has to know of it.
    """

    named: Named
    conversations: pl.DataFrame
    resampled: Resampled
    human: bool
    seen: int
    notes: tuple[str, ...]


def name_of(argument: str) -> Named:
    """`label=path`, or a path or source whose stem is the label."""
    label, sign, spec = argument.partition("=")
    if sign and label and spec and "/" not in label:
        return Named(label, spec)
    bare = argument.rstrip("/").removeprefix("star:")
    path = PurePath(bare)
    stem = path.name.split(".json")[0].removesuffix(".parquet") or bare
    return Named(f"{path.parent.name}/{stem}" if path.parent.name else stem, argument)


def names_of(arguments: Sequence[str]) -> list[Named]:
    """Names of several files.

    Raises:
        UsageError: two have the same.
    """
    named = [name_of(argument) for argument in arguments]
    for at, each in enumerate(named):
        if any(each.name == other.name for other in named[:at]):
            raise UsageError(
                f"two files are called {each.name}: give them names, e.g. first={each.spec}"
            )
    return named


def gather(
    named: Named, watcher: Watcher, *, limit: int | None = None, seed: int = 0, most: int = MOST
) -> Gathered:
    """Reads and measures the conversations of one file.

    Args:
        named: the file.
        watcher: told of conversations read.
        limit: reads the first so many conversations only.
        seed: of the draw among more than `most`.

    Raises:
        UsageError, SourceError: see `open_transcripts`; or there is no user turn.
    """
    opened = open_transcripts(named.spec)
    rng = np.random.default_rng(seed)
    held: list[pl.DataFrame] = []
    read, human, bound, skipped = 0, set[bool](), 1.0, dict[str, int]()
    watcher.begin(named.name, limit)
    for batch in opened.batches:
        frame = batch.frame if limit is None else batch.frame.head(limit - read)
        for reason, n in batch.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + n
        human |= set(frame["human"].drop_nulls().to_list())
        drawn = frame.with_columns(
            pl.Series(_KEY, rng.random(frame.height)),
            conversation_id=pl.format("{}", pl.int_range(read, read + frame.height)),
        ).filter(pl.col(_KEY) < bound)
        held.append(_measure(drawn))
        read += frame.height
        watcher.advance(named.name, frame.height)
        if sum(each.height for each in held) >= 2 * most:
            kept = pl.concat(held).bottom_k(most, by=_KEY)
            held, bound = [kept], float(kept[_KEY].to_numpy().max())
        if limit is not None and read >= limit:
            break
    watcher.end(named.name, f"{read:,} conversations")
    rows = pl.concat(held) if held else None
    if rows is None or rows.is_empty():
        raise SourceError(f"{named.spec}: no user turns in it: {read:,} conversations were read")
    if rows.height > most:
        rows = rows.bottom_k(most, by=_KEY)
    if len(human) > 1:
        raise SourceError(f"{named.spec}: users of both kinds, people and simulated ones, in it")
    notes = [f"{named.name}: {n:,} entries skipped: {why}" for why, n in sorted(skipped.items())]
    if read > rows.height and bound < 1:
        notes.append(f"{named.name}: {rows.height:,} of {read:,} conversations drawn at random")
    elif read > rows.height:
        notes.append(f"{named.name}: {read - rows.height:,} conversations without a user turn")
    if opened.made_up:
        notes.append(f"{named.name}: the people in it are made up")
    return _gathered(named, rows, human == {True}, read, notes)


def sample_candidate(found: Gathered) -> Sample:
    """Every conversation counts the same; tasks, people or conversations are resampled."""
    return as_sample(found.named.name, found.conversations, found.resampled, people=False)


def sample_people(found: Sequence[Gathered]) -> Sample:
    """Every person counts the same within a source, and every source the same.

    Raises:
        UsageError: a source holds simulated users.
        TooFewUsers: there are fewer than four people.
    """
    for each in found:
        if not each.human:
            raise UsageError(
                f"{each.named.spec}: its users are simulated; --people takes conversations of"
                " people. Give it as a CANDIDATE"
            )
    name = " + ".join(each.named.name for each in found)
    rows = pl.concat([each.conversations for each in found], how="diagonal")
    people = as_sample(name, rows, "user", people=True)
    if len(people.units) < 4:
        raise TooFewUsers(f"{name}: {len(people.units)} people; four or more are needed")
    return people


def _gathered(
    named: Named, rows: pl.DataFrame, human: bool, read: int, notes: list[str]
) -> Gathered:
    known: list[tuple[str, Resampled]] = [("user_id", "user"), ("task_id", "task")]
    if not human:
        known.reverse()
    column, resampled = next(
        ((c, what) for c, what in known if rows[c].null_count() < rows.height),
        ("conversation_id", "conversation"),
    )
    own = pl.format("conversation {}", "conversation_id")
    given = pl.format(f"{resampled} {{}}", column)
    unit = pl.when(pl.col(column).is_null()).then(own).otherwise(given)
    laid = rows.sort(pl.col("conversation_id").cast(pl.UInt64)).with_columns(
        source=pl.lit(named.name), unit=unit
    )
    dropped = [c for c in ("user_id", "task_id", "conversation_id", _KEY) if c in laid.columns]
    columns = [*KEYS, *(c for c in laid.columns if c not in (*KEYS, *dropped))]
    return Gathered(named, laid.select(columns), resampled, human, read, tuple(notes))


def _measure(transcripts: pl.DataFrame) -> pl.DataFrame:
    """One row a conversation that has user turns."""
    spoken = said(transcripts.drop(_KEY)).with_columns(
        user_key=pl.col("conversation_id"), domain=pl.lit(None, pl.String)
    )
    turns = user_turns(spoken)
    wide = turn_readings(turns).with_columns(
        turns.select(headline_columns()).get_columns()
    )
    values = [c for c in wide.columns if c not in ("user_key", "conversation_id", "turn")]
    pooled = (
        wide.group_by("conversation_id", maintain_order=True)
        .agg(pl.len().cast(pl.UInt32).alias("n_turns"), pl.col(values).mean())
    )
    keys = transcripts.select("conversation_id", "user_id", "task_id", _KEY)
    return keys.join(pooled, on="conversation_id", how="inner", maintain_order="left")


def renamed(sample: Sample, name: str) -> Sample:
    """The same conversations under another name."""
    return replace(sample, name=name)
