"""How work is mapped over parts: in this process, or by whatever schedules it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Watcher(Protocol):
    """Who is told how far a run is."""

    def begin(self, stage: str, total: int | None) -> None:
        """A stage begins; it has `total` units of work, if that is known."""
        ...

    def advance(self, stage: str, n: int) -> None:
        """`n` more units are done."""
        ...

    def end(self, stage: str, note: str) -> None:
        """A stage ended, with a remark such as "unchanged, skipped" or none."""
        ...

    def say(self, line: str) -> None:
        """Something worth a line."""
        ...


class Silent:
    """A watcher that looks away."""

    def begin(self, stage: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, stage: str, n: int) -> None:
        """Nothing."""

    def end(self, stage: str, note: str) -> None:
        """Nothing."""

    def say(self, line: str) -> None:
        """Nothing."""


class Steps(Protocol):
    """Runs the work of a stage. Functions and jobs are picklable; results come in order."""

    def each(
        self, stage: str, work: Callable[[Job, str], Result], job: Job, parts: Sequence[str]
    ) -> list[Result]:
        """`work(job, part)` for every part."""
        ...

    def once(self, stage: str, work: Callable[[Job], Result], job: Job) -> Result:
        """`work(job)`."""
        ...

    def stream(
        self, stage: str, work: Callable[[Job], Iterator[int]], job: Job, total: int | None
    ) -> None:
        """Runs `work(job)` to its end; it yields how many of `total` units it did just now."""
        ...

    def say(self, line: str) -> None:
        """Something that whoever watches the run should read."""
        ...


class InProcess:
    """One part after the other, here."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def each(
        self, stage: str, work: Callable[[Job, str], Result], job: Job, parts: Sequence[str]
    ) -> list[Result]:
        """`work(job, part)` for every part, with progress."""
        self._watcher.begin(stage, len(parts))
        results: list[Result] = []
        for part in parts:
            results.append(work(job, part))
            self._watcher.advance(stage, 1)
        self._watcher.end(stage, "")
        return results

    def once(self, stage: str, work: Callable[[Job], Result], job: Job) -> Result:
        """`work(job)`."""
        self._watcher.begin(stage, None)
        result = work(job)
        self._watcher.end(stage, "")
        return result

    def stream(
        self, stage: str, work: Callable[[Job], Iterator[int]], job: Job, total: int | None
    ) -> None:
        """Runs `work(job)` to its end, with progress."""
        self._watcher.begin(stage, total)
        for n in work(job):
            self._watcher.advance(stage, n)
        self._watcher.end(stage, "")

    def say(self, line: str) -> None:
        """Tells the watcher."""
        self._watcher.say(line)
