"""Many calls through one door, from code that is not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import Generic

from persona_extract.errors import BudgetSpent, ModelRefused, ModelUnavailable, PersonaExtractError
from persona_extract.llm._loop import door_loop
from persona_extract.llm.door import Door
from persona_extract.llm.questions import call_key
from persona_extract.records.calls import Answer, Answered, Call, Failed

_STOPS = (ModelUnavailable, ModelRefused, BudgetSpent)
_GIVES_UP = 3.0  # seconds that calls under way have to settle when we are interrupted


def ask_all(
    door: Door, calls: Sequence[Call[Answer]], advance: Callable[[int], None] | None = None
) -> list[Answered[Answer] | Failed]:
    """Results in the order of the calls. Calls with the same key are asked once.

    `advance` is told, in the thread of the caller, how many more calls are done.

    Raises:
        ModelUnavailable: the provider is down; what was under way was finished and kept.
        ModelRefused: the provider does not let us in.
        BudgetSpent: the next call might exceed the budget.
    """
    if not calls:
        return []
    batch = _Batch(door, calls)
    asked = asyncio.run_coroutine_threadsafe(batch.run(), door_loop())
    asked.add_done_callback(lambda _: batch.done.put(0))
    try:
        while number := batch.done.get():
            if advance is not None:
                advance(number)
        return asked.result()
    finally:
        if not asked.done():  # Ctrl-C, or `advance` failed
            asked.cancel()
            batch.ended.wait(_GIVES_UP)


class _Batch(Generic[Answer]):
    """The calls of one `ask_all`, on the loop of the doors. `done` tells how many, then 0."""

    def __init__(self, door: Door, calls: Sequence[Call[Answer]]) -> None:
        self.done: SimpleQueue[int] = SimpleQueue()
        self.ended = threading.Event()
        self._door = door
        self._calls = calls
        self._results: dict[int, Answered[Answer] | Failed] = {}
        self._error: PersonaExtractError | None = None

    async def run(self) -> list[Answered[Answer] | Failed]:
        """As many workers as calls may be under way, so that nothing else waits in memory."""
        same: dict[str, list[int]] = {}
        for place, call in enumerate(self._calls):
            same.setdefault(call_key(self._door.settings, call), []).append(place)
        todo = iter(same.values())
        number = min(self._door.settings.concurrency, len(same))
        workers = [asyncio.create_task(self._work(todo)) for _ in range(number)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            self.ended.set()
        if self._error is not None:
            raise self._told(self._error)
        return [self._results[place] for place in range(len(self._calls))]

    async def _work(self, todo: Iterator[list[int]]) -> None:
        for first, *others in todo:
            try:
                result = await self._door.ask(self._calls[first])
            except PersonaExtractError as error:
                self._error = self._error or error
            else:
                self._results[first] = result
                for place in others:
                    self._results[place] = self._door.repeated(self._calls[place], result)
                self.done.put(1 + len(others))
            if self._error is not None:  # this worker's or another's: nothing new is begun
                return
            await asyncio.sleep(0)  # kept answers come without a pause; others want their turn

    def _told(self, error: PersonaExtractError) -> PersonaExtractError:
        """The error, with what was reached."""
        if not isinstance(error, _STOPS):
            return error
        answered = sum(isinstance(each, Answered) for each in self._results.values())
        kept = (
            "are answered and kept, and will not be paid again"
            if self._door.keeps
            else "were answered, but not kept, for the cache is off"
        )
        return type(error)(f"{error}. Of the last {len(self._calls):,} calls {answered:,} {kept}")
