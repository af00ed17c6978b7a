"""Rates and numbers of calls hold, whatever comes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.llm.limits import Bucket, Gate
from persona_extract.records.models import ModelSettings

AMOUNTS = st.lists(
    st.tuples(
        st.floats(0, 30),  # seconds until the next one asks
        st.floats(1, 3000),  # reserved
        st.floats(0, 1),  # part of it that is used
        st.booleans(),  # whether that becomes known at once
    ),
    max_size=60,
)


@given(AMOUNTS, st.integers(1, 5000))
def test_no_minute_exceeds_the_limit(asks: list[tuple[float, float, float, bool]], limit: int):
    now = 0.0
    bucket = Bucket(limit, now)
    went: list[tuple[float, float]] = []
    for pause, reserved, part, known in asks:
        now += pause
        waits = 0
        while (seconds := bucket.wait(reserved, now)) > 1e-9:
            now += seconds
            waits += 1
            assert waits < 10, "a wait that was kept must be enough"
        taken = bucket.take(reserved, now)
        used = min(reserved, limit) * (part if known else 1)
        if known:
            bucket.correct(taken, used)
        went.append((now, used))
    for start, _ in went:
        assert sum(used for at, used in went if start <= at < start + 60 - 1e-6) <= limit + 1e-3


@given(st.integers(1, 100_000))
def test_the_rate_is_used_up(limit: int):
    bucket, now, number = Bucket(limit, 0.0), 0.0, 0
    while now < 120 and number < 400:
        now += bucket.wait(1, now)
        bucket.take(1, now)
        number += 1
    assert number == 400 or number >= 2 * limit


def test_the_flow_is_even():
    bucket, now = Bucket(60, 0.0), 0.0
    times: list[float] = []
    for _ in range(60):
        now += bucket.wait(1, now)
        bucket.take(1, now)
        times.append(now)
    assert times[5] == 0 and times[6] == pytest.approx(1) and times[30] == pytest.approx(25)


def test_more_was_used_than_was_reserved():
    bucket = Bucket(600, 0.0)
    bucket.correct(bucket.take(10, 0.0), 60)
    assert bucket.wait(10, 0.0) == pytest.approx(1)


def test_a_correction_after_its_minute_changes_little():
    bucket = Bucket(100, 0.0)
    taken = bucket.take(10, 0.0)
    assert bucket.wait(10, 61.0) == 0
    bucket.correct(taken, 0)
    bucket.take(10, 61.0)
    assert bucket.wait(10, 61.0) == pytest.approx(6)


def test_a_gate_gives_back_what_was_not_used():
    async def both() -> float:
        loop = asyncio.get_running_loop()
        gate = Gate(ModelSettings(tokens_per_minute=60_000), loop.time)
        async with gate.enter(60_000, lambda: None) as leave:
            leave.used = 10
        before = loop.time()
        async with gate.enter(100, lambda: None):
            return loop.time() - before

    assert asyncio.run(both()) < 0.5


def test_who_waits_at_a_paused_gate_is_told_that_it_closes():
    class Closed(Exception):
        pass

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        gate = Gate(ModelSettings(), loop.time)
        gate.pause(3600)
        until = loop.time() + 0.1

        def check() -> None:
            if loop.time() > until:
                raise Closed

        async with gate.enter(1, check):
            raise AssertionError("nobody goes through a paused gate")

    with pytest.raises(Closed):
        asyncio.run(wait())
