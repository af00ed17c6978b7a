"""Intervals over users."""

from __future__ import annotations

import numpy as np

from persona_extract.fidelity.resampling import draw_users


def test_the_interval_covers_the_mean_and_narrows_with_users() -> None:
    rng = np.random.default_rng(0)
    widths: list[float] = []
    for n in (20, 200):
        found = draw_users(n, seed=1).interval(rng.normal(size=n))
        assert found.low < found.value < found.high
        widths.append(found.high - found.low)
    assert widths[0] > 2 * widths[1]


def test_users_without_a_value_do_not_count() -> None:
    found = draw_users(4, seed=0).interval(np.array([1.0, np.nan, 1.0, np.nan]))
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_differences_are_paired() -> None:
    draws = draw_users(50, seed=0)
    values = np.random.default_rng(2).normal(size=50)
    shifted = draws.interval((values - 0.25) - values)
    assert (shifted.low, shifted.high) == (-0.25, -0.25)
