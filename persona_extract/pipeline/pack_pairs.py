"""Lays the users of two packs out as matrices, a row a user, the same rows for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.populations import Pair
from persona_extract.fidelity.samples import Floats
from persona_extract.packs.tally import held
from persona_extract.records.profile import Profile

Values = Mapping[str, Mapping[str, float]]
"""User -> column -> value."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The users of both packs in one order, and who is in which."""

    users: Sequence[str]
    in_a: Sequence[bool]
    in_b: Sequence[bool]

    def pair(self, columns: Sequence[str], a: Values, b: Values) -> Pair:
        """Values of both packs as matrices; what is not there is NaN."""
        return Pair(
            tuple(columns),
            _matrix(self.users, columns, a),
            _matrix(self.users, columns, b),
            np.array(self.in_a, dtype=np.bool_),
            np.array(self.in_b, dtype=np.bool_),
        )


def frame_users(a: Iterable[Profile], b: Iterable[Profile]) -> Frame:
    """Everybody who is in one pack or both, by user key."""
    mine, theirs = ({one.source.user_key for one in side} for side in (a, b))
    users = sorted(mine | theirs)
    return Frame(users, [u in mine for u in users], [u in theirs for u in users])


def reading_values(profiles: Iterable[Profile]) -> Values:
    """Values of the dimensions."""
    return {
        one.source.user_key: {reading.dimension: reading.value for reading in one.readings}
        for one in profiles
    }


def entries_held(profiles: Iterable[Profile], kind: str, ids: Sequence[str]) -> Values:
    """1 where a user holds an entry of the catalogue, else 0; "" is held by who holds none."""
    found: dict[str, dict[str, float]] = {}
    for profile in profiles:
        mine = {one for what, one, _ in held(profile) if what == kind} or {""}
        found[profile.source.user_key] = {one: float(one in mine) for one in ids}
    return found


def _matrix(users: Sequence[str], columns: Sequence[str], values: Values) -> Floats:
    missing = float("nan")
    rows = [
        [own.get(name, missing) for name in columns]
        if (own := values.get(user)) is not None
        else [missing] * len(columns)
        for user in users
    ]
    return np.array(rows, dtype=np.float64).reshape(len(users), len(columns))
