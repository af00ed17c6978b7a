"""How far a run is, on stderr: bars on a terminal, one line a stage in a log, or nothing.

All are a `pipeline.steps.Watcher`. Totals and counts are in whatever unit the stage works in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from persona_extract.cli.output import inert
from persona_extract.pipeline.steps import Silent, Watcher


@contextmanager
def watching(*, quiet: bool = False, console: Console | None = None) -> Generator[Watcher]:
    """The watcher that fits: silent if asked, bars on a terminal, else lines. Whatever happens
    inside, the terminal is given back."""
    where = console or Console(stderr=True, highlight=False)
    if quiet:
        yield Silent()
    elif where.is_terminal:
        bars = Bars(where)
        try:
            yield bars
        finally:
            bars.stop()
    else:
        yield Lines(where)


@dataclass
class Lines:
    """One line when a stage ends, with its count and seconds."""

    console: Console
    clock: Callable[[], float] = time.monotonic
    _began: dict[str, float] = field(default_factory=dict[str, float])
    _done: dict[str, int] = field(default_factory=dict[str, int])

    def begin(self, stage: str, total: int | None) -> None:
        """Note the time; a stage that begins anew counts from nothing."""
        self._began[stage] = self.clock()
        self._done[stage] = 0

    def advance(self, stage: str, n: int) -> None:
        """Count."""
        self._done[stage] = self._done.get(stage, 0) + n

    def end(self, stage: str, note: str) -> None:
        """Print the stage's line."""
        now = self.clock()
        seconds = now - self._began.pop(stage, now)
        done = self._done.pop(stage, 0)
        said = [part for part in (note, f"{done}" if done and not note else "") if part]
        self.say(f"{stage}: {', '.join([*said, f'{seconds:.1f} s'])}")

    def say(self, line: str) -> None:
        """Print the line."""
        self.console.print(escape(inert(line)), soft_wrap=True)


class Bars:
    """A bar a stage, with what is left; finished stages shrink to one line."""

    def __init__(self, console: Console) -> None:
        self._lines = Lines(console)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def begin(self, stage: str, total: int | None) -> None:
        """Show the stage's bar."""
        self._lines.begin(stage, total)
        self._progress.start()
        self._tasks[stage] = self._progress.add_task(escape(stage), total=total)

    def advance(self, stage: str, n: int) -> None:
        """Move the bar."""
        self._lines.advance(stage, n)
        if stage in self._tasks:
            self._progress.advance(self._tasks[stage], n)

    def end(self, stage: str, note: str) -> None:
        """Replace the bar by a line; the last one gives the terminal back."""
        if stage in self._tasks:
            self._progress.remove_task(self._tasks.pop(stage))
        if not self._tasks:
            self.stop()
        self._lines.end(stage, note)

    def say(self, line: str) -> None:
        """Print above the bars."""
        self._lines.say(line)

    def stop(self) -> None:
        """Give the terminal back."""
        self._progress.stop()
