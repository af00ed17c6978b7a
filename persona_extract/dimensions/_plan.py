"""The order in which shared parts of the dimensions' expressions are computed, each of them once.

Polars shares equal sub-expressions of one select, but not within those that it shares, so the
cleaning of text would run some thirty times over. The shared parts are therefore computed stage by
stage, and stand as columns in the expressions of later stages. They are found by their serialised
form, which is only ever read back by the process that wrote it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import polars as pl

Stage = list[pl.Expr]


def lay_out(wanted: dict[str, pl.Expr], shared: Sequence[tuple[str, pl.Expr]]) -> list[Stage]:
    """Stages of named expressions, a last one for what is wanted. A shared part stands in the first
    stage after those that it refers to: what stands in one stage is computed side by side.

    Args:
        wanted: expressions by name.
        shared: name and expression of the shared parts, inner ones before those built on them.
    """
    written: list[tuple[str, str]] = []
    stage_of: dict[str, int] = {}
    stages: list[Stage] = []
    for name, expr in shared:
        part = _refer(expr, written)
        roots = (stage_of[root] for root in part.meta.root_names() if root in stage_of)
        stage_of[name] = 1 + max(roots, default=-1)
        if stage_of[name] == len(stages):
            stages.append([])
        stages[stage_of[name]].append(part.alias(name))
        written.insert(0, (_write(expr), _write(pl.col(name))))
    return [*stages, [_refer(expr, written).alias(name) for name, expr in wanted.items()]]


def _refer(expr: pl.Expr, written: list[tuple[str, str]]) -> pl.Expr:
    text = _write(expr)
    for part, column in written:
        text = text.replace(part, column)
    return pl.Expr.deserialize(io.StringIO(text), format="json")


def _write(expr: pl.Expr) -> str:
    return expr.meta.serialize(format="json")
