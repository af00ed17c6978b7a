"""How many calls may be under way, and how many requests and tokens may go out in a minute."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from persona_extract.records.models import ModelSettings

_MINUTE = 60.0
_BURST = 10  # a tenth of a minute's limit may go out at once
_SLICE = 0.5  # seconds after which a waiting call looks again: tokens may have been given back

Clock = Callable[[], float]


@dataclass(slots=True)
class Taken:
    """What went out at a time (seconds of the clock)."""

    at: float
    amount: float


class Bucket:
    """A token bucket with a memory of one minute.

    The bucket keeps the flow even: a tenth of `per_minute` at once, the rest as it refills. The
    memory keeps the promise that in no 60 seconds more than `per_minute` go out, which a bucket
    alone breaks by its burst. An amount above the limit counts as the limit.
    """

    def __init__(self, per_minute: int, now: float) -> None:
        self._limit = float(per_minute)
        self._size = max(1.0, per_minute / _BURST)
        self._rate = per_minute / _MINUTE
        self._level = self._size
        self._at = now
        self._minute: deque[Taken] = deque()
        self._sum = 0.0

    def wait(self, amount: float, now: float) -> float:
        """Seconds until so much may go out."""
        self._pass(now)
        # More than the bucket holds goes out of a full bucket, and is paid back before the next.
        refilled = (min(amount, self._size) - self._level) / self._rate
        return max(0.0, refilled, self._until_forgotten(min(amount, self._limit), now))

    def take(self, amount: float, now: float) -> Taken:
        """Notes that so much goes out."""
        self._pass(now)
        taken = Taken(now, min(amount, self._limit))
        self._level -= taken.amount
        self._sum += taken.amount
        self._minute.append(taken)
        return taken

    def correct(self, taken: Taken, used: float) -> None:
        """Replaces what was taken by what was used."""
        unused = taken.amount - min(used, self._limit)
        self._level = min(self._size, self._level + unused)
        if self._minute and taken.at >= self._minute[0].at:
            self._sum -= unused
        taken.amount -= unused

    def _until_forgotten(self, amount: float, now: float) -> float:
        left = self._sum
        for taken in self._minute:
            if left + amount <= self._limit:
                break
            left -= taken.amount
            if left + amount <= self._limit:
                return taken.at + _MINUTE - now
        return 0.0

    def _pass(self, now: float) -> None:
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
        while self._minute and self._minute[0].at + _MINUTE <= now:
            self._sum -= self._minute.popleft().amount
        if not self._minute:
            self._sum = 0.0  # sums of floats drift


@dataclass
class Pass:
    """Leave for one attempt; the caller sets the tokens `used` when it knows them."""

    used: int | None = None


class Gate:
    """Lets attempts through: a number at a time, within the rates, none while it is paused."""

    def __init__(self, settings: ModelSettings, clock: Clock) -> None:
        self._clock = clock
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._turn = asyncio.Lock()
        self._paused_until = 0.0
        rpm, tpm = settings.requests_per_minute, settings.tokens_per_minute
        self._requests = Bucket(rpm, clock()) if rpm else None
        self._tokens = Bucket(tpm, clock()) if tpm else None

    def pause(self, seconds: float) -> None:
        """Nobody goes through for so long."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    @asynccontextmanager
    async def enter(self, tokens: int, check: Callable[[], None]) -> AsyncGenerator[Pass]:
        """Waits for a slot and for the rates; `check` is called while waiting and may raise."""
        async with self._slots:
            async with self._turn:  # first come, first served
                await self._wait(tokens, check)
                taken = self._take(tokens)
            leave = Pass()
            try:
                yield leave
            finally:
                if self._tokens and taken and leave.used is not None:
                    self._tokens.correct(taken, leave.used)

    async def _wait(self, tokens: int, check: Callable[[], None]) -> None:
        check()
        while (seconds := self._seconds(tokens)) > 0:
            await asyncio.sleep(min(seconds, _SLICE))
            check()

    def _take(self, tokens: int) -> Taken | None:
        now = self._clock()
        if self._requests:
            self._requests.take(1, now)
        return self._tokens.take(tokens, now) if self._tokens else None

    def _seconds(self, tokens: int) -> float:
        now = self._clock()
        return max(
            self._paused_until - now,
            self._requests.wait(1, now) if self._requests else 0.0,
            self._tokens.wait(tokens, now) if self._tokens else 0.0,
        )
