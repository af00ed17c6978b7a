"""Precision, recall and agreement against counts done by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.fidelity.validity import MIN_PREDICTED, kappa, validity, wilson

Turn = tuple[float | None, bool, float, int]


def turns(*rows: Turn) -> pl.DataFrame:
    schema = {"value": pl.Float64, "labelled": pl.Boolean, "weight": pl.Float64, "sample": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_turns_count_by_what_they_stand_for() -> None:
    found = validity(
        turns((1.0, True, 9.0, 1), (1.0, False, 1.0, 1), (0.0, True, 3.0, 1), (0.0, False, 50.0, 1))
    )
    assert found.precision == pytest.approx(0.9)
    assert found.recall == pytest.approx(0.75)
    assert (found.n_predicted, found.n_labelled) == (2, 2)


def test_turns_on_which_the_dimension_is_not_defined_do_not_count() -> None:
    found = validity(turns((1.0, True, 1.0, 1), (None, True, 8.0, 1), (None, False, 8.0, 1)))
    assert (found.precision, found.recall, found.n_labelled) == (1.0, 1.0, 1)


def test_half_a_reading_predicts() -> None:
    assert validity(turns((0.5, True, 1.0, 1))).n_predicted == 1
    assert validity(turns((0.49, True, 1.0, 1))).n_predicted == 0


def test_precision_is_that_of_turns_never_looked_at_if_there_are_enough() -> None:
    seen: list[Turn] = [(1.0, True, 1.0, 1)] * 30
    fresh: list[Turn] = [(1.0, False, 1.0, 2)] * MIN_PREDICTED
    enough = validity(turns(*seen, *fresh))
    assert (enough.precision, enough.n_predicted) == (0.0, MIN_PREDICTED)
    assert enough.recall == 1.0
    too_few = validity(turns(*seen, *fresh[1:]))
    assert too_few.n_predicted == 30 + MIN_PREDICTED - 1
    assert too_few.precision == pytest.approx(30 / 39)


def test_what_is_never_found_or_never_there_has_no_figure() -> None:
    nothing = validity(turns((0.0, False, 1.0, 1)))
    assert (nothing.precision, nothing.precision_low, nothing.recall) == (None, None, None)
    assert validity(turns()).n_predicted == 0


def test_uneven_weights_widen_the_interval() -> None:
    """One turn that stands for a hundred is worth little more than one turn."""
    even = validity(turns(*[(1.0, True, 1.0, 1)] * 20))
    uneven = validity(turns(*[(1.0, True, 1.0, 1)] * 19, (1.0, True, 100.0, 1)))
    assert even.precision_low == pytest.approx(0.8389, abs=1e-4)  # Wilson, 20 of 20
    assert uneven.precision_low is not None and uneven.precision_low < 0.35


def test_wilson_of_textbook_cases() -> None:
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


@given(st.floats(0, 1), st.floats(1, 1e6))
def test_wilson_holds_the_share(share: float, n: float) -> None:
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1


def test_kappa_of_a_textbook_table() -> None:
    """20 both, 5 only the first, 10 only the second, 15 neither: (0.7 - 0.5) / (1 - 0.5)."""
    first = pl.Series([True] * 25 + [False] * 25)
    second = pl.Series([True] * 20 + [False] * 5 + [True] * 10 + [False] * 15)
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(first, first) == pytest.approx(1.0)
    assert kappa(pl.Series([False] * 5), pl.Series([False] * 5)) is None
    assert kappa(pl.Series([], dtype=pl.Boolean), pl.Series([], dtype=pl.Boolean)) is None
