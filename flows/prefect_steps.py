"""The pipeline's `Steps` as Prefect tasks: one per part, named after it, retried where it helps."""

# Prefect types the arguments of Task.submit loosely:
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from prefect import get_run_logger
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from persona_extract.errors import PersonaExtractError

Job = TypeVar("Job")
Result = TypeVar("Result")

RETRIES = 3
DELAYS = [10.0, 60.0, 300.0]
"""Seconds before each retry."""


class PrefectSteps:
    """Maps work over parts as tasks of the flow that is running."""

    def each(
        self, stage: str, work: Callable[[Job, str], Result], job: Job, parts: Sequence[str]
    ) -> list[Result]:
        """`work(job, part)` for every part, each a task "stage part"."""
        futures = [_task(f"{stage} {part}", stage, work).submit(job, part) for part in parts]
        return [future.result() for future in futures]

    def once(self, stage: str, work: Callable[[Job], Result], job: Job) -> Result:
        """`work(job)` as one task."""
        return _task(stage, stage, work).submit(job).result()

    def stream(
        self, stage: str, work: Callable[[Job], Iterator[int]], job: Job, total: int | None
    ) -> None:
        """Runs `work(job)` to its end as one task that logs how far it is."""

        def consume(job: Job) -> None:
            done = 0
            for n in work(job):
                done += n
                get_run_logger().info("%s: %d of %s", stage, done, total or "unknown")

        _task(stage, stage, consume).submit(job).result()

    def say(self, line: str) -> None:
        """One line in the flow's log."""
        get_run_logger().info(line)


class LogWatcher:
    """Tells a run's progress to the flow's log."""

    def begin(self, stage: str, total: int | None) -> None:
        """Nothing: tasks log themselves."""

    def advance(self, stage: str, n: int) -> None:
        """Nothing: tasks log themselves."""

    def end(self, stage: str, note: str) -> None:
        """One line per stage."""
        get_run_logger().info("%s: %s", stage, note)

    def say(self, line: str) -> None:
        """One line."""
        get_run_logger().info(line)


def _task(name: str, stage: str, work: Callable[..., Result]) -> Task[..., Result]:
    return Task(
        work,
        name=stage,
        task_run_name=name,
        tags=["persona-extract", stage.partition(":")[0]],
        retries=RETRIES,
        retry_delay_seconds=DELAYS,
        retry_condition_fn=_worth_a_retry,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _worth_a_retry(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Refusals of our own say whether a retry can help; anything else may be the machine's."""
    error = state.result(raise_on_failure=False)
    return error.retryable if isinstance(error, PersonaExtractError) else True
