"""When a door gives up: the provider is down, does not let us in, or refuses everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from persona_extract.errors import ModelRefused, ModelUnavailable, PersonaExtractError
from persona_extract.llm.troubles import Trouble


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a door puts up with trouble.

    Attributes:
        first_wait: seconds; the n-th retry waits up to 2^n times as long, drawn evenly from 0.
        longest_wait: seconds that such a wait is at the most.
        longest_asked: seconds of Retry-After above which the run stops.
        calls: different calls that fail in a row before the provider is taken for down; where fewer
            are under way at a time, all of them (2 at least) with twice as many attempts.
        grace: seconds that it must have failed for (a server that restarts is not down).
        rejections: different calls in a row that are refused as requests, before any was answered.
        late_rejections: the same, once some were answered.
    """

    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked: float = 120.0
    calls: int = 5
    grace: float = 10.0
    rejections: int = 5
    late_rejections: int = 25


class Breaker:
    """Watches the attempts of one door. Once open it stays open: the next run tries again."""

    def __init__(
        self, model: str, at_once: int, patience: Patience, clock: Callable[[], float]
    ) -> None:
        self.successes = 0
        self._model = model
        self._at_once = max(2, at_once)
        self._patience = patience
        self._clock = clock
        self._failing: set[int] = set()
        self._failures = 0
        self._since: float | None = None
        self._rejected: set[int] = set()
        self._error: PersonaExtractError | None = None
        self._opened = asyncio.Event()

    def check(self) -> None:
        """Raises what the door was closed with.

        Raises:
            ModelUnavailable: the provider is down.
            ModelRefused: it does not let us in.
        """
        if self._error is not None:
            raise type(self._error)(*self._error.args)

    async def sleep(self, seconds: float) -> None:
        """Waits, but no longer than the door is open; then `check`."""
        try:
            async with asyncio.timeout(seconds):
                await self._opened.wait()
        except TimeoutError:
            pass
        self.check()

    def stop(self, error: PersonaExtractError) -> PersonaExtractError:
        """Lets nobody through from now on; gives the error back to be raised."""
        self._error = self._error or error
        self._opened.set()
        return error

    def answered(self) -> None:
        """A response came: the provider is there, and takes our requests."""
        self.successes += 1
        self.reached()
        self._rejected.clear()

    def reached(self) -> None:
        """The provider said something of its own, were it a refusal."""
        self._failing.clear()
        self._failures = 0
        self._since = None

    def failed(self, call: int, trouble: Trouble, began: float) -> None:
        """An attempt of a call failed through no fault of the call."""
        self._since = began if self._since is None else min(self._since, began)
        self._failing.add(call)
        self._failures += 1
        if self._clock() - self._since >= self._patience.grace and self._is_down():
            self.stop(self.unavailable(trouble))
        self.check()

    def rejected(self, call: int, trouble: Trouble, *, entry: ModelRefused | None = None) -> None:
        """A call was refused as a request: if all are, for `entry` or for wrong settings."""
        self._rejected.add(call)
        late = self.successes and entry is None
        most = self._patience.late_rejections if late else self._patience.rejections
        if len(self._rejected) >= most:
            self.stop(entry or self._refuses_all(trouble))
            self.check()

    def _is_down(self) -> bool:
        different, enough = len(self._failing), self._patience.calls
        all_of_them = different >= self._at_once and self._failures >= 2 * enough
        return different >= enough or all_of_them

    def _refuses_all(self, trouble: Trouble) -> ModelRefused:
        return ModelRefused(
            f"{self._model} refuses every request ({trouble.detail}): compare the settings of this "
            "role with what the model takes, e.g. temperature, seed, max_tokens, structured"
        )

    def unavailable(self, trouble: Trouble) -> ModelUnavailable:
        """The error that says the provider is down."""
        return ModelUnavailable(
            f"{self._model} does not answer ({trouble.detail}): see whether the provider or server "
            "is up and base_url is right, then give the same command again"
        )
