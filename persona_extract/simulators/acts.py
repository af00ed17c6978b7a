"""What an assistant's message does, told by the very rules by which reactions are measured."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from persona_extract.dimensions._acts import ASKED, ERRED, LONG, REFUSED
from persona_extract.records.policy import Act

_RULES: dict[Act, pl.Expr] = {
    "question": ASKED,
    "error": ERRED,
    "refusal": REFUSED,
    "long answer": LONG,
}


def acts_of(message: str) -> frozenset[Act]:
    """Asks, errs, refuses, answers at length: any of these, or none."""
    return acts_of_all([message])[0]


def acts_of_all(messages: Sequence[str]) -> list[frozenset[Act]]:
    """`acts_of` each message, in order; many at once cost less than one by one."""
    heard = pl.DataFrame({"assistant_before": messages}, schema={"assistant_before": pl.String})
    found = heard.select(rule.alias(act) for act, rule in _RULES.items())
    return [
        frozenset(act for act, shown in zip(_RULES, row, strict=True) if shown)
        for row in found.iter_rows()
    ]
