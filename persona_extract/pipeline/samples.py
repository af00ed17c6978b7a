"""Recorded conversations -> samples for the meters: read, measured and drawn from in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from persona_extract.records.tables import TRANSCRIPTS, empty

MOST = 20_000
"""Conversations of one file that are measured; of more, so many are drawn at random, evenly. What
is kept in memory does not grow with the file."""

_KEY = "draw"
_NOTHING = empty(TRANSCRIPTS).with_columns(pl.lit(0.0).alias(_KEY))


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
    drawn = _Draw(np.random.default_rng(seed), most)
    human, skipped = set[bool](), dict[str, int]()
    watcher.begin(named.name, limit)
    for batch in opened.batches:
        frame = batch.frame if limit is None else batch.frame.head(limit - drawn.seen)
        for reason, n in batch.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + n
        human |= set(frame["human"].drop_nulls().to_list())
        drawn.add(frame)
        watcher.advance(named.name, frame.height)
        if limit is not None and drawn.seen >= limit:
            break
    watcher.end(named.name, f"{drawn.seen:,} conversations")
    rows = drawn.rows()
    if rows.is_empty():
        raise SourceError(f"{named.spec}: no user turns in it: {drawn.seen:,} conversations read")
    if len(human) > 1:
        raise SourceError(f"{named.spec}: users of both kinds, people and simulated ones, in it")
    notes = [f"{named.name}: {n:,} entries skipped: {why}" for why, n in sorted(skipped.items())]
    notes += drawn.notes(named.name)
    if opened.made_up:
        notes.append(f"{named.name}: the people in it are made up")
    return _gathered(named, rows, human == {True}, drawn.seen, notes)


@dataclass(slots=True)
class _Draw:
    """At most `most` conversations, drawn evenly from all that come along: those with the least
    random numbers. What is not drawn is not measured."""

    rng: np.random.Generator
    most: int
    seen: int = 0
    bound: float = 1.0
    _held: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def add(self, frame: pl.DataFrame) -> None:
        """Measures those of the conversations that are drawn for now."""
        drawn = frame.with_columns(
            pl.Series(_KEY, self.rng.random(frame.height), pl.Float64),
            conversation_id=pl.int_range(self.seen, self.seen + frame.height).cast(pl.String),
        ).filter(pl.col(_KEY) < self.bound)
        self.seen += frame.height
        self._held.append(_measure(drawn))
        if sum(each.height for each in self._held) >= 2 * self.most:
            self._held = [self.rows()]
            self.bound = float(self._held[0][_KEY].to_numpy().max())

    def rows(self) -> pl.DataFrame:
        """The drawn ones."""
        held = pl.concat(self._held) if self._held else _measure(_NOTHING)
        return held.bottom_k(self.most, by=_KEY) if held.height > self.most else held

    def notes(self, name: str) -> list[str]:
        """What became of the others."""
        missing = self.seen - self.rows().height
        if self.bound < 1 and missing:
            return [f"{name}: {self.most:,} of {self.seen:,} conversations, drawn at random"]
        return [f"{name}: {missing:,} conversations have no user turn"] if missing else []


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
    column, resampled = _unit_of(rows, human)
    own = pl.format("conversation {}", "conversation_id")
    given = pl.format(f"{resampled} {{}}", column)
    unit = pl.when(pl.col(column).is_null()).then(own).otherwise(given)
    laid = rows.sort(pl.col("conversation_id").cast(pl.UInt64)).with_columns(
        source=pl.lit(named.name), unit=unit
    )
    dropped = [c for c in ("user_id", "task_id", "conversation_id", _KEY) if c in laid.columns]
    columns = [*KEYS, *(c for c in laid.columns if c not in (*KEYS, *dropped))]
    return Gathered(named, laid.select(columns), resampled, human, read, tuple(notes))


def _unit_of(rows: pl.DataFrame, human: bool) -> tuple[str, Resampled]:
    """Column that names what is resampled: people by themselves, simulations by task."""
    user: tuple[str, Resampled] = ("user_id", "user")
    task: tuple[str, Resampled] = ("task_id", "task")
    for column, resampled in (user, task) if human else (task, user):
        if rows[column].null_count() < rows.height:
            return column, resampled
    return "conversation_id", "conversation"


def _measure(transcripts: pl.DataFrame) -> pl.DataFrame:
    """One row a conversation that has user turns."""
    spoken = said(transcripts.drop(_KEY)).with_columns(
        user_key=pl.col("conversation_id"), domain=pl.lit(None, pl.String)
    )
    turns = user_turns(spoken)
    wide = turn_readings(turns).with_columns(turns.select(headline_columns()).get_columns())
    values = [c for c in wide.columns if c not in ("user_key", "conversation_id", "turn")]
    pooled = wide.group_by("conversation_id", maintain_order=True).agg(
        pl.len().cast(pl.UInt32).alias("n_turns"), pl.col(values).mean()
    )
    keys = transcripts.select("conversation_id", "user_id", "task_id", _KEY)
    return keys.join(pooled, on="conversation_id", how="inner", maintain_order="left")
