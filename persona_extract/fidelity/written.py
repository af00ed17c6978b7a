"""Readings as profiles have them in JSON, as arrays: value, spread, turns and conversations.

Nothing else reaches the scorer of identity: not the text, and not the readings of single turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from persona_extract.fidelity.ranking import Floats, Ints
from persona_extract.records.fields import DIGITS
from persona_extract.records.profile import Reading


@dataclass(frozen=True, slots=True)
class Written:
    """Readings of profiles, each array of shape (profiles, dimensions), rounded as in JSON.

    A held-out conversation is summed up in the same way, as a profile of one conversation.
    """

    value: Floats  # mean over turns; 0 where n is 0
    spread: Floats  # standard deviation over turns; 0 where n is 0
    n: Floats  # turns on which the dimension is defined; 0 if the profile has no such reading
    n_conversations: Floats

    def take(self, rows: Ints) -> Written:
        """These profiles only."""
        return Written(
            self.value[rows], self.spread[rows], self.n[rows], self.n_conversations[rows]
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What identity needs of a corpus.

    Attributes:
        held_out: each conversation by itself, shape (conversations, dimensions).
        rest: the profile of the same user from all other conversations, same shape.
        whole: everybody's profile, shape (users, dimensions).
        owner: the user number of each conversation.
    """

    held_out: Written
    rest: Written
    whole: Written
    owner: Ints


def read_profiles(profiles: Sequence[Sequence[Reading]], dimensions: Sequence[str]) -> Written:
    """The readings of profiles; `dimensions` are the columns, others are not looked at."""
    column = {name: i for i, name in enumerate(dimensions)}
    out = np.zeros((4, len(profiles), len(dimensions)))
    for row, readings in enumerate(profiles):
        for reading in readings:
            at = column.get(reading.dimension)
            if at is not None:
                said = (reading.value, reading.spread, reading.n, reading.n_conversations)
                out[:, row, at] = said
    return Written(out[0], out[1], out[2], out[3])


def leave_out(readings: pl.DataFrame, conversations: pl.DataFrame) -> LeftOut:
    """Profiles with and without each conversation, as compiling them one by one would write them.

    Args:
        readings: `READINGS`; rows of other conversations are not looked at.
        conversations: user_key and conversation_id, sorted by user.
    """
    numbered = readings.join(
        conversations.with_row_index("row"), on=["user_key", "conversation_id"]
    )
    names = numbered["dimension"].unique().sort()
    rows = numbered["row"].to_numpy()
    columns = names.search_sorted(numbered["dimension"]).to_numpy()

    def spread_out(column: str) -> Floats:
        array = np.zeros((conversations.height, len(names)))
        array[rows, columns] = numbered[column].to_numpy()
        return array

    owner = np.unique(conversations["user_key"].to_numpy(), return_inverse=True)[1]
    n, mean = spread_out("n"), spread_out("mean")
    total = n * mean
    sums = _Sums(n, total, spread_out("m2") + total * mean, (n > 0).astype(np.float64))
    users = sums.by(owner)
    return LeftOut(
        held_out=sums.write(),
        rest=users.take(owner).less(sums).write(),
        whole=users.write(),
        owner=owner.astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over turns: their number, values, squared values; and the number of conversations."""

    n: Floats
    total: Floats
    squares: Floats
    n_conversations: Floats

    def by(self, owner: Ints) -> _Sums:
        def add(array: Floats) -> Floats:
            out = np.zeros((int(owner.max()) + 1, array.shape[1]))
            np.add.at(out, owner, array)
            return out

        return _Sums(*map(add, self._parts()))

    def take(self, rows: Ints) -> _Sums:
        return _Sums(*(array[rows] for array in self._parts()))

    def less(self, other: _Sums) -> _Sums:
        pairs = zip(self._parts(), other._parts(), strict=True)
        return _Sums(*(mine - theirs for mine, theirs in pairs))

    def write(self) -> Written:
        there, n = self.n > 0.5, np.maximum(self.n, 1)
        value = np.where(there, self.total / n, 0)
        variance = np.where(there, np.maximum(self.squares / n - value**2, 0), 0)
        n_conversations = np.where(there, self.n_conversations, 0)
        return Written(
            _round(value), _round(np.sqrt(variance)), np.where(there, self.n, 0), n_conversations
        )

    def _parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.n, self.total, self.squares, self.n_conversations


def _round(values: Floats) -> Floats:
    """As profiles are rounded: numpy's own rounding differs in some last digits."""
    digits = [round(value, DIGITS) for value in values.ravel().tolist()]
    return np.array(digits, dtype=np.float64).reshape(values.shape)
