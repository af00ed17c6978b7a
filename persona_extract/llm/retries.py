"""Whether an attempt is made again, and when."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from persona_extract.errors import ModelUnavailable
from persona_extract.llm.breaker import Breaker, Patience
from persona_extract.llm.limits import Gate
from persona_extract.llm.troubles import Trouble
from persona_extract.records.models import ModelSettings

AGAIN = frozenset({"limited", "unavailable", "unreachable", "timed out", "garbled"})


class Retries:
    """The attempts of one question: exponential waits with full jitter, or what Retry-After says.

    A 429 is nobody's fault: it pauses the whole door, and does not count as long as others are
    answered meanwhile.
    """

    def __init__(
        self,
        settings: ModelSettings,
        patience: Patience,
        *,
        gate: Gate,
        breaker: Breaker,
        rng: random.Random,
        clock: Callable[[], float],
    ) -> None:
        self._most = settings.retries
        self._model = settings.model
        self._patience = patience
        self._gate = gate
        self._breaker = breaker
        self._rng = rng
        self._clock = clock
        self._failures = 0
        self._limited = 0
        self._limited_since = 0.0
        self._answered_by_then = -1

    def wait_after(self, trouble: Trouble) -> float | None:
        """Seconds until the next attempt, None if there is to be none.

        Raises:
            ModelUnavailable: nobody should ask now.
        """
        if trouble.kind not in AGAIN:
            return None
        if trouble.wait is not None and trouble.wait > self._patience.longest_asked:
            raise self._breaker.stop(self._come_back(trouble.wait))
        return self._after_limit(trouble) if trouble.kind == "limited" else self._after(trouble)

    def _after(self, trouble: Trouble) -> float | None:
        self._failures += 1
        if self._failures <= self._most:
            return self._seconds(trouble, self._failures)
        if trouble.kind == "unreachable":  # no question can be at fault for that
            raise self._breaker.stop(self._breaker.unavailable(trouble))
        return None

    def _after_limit(self, trouble: Trouble) -> float:
        if self._breaker.successes != self._answered_by_then:
            self._answered_by_then = self._breaker.successes
            self._limited, self._limited_since = 0, self._clock()
        self._limited += 1
        waited = self._clock() - self._limited_since
        if self._limited > self._most and (not self._most or waited > self._patience.longest_asked):
            raise self._breaker.stop(self._too_fast(waited))
        seconds = self._seconds(trouble, self._limited)
        self._gate.pause(seconds if trouble.wait is None else trouble.wait)
        return seconds

    def _seconds(self, trouble: Trouble, tries: int) -> float:
        patience = self._patience
        if trouble.wait is not None:  # not all at the same moment
            return trouble.wait + self._rng.uniform(0, patience.first_wait)
        longest = min(patience.longest_wait, patience.first_wait * 2 ** (tries - 1))
        return self._rng.uniform(0, longest)

    def _come_back(self, seconds: float) -> ModelUnavailable:
        when = datetime.now().astimezone() + timedelta(seconds=seconds)
        return ModelUnavailable(
            f"{self._model} asks to wait for {seconds:,.0f} seconds: give the same command again "
            f"after {when:%Y-%m-%d %H:%M %Z}"
        )

    def _too_fast(self, waited: float) -> ModelUnavailable:
        return ModelUnavailable(
            f"{self._model} has answered nothing but 429 for {waited:.0f} seconds: lower "
            "concurrency, or set requests_per_minute and tokens_per_minute of this role to your "
            "limits, then give the same command again"
        )
