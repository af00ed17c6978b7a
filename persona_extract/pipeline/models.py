"""Where the pipeline asks models: one door a role, with the run's budget, cache and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from persona_extract.pipeline.job import Job
from persona_extract.records.calls import Answer, Answered, Call, Failed
from persona_extract.records.models import Role
from persona_extract.records.spent import Forecast, Spent

if TYPE_CHECKING:
    from persona_extract.llm.cache import AnswerCache

USED: tuple[Role, ...] = ("reader", "labeler")
"""Roles that a run asks."""


def ask(
    job: Job,
    role: Role,
    calls: Sequence[Call[Answer]],
    advance: Callable[[int], None] | None = None,
) -> list[Answered[Answer] | Failed]:
    """What the model of a role answers, in the order of the calls.

    Raises:
        ModelUnavailable: its provider is down.
        ModelRefused: its provider does not let us in.
        BudgetSpent: the next call might exceed `models.budget`.
    """
    from persona_extract.llm.batch import batch_all
    from persona_extract.llm.door import Door, ask_all
    from persona_extract.llm.ledger import Ledger
    from persona_extract.llm.prices import ModelPrices

    if not calls:
        return []
    settings, models = job.settings.models.of(role), job.settings.models
    account, prices = Ledger(_ledger(job), job.run, models.budget), ModelPrices(settings)
    answers = _answers(job)
    door = Door(role, settings, account=account, prices=prices, answers=answers)
    if settings.batch:
        return batch_all(door, calls, advance)
    return ask_all(door, calls, advance)


def forecast_calls(job: Job, role: Role, calls: Iterable[Call[Answer]]) -> list[Forecast]:
    """What calls would come to; asks nobody."""
    from persona_extract.llm.forecast import forecast
    from persona_extract.llm.prices import ModelPrices

    settings = job.settings.models.of(role)
    return [forecast(role, settings, calls, _answers(job), ModelPrices(settings))]


def spent(job: Job) -> tuple[Spent, ...]:
    """What the models of this workspace were asked and paid, over all its runs."""
    from persona_extract.llm.ledger import totals

    return totals(_ledger(job)) if _ledger(job).is_file() else ()


def _answers(job: Job) -> AnswerCache | None:
    from persona_extract.llm.cache import AnswerCache

    models = job.settings.models
    if not models.use_cache:
        return None
    return AnswerCache(Path(models.cache) if models.cache else _cache(job) / "answers.sqlite")


def _ledger(job: Job) -> Path:
    return _cache(job) / "ledger.sqlite"


def _cache(job: Job) -> Path:
    return job.workspace.root / "cache"
