"""One side of a comparison: its conversations' features beside their tasks, people and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import polars as pl

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.usi.features import usi_features
from persona_extract.fidelity.usi.intervals import Batch, Ints
from persona_extract.fidelity.usi.outcomes import Success
from persona_extract.fidelity.usi.scores import Answers, scored_features, task_key
from persona_extract.fidelity.usi.variant import USI, Variant

FEWEST = 2
_SUCCESS = 1 - 1e-6  # rewards that were multiplied up to 1

Surveys = Mapping[str, Answers]
"""Task key -> survey field -> answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """People, or one candidate.

    Attributes:
        name: what tables and plots call it.
        rows: one row a conversation with a user turn: the features, `n_turns`, and the columns of
            `records.tables.TRANSCRIPTS` but the messages; `task` is the key of a task that means
            the same in every file, null else.
        n_skipped: conversations without a user turn.
    """

    name: str
    rows: pl.DataFrame
    n_skipped: int

    @property
    def human(self) -> bool:
        """Whether people wrote all of it."""
        return bool(self.rows["human"].all())

    @property
    def variant(self) -> str:
        """Name of the variant of the index that the features belong to."""
        return str(self.rows["variant"][0])


def feature_rows(transcripts: pl.DataFrame, variant: Variant = USI) -> pl.DataFrame:
    """Rows of `Side` from transcripts (`records.tables.TRANSCRIPTS`), in their order; ids may
    repeat. Conversations without a user turn are missing."""
    numbered = transcripts.with_row_index("row").with_columns(pl.col("row").cast(pl.String))
    counted = numbered.drop("row").with_columns(conversation_id=numbered["row"])
    features = usi_features(counted, variant).select(
        pl.col("conversation_id").alias("row"), *scored_features(), "n_turns", "variant"
    )
    rows = numbered.drop("messages").join(features, on="row", how="inner", maintain_order="left")
    return rows.drop("row").with_columns(_task())


def make_side(name: str, rows: pl.DataFrame, n_skipped: int) -> Side:
    """A side that can be scored.

    Raises:
        TooFewUsers: fewer than two conversations have a user turn.
    """
    if rows.height < FEWEST:
        raise TooFewUsers(
            f"{name}: conversations with a user turn: {rows.height}, without: {n_skipped}; a"
            f" comparison needs at least {FEWEST} with one. Give a file with more conversations"
        )
    return Side(name, rows, n_skipped)


def batches(side: Side) -> list[Side]:
    """The human batches or simulator runs of a side, by their names."""
    parts = side.rows.partition_by("batch", as_dict=True, maintain_order=True)
    return [
        Side(side.name, parts[key], 0) for key in sorted(parts, key=lambda key: str(key[0] or ""))
    ]


def batch(side: Side) -> Batch:
    """Features and the units that a bootstrap draws: users that are known, else conversations."""
    values = side.rows.select(scored_features()).to_numpy().astype(np.float64)
    return Batch(values, _codes(_person(side.rows)))


def draws_users(side: Side) -> bool:
    """Whether some known user has several conversations."""
    known = side.rows["user_id"].drop_nulls()
    return known.n_unique() < len(known)


def runs(side: Side) -> list[Success]:
    """Success by task, one mapping a trial; tasks without a reward do not count."""
    told = side.rows.filter(pl.col("reward").is_not_null() & pl.col("task").is_not_null())
    parts = told.partition_by("trial", maintain_order=True)
    return [
        dict(zip(part["task"], (part["reward"] >= _SUCCESS).cast(pl.Int64), strict=True))
        for part in parts
    ]


def surveys(side: Side) -> Surveys:
    """Answers by task, in the order of the instance ids; the first of several trials."""
    told = side.rows.filter(pl.col("survey").is_not_null() & pl.col("task").is_not_null())
    told = told.sort("conversation_id").unique("task", keep="first", maintain_order=True)
    return {
        task: {entry["field"]: entry["answer"] for entry in given}
        for task, given in zip(told["task"], told["survey"].to_list(), strict=True)
    }


Grouped = Literal["task", "user", "conversation"]


def grouped(reference: Side, candidate: Side, fewest: int) -> tuple[Grouped, pl.DataFrame, Ints]:
    """What must not be torn apart when the sides are told apart: kind, rows, group of each row.

    By task where both sides share at least `fewest` of them (other tasks are left out: what they
    are about would give the side away), else by user where users are known, else by conversation.
    The rows have a column `side`, 0 for the reference.
    """
    rows = pl.concat([reference.rows.with_columns(side=0), candidate.rows.with_columns(side=1)])
    shared = reference.rows.join(candidate.rows, on="task", how="semi")["task"].drop_nulls()
    if shared.n_unique() >= fewest:
        rows = rows.filter(pl.col("task").is_in(shared.unique().to_list()))
        return "task", rows, _codes(rows["task"])
    known = draws_users(reference) or draws_users(candidate)
    return ("user" if known else "conversation"), rows, _codes(_person(rows))


def _task() -> pl.Expr:
    """A number alone names a task only within its own file."""
    task = pl.col("task_id").map_elements(task_key, return_dtype=pl.String)
    return pl.when(~pl.col("task_id").str.contains(r"^\d+$")).then(task).alias("task")


def _person(rows: pl.DataFrame) -> pl.Series:
    """The user, or the conversation where no user is known; the two cannot be mistaken."""
    user, conversation = pl.col("user_id"), pl.col("conversation_id")
    return rows.select(
        pl.when(user.is_not_null())
        .then(pl.format("u {}", user))
        .otherwise(pl.format("c {}", conversation))
        .alias("person")
    )["person"]


def _codes(names: pl.Series) -> Ints:
    return cast(Ints, np.unique(names.to_numpy(), return_inverse=True)[1]).astype(np.int64)
