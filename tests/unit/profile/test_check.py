from __future__ import annotations

import polars as pl

from persona_extract.profile.check import CheckOutcome, run_checks
from persona_extract.records.directives import Check

READINGS = pl.DataFrame({"a": [1.0, 0.0, None, 1.0], "b": [None, None, None, 4.0]})


def check(dimension: str, operator: str, threshold: float, min_turns: int = 1) -> Check:
    return Check.model_validate(
        {
            "dimension": dimension,
            "operator": operator,
            "threshold": threshold,
            "min_turns": min_turns,
        }
    )


def test_checks_are_run_on_the_mean_of_the_turns_that_define_them() -> None:
    found = run_checks(
        [check("a", ">=", 0.6), check("b", "<=", 3.0), check("a", "<=", 0.6)], READINGS
    )
    assert found == [
        CheckOutcome(2 / 3, 3, True),
        CheckOutcome(4.0, 1, False),
        CheckOutcome(2 / 3, 3, False),
    ]


def test_too_few_turns_tell_nothing() -> None:
    assert run_checks([check("b", ">=", 1.0, min_turns=2)], READINGS)[0].followed is None
    assert run_checks([check("b", ">=", 1.0)], READINGS.head(2)) == [CheckOutcome(None, 0, None)]


def test_no_checks() -> None:
    assert run_checks([], READINGS) == []
