"""On what a kind of people stands out, and where that stands on the map of users."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from persona_extract.dimensions.protocol import Side
from persona_extract.records.catalogue import Mark
from persona_extract.records.tables import Schema, conform
from persona_extract.traits.mark_words import words_of
from persona_extract.traits.space import Floats, Ints
from persona_extract.traits.user_vectors import Axis, UserVectors

PLACES: Schema = {
    "kind": pl.String(),  # "trait", "move" or "dimension"
    "name": pl.String(),  # id of the trait or move, name of the dimension
    "label": pl.String(),
    "x": pl.Float64(),
    "y": pl.Float64(),
}
"""Where traits, moves and what marks archetypes stand on the map of users."""

_LEAST_MARK = 0.4  # mean z
_ERRORS = 2.0  # standard errors that a mark must be away from 0
_MARKS = 8
_SYNONYMS = 0.7  # correlation between users
_DECIMALS = 4


def find_marks(vectors: UserVectors, groups: Ints) -> list[list[Mark]]:
    """The marks of each group: on what its users stand out most, the strongest first, at most
    eight, and none that is correlated with a stronger one by 0.7 or more.

    Args:
        vectors: all users.
        groups: (n,), 0 to k - 1; -1 is none.
    """
    alike = _correlations(vectors.matrix)
    return [
        _marks(vectors.axes, vectors.matrix[groups == at], alike)
        for at in range(int(groups.max(initial=-1)) + 1)
    ]


def place_marks(
    vectors: UserVectors, marks: Sequence[Sequence[Mark]], plane: Floats, k_users: int
) -> pl.DataFrame:
    """Traits, moves and the dimensions among the marks (`PLACES`), each at the mean of the users
    who stand out on it, who count as far as they do; none on which fewer than `k_users` do."""
    sides: dict[tuple[str, str], Side] = {}
    for mark in (mark for one in marks for mark in one):
        sides.setdefault((mark.kind, mark.name), mark.side)
    rows: list[tuple[str, str, str, float, float]] = []
    for at, axis in enumerate(vectors.axes):
        side = sides.get((axis.kind, axis.name)) if axis.kind == "dimension" else "high"
        if side is None:
            continue
        pull = np.clip(vectors.matrix[:, at] * (1 if side == "high" else -1), 0.0, None)
        if (pull > 0).sum() >= k_users:
            x, y = (round(float(at), _DECIMALS) + 0.0 for at in pull @ plane / pull.sum())
            rows.append((axis.kind, axis.name, _label(axis, side), x, y))
    return conform(pl.DataFrame(rows, schema=PLACES, orient="row"), PLACES)


def _marks(axes: Sequence[Axis], z: Floats, alike: Floats) -> list[Mark]:
    means = [round(float(mean), _DECIMALS) for mean in z.mean(axis=0)]
    errors = [float(spread) / len(z) ** 0.5 for spread in z.std(axis=0)]
    chosen: list[int] = []
    for at in sorted(range(len(means)), key=lambda at: (-abs(means[at]), at)):
        clear = abs(means[at]) >= max(_LEAST_MARK, _ERRORS * errors[at])
        if clear and len(chosen) < _MARKS and not any(alike[at, c] >= _SYNONYMS for c in chosen):
            chosen.append(at)
    return [
        Mark(
            kind=axes[at].kind,
            name=axes[at].name,
            side="high" if means[at] > 0 else "low",
            z=means[at],
        )
        for at in chosen
    ]


def _correlations(matrix: Floats) -> Floats:
    """Absolute correlations between columns; 0 with a column on which nobody differs."""
    centred = matrix - matrix.mean(axis=0) if len(matrix) else matrix
    sizes = np.linalg.norm(centred, axis=0)
    scaled = centred / np.where(sizes > 1e-9, sizes, 1.0)
    return np.asarray(np.abs(scaled.T @ scaled), dtype=np.float64)


def _label(axis: Axis, side: Side) -> str:
    """Words for a mark; moves and traits are named later."""
    if axis.kind != "dimension":
        return axis.name
    plain = axis.name.replace("_", " ")
    return words_of(axis.name, side) or (f"little {plain}" if side == "low" else plain)
