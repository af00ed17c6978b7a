"""Where the pipeline asks models: one door a role and run, with budget, cache and ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from persona_extract.errors import ModelUnavailable
from persona_extract.pipeline.job import Job
from persona_extract.records.calls import Answer, Answered, Call, Failed
from persona_extract.records.models import ModelsSettings, Role
from persona_extract.records.spent import Forecast, Spent
from persona_extract.store.workspace import Counts

if TYPE_CHECKING:
    from persona_extract.llm import Door
    from persona_extract.llm.cache import AnswerCache
    from persona_extract.llm.ledger import Ledger
    from persona_extract.llm.prices import ModelPrices

USED: tuple[Role, ...] = ("reader", "labeler")
"""Roles that a run asks."""

Advance = Callable[[int], None]
Asker = Callable[[Job, Role, Sequence[Call[Any]], Advance | None], list[Any]]

COST = "cost (millionths of USD)"
UNKNOWN_COST = "answers of unknown price"

_paid: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
"""By run and stage."""

_doors: dict[tuple[str, Role], Door] = {}
"""Limits of a provider hold for all parts of a run that this process works on."""


def check_roles(models: ModelsSettings) -> None:
    """Refuses models that a run cannot ask, before anything is read or paid.

    Raises:
        ModelRefused: unknown provider, or a key is missing.
    """
    asked = {role: models.of(role) for role in USED if models.of(role).model}
    if asked:
        from persona_extract.llm import check_models

        check_models(ModelsSettings.model_validate(asked))


def ask(
    job: Job, role: Role, calls: Sequence[Call[Answer]], advance: Advance | None = None
) -> list[Answered[Answer] | Failed]:
    """What the model of a role answers, in the order of the calls; `advance` is told how many
    more are done.

    Raises:
        ModelUnavailable: its provider is down.
        ModelRefused: its provider does not let us in.
        BudgetSpent: the next call might exceed `models.budget`.
    """
    if not calls:
        return []
    made = asker(job, role, calls, advance)
    _paid[job.run, calls[0].stage].update(cost_of(made))
    return made


def cost_of(answers: Iterable[Answered[Any] | Failed]) -> Counts:
    """What answers cost when they were first given, in millionths of a dollar, and how many have
    no known price."""
    given = [one.paid for one in answers if isinstance(one, Answered)]
    known = [cost for cost in given if cost is not None]
    return {COST: round(sum(known) * 1e6), UNKNOWN_COST: len(given) - len(known)}


def cost_in(job: Job, stage: str) -> Counts:
    """`cost_of` all answers that a stage was given in this run, in this process, since it was last
    asked for."""
    return dict(_paid.pop((job.run, stage), {}))


def _through_the_door(
    job: Job, role: Role, calls: Sequence[Call[Any]], advance: Advance | None
) -> list[Any]:
    from persona_extract.llm import ask_all
    from persona_extract.llm.batch import batch_all

    settings, door = job.settings.models.of(role), _door(job, role)
    if not settings.batch:
        try:
            return ask_all(door, calls, advance)
        except ModelUnavailable:
            _doors.pop((job.run, role), None)  # it stays shut; whoever tries later needs another
            raise
    return batch_all(
        role,
        settings,
        calls,
        account=_account(job),
        prices=_prices(job, role),
        answers=_answers(job),
        notes=_cache(job) / "batches",
        door=door,
        advance=advance,
    )


def forecast_calls(job: Job, role: Role, calls: Iterable[Call[Any]]) -> Forecast:
    """What calls would come to; asks nobody."""
    from persona_extract.llm.forecast import forecast

    return forecast(role, job.settings.models.of(role), calls, _answers(job), _prices(job, role))


def spent(job: Job, run: str | None = None) -> tuple[Spent, ...]:
    """What the models of this workspace were asked and paid, over all its runs or in one."""
    from persona_extract.llm.ledger import totals

    return totals(_ledger(job), run) if _ledger(job).is_file() else ()


def _door(job: Job, role: Role) -> Door:
    from persona_extract.llm import Door

    key = job.run, role
    if key not in _doors:
        _doors[key] = Door(
            role,
            job.settings.models.of(role),
            account=_account(job),
            prices=_prices(job, role),
            answers=_answers(job),
        )
    return _doors[key]


def _account(job: Job) -> Ledger:
    from persona_extract.llm.ledger import Ledger

    return Ledger(_ledger(job), job.run, job.settings.models.budget)


def _prices(job: Job, role: Role) -> ModelPrices:
    from persona_extract.llm.prices import ModelPrices

    return ModelPrices(job.settings.models.of(role))


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


asker: Asker = _through_the_door
"""Who answers; tests put a fake here."""
