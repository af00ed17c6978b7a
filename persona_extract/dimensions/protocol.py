"""A dimension is one object with three uses: it measures people, measures simulations, and
instructs simulators. One file a group, so that the three cannot drift apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

Side = Literal["low", "high"]

Where = Literal["every turn", "openings", "follow-ups", "last turn"]

Enact = Callable[[str, float, np.random.Generator], str]
"""(neutral turn, the user's value of the dimension, randomness) -> the turn worded that way."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of behaviour.

    Attributes:
        name: unique snake-case id, used in tables and in profile JSON.
        group: name of the file it lives in.
        definition: one sentence that a stranger can apply by hand.
        source: paper or word list that it rests on; empty if it is plain counting.
        unit: what one unit of the value is, e.g. "share of turns".
        expr: polars expression over `records.tables.TURNS`: the value of one turn, read from its
            row or, with `.over("conversation_id", order_by="turn")`, from its conversation;
            null where the dimension is not defined (e.g. on openings). Float64.
        directives: an instruction to a simulator for the low and for the high side; a side
            without an instruction is never made into a directive. `{value}` may stand for the
            rounded value (shares as per cent).
        enact: how a model-free simulator words a turn so; None if the dimension is not
            a matter of wording (the agenda handles it or nothing does).
        where: the turns on which the dimension can be defined at all; a simulator enacts it
            nowhere else.
        formal: +1 if a higher value is more formal, -1 if less, 0 if neither.
        examples: a made-up turn for the low and the high side, told apart by `expr`. Lines that
            start with "> " are the assistant's; text between them is one user turn each; the
            last user turn is the one that shows it.
        label: name of the hand-given label (`benchmarks/labels/README.md`) that it is held
            against, or several of which one is enough, or "not" and those of which none may be
            there; empty if it counts marks and words and reads no meaning.
    """

    name: str
    group: str
    definition: str
    unit: str
    expr: pl.Expr
    directives: Mapping[Side, str]
    source: str = ""
    enact: Enact | None = field(default=None, compare=False)
    where: Where = "every turn"
    formal: Literal[-1, 0, 1] = 0
    examples: Mapping[Side, str] = field(default_factory=dict[Side, str], compare=False)
    label: str = ""
