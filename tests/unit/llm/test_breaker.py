"""When a door gives up, and when it does not; how long it waits between attempts."""

from __future__ import annotations

import asyncio
import random

import pytest

from persona_extract.errors import ModelRefused, ModelUnavailable
from persona_extract.llm.breaker import Breaker, Patience
from persona_extract.llm.limits import Gate
from persona_extract.llm.retries import Retries
from persona_extract.llm.troubles import Trouble
from persona_extract.records.models import ModelSettings

DOWN = Trouble("unavailable", "503", 503)
BAD = Trouble("rejected", "400", 400)
BUSY = Trouble("limited", "429", 429)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def breaker(clock: Clock, at_once: int = 8) -> Breaker:
    return Breaker("some-model", at_once, Patience(), clock)


def fail(watched: Breaker, clock: Clock, calls: list[int], seconds: float) -> None:
    for call in calls:
        clock.now += seconds / len(calls)
        watched.failed(call, DOWN, clock.now)


def test_five_different_calls_in_a_row_open_it(clock: Clock):
    watched = breaker(clock)
    with pytest.raises(ModelUnavailable, match="give the same command again"):
        fail(watched, clock, [1, 2, 3, 4, 5], seconds=20)
    with pytest.raises(ModelUnavailable):
        watched.check()


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [([1, 2, 3, 4], 600), ([1] * 50, 600), ([1, 2, 3, 4, 5, 6, 7, 8], 5)],
    ids=["four calls", "one call", "a moment"],
)
def test_less_does_not(clock: Clock, calls: list[int], seconds: float):
    fail(breaker(clock), clock, calls, seconds)


def test_an_answer_between_them_closes_it(clock: Clock):
    watched = breaker(clock)
    for call in range(50):
        fail(watched, clock, [call], seconds=20)
        if call % 4 == 3:
            watched.answered()


def test_one_at_a_time_two_calls_are_enough(clock: Clock):
    watched = breaker(clock, at_once=1)
    fail(watched, clock, [1] * 6 + [2] * 3, seconds=60)
    with pytest.raises(ModelUnavailable):
        fail(watched, clock, [2], seconds=10)


def test_time_counts_from_the_start_of_the_first_attempt(clock: Clock):
    watched = breaker(clock)
    began, clock.now = clock.now, clock.now + 120  # five hang, and time out together
    with pytest.raises(ModelUnavailable):
        for call in range(5):
            watched.failed(call, Trouble("timed out", "no answer"), began)


def test_requests_that_are_all_refused_stop_early_and_late(clock: Clock):
    early = breaker(clock)
    for call in (1, 1, 2, 3, 4):
        early.rejected(call, BAD)
    with pytest.raises(ModelRefused, match="refuses every request"):
        early.rejected(5, BAD)
    late = breaker(clock)
    late.answered()
    for call in range(24):
        late.rejected(call, BAD)
    with pytest.raises(ModelRefused):
        late.rejected(99, BAD)


def test_who_sleeps_is_woken_when_it_opens(clock: Clock):
    async def sleep() -> None:
        watched = breaker(clock)
        asyncio.get_running_loop().call_later(0.02, watched.stop, ModelUnavailable("down"))
        await watched.sleep(3600)

    with pytest.raises(ModelUnavailable, match="down"):
        asyncio.run(sleep())


def retries(clock: Clock, watched: Breaker, **settings: int) -> Retries:
    chosen = ModelSettings(model="some-model", **settings)  # type: ignore[arg-type]
    gate = Gate(chosen, clock)
    return Retries(
        chosen, Patience(), gate=gate, breaker=watched, rng=random.Random(1), clock=clock
    )


def test_waits_grow_with_full_jitter_and_end(clock: Clock):
    drawn = [
        [again.wait_after(DOWN) for _ in range(9)]
        for again in (retries(clock, breaker(clock), retries=8) for _ in range(2))
    ]
    many = [retries(clock, breaker(clock), retries=8) for _ in range(1)]
    assert many and all(waits[8] is None for waits in drawn)
    for tries, wait in enumerate(drawn[0][:8]):
        assert wait is not None and 0 <= wait <= min(60, 2**tries)


def test_retry_after_is_honoured_and_capped(clock: Clock):
    again = retries(clock, breaker(clock))
    wait = again.wait_after(Trouble("unavailable", "503", 503, wait=30))
    assert wait is not None and 30 <= wait <= 31
    with pytest.raises(ModelUnavailable, match="asks to wait for 121 seconds"):
        again.wait_after(Trouble("limited", "429", 429, wait=121))


def test_429_counts_only_while_nobody_is_answered(clock: Clock):
    watched = breaker(clock)
    again = retries(clock, watched, retries=3)
    for _ in range(200):
        clock.now += 10
        watched.answered()
        assert again.wait_after(BUSY) is not None
    with pytest.raises(ModelUnavailable, match="nothing but 429"):
        for _ in range(20):
            clock.now += 10
            again.wait_after(BUSY)


def test_no_retries_are_none(clock: Clock):
    assert retries(clock, breaker(clock), retries=0).wait_after(DOWN) is None
    assert retries(clock, breaker(clock)).wait_after(BAD) is None
    with pytest.raises(ModelUnavailable):
        retries(clock, breaker(clock), retries=0).wait_after(BUSY)
