from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.records.results import ArmContrast, Interval
from persona_extract.report.words import (
    area,
    attribution_sentence,
    contrast_sentence,
    identity_sentence,
    interval,
    level,
    number,
    part,
    percent,
    percents,
)
from tests.unit.report.sample import empty_results, sample_results


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (-0.001, "0.00"),
        (-0.34, "−0.34"),
        (12.34, "12.3"),
        (98765.4, "98,765"),
        (float("nan"), "–"),
    ],
)
def test_numbers_are_short_and_never_nan(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100%"),
        (0.99964, ">99.9%"),
        (0.9962, "99.6%"),
        (0.978, "98%"),
        (0.0004, "<0.1%"),
        (0.0006, "0.1%"),
        (float("nan"), "–"),
    ],
)
def test_only_the_whole_is_a_hundred_per_cent(share: float, text: str) -> None:
    assert percent(share) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_no_part_is_shown_as_all_or_nothing(share: float) -> None:
    shown = [percent(share), *percents((share, 0.5)), area(share)]
    assert not {"0%", "100%", "0.0%", "100.0%", "0.000", "1.000"} & set(shown)


def test_shares_of_one_sentence_have_the_same_decimals() -> None:
    assert percents((0.99964, 0.99903, 1.0)) == ["99.96%", "99.90%", "100%"]
    assert percents((0.8, 0.042)) == ["80%", "4%"]


def test_intervals_have_the_same_decimals_whatever_their_size() -> None:
    texts = [interval(Interval(value=x, low=x - 0.01, high=x)) for x in (0.05, 1.5)]
    assert texts == ["0.050 [0.040, 0.050]", "1.500 [1.490, 1.500]"]


def test_shares_are_per_cent_and_small_ones_keep_a_decimal() -> None:
    assert (percent(0.5), percent(0.042), percent(0.0)) == ("50%", "4.2%", "0%")
    assert level(0.25, "share of turns") == "25%"
    assert level(0.25, "words") == "0.25"
    assert part(1, 0) == "–"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.4, -0.1, "nearer to the real person with grounded than with plain"),
        (0.1, 0.4, "further from the real person with grounded than with plain"),
        (-0.4, 0.1, "includes zero: no difference is shown"),
        (-0.4, 0.0, "includes zero: no difference is shown"),
    ],
)
def test_a_contrast_claims_no_more_than_its_interval(low: float, high: float, said: str) -> None:
    found = Interval(value=(low + high) / 2, low=low, high=high)
    contrast = ArmContrast(arm="grounded", against="plain", distance=found, attribution=found)
    assert said in contrast_sentence(contrast)


def test_attribution_is_read_the_other_way_round() -> None:
    up = Interval(value=0.1, low=0.05, high=0.2)
    contrast = ArmContrast(arm="grounded", against="plain", distance=up, attribution=up)
    assert "found more often with grounded than with plain" in attribution_sentence(contrast)


def test_identity_says_whether_intervals_overlap() -> None:
    results = sample_results(30)
    assert "the two intervals do not overlap" in identity_sentence(results)
    assert results.identity is not None
    near = results.identity.model_copy(update={"auc": 0.64, "auc_low": 0.6, "auc_high": 0.7})
    said = identity_sentence(results.model_copy(update={"identity": near}))
    assert "not above the better text baseline" in said
    assert "the two intervals overlap" in said


def test_identity_that_was_not_measured_says_why() -> None:
    assert identity_sentence(empty_results()) == "Fewer than two users have two conversations."
