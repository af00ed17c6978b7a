"""Many calls through a provider's batch API: half the price, and hours to wait.

A batch that is under way is noted on disk, so that a run that was killed picks it up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from persona_extract.errors import UsageError
from persona_extract.llm._batch_api import BatchApi
from persona_extract.llm._batch_lines import write_line
from persona_extract.llm._batch_work import Paper, Work
from persona_extract.llm.door import Door
from persona_extract.llm.formats import Formats
from persona_extract.llm.keys import resolve_access
from persona_extract.llm.protocol import Account, Answers, Prices
from persona_extract.llm.questions import ask_first
from persona_extract.records.calls import Answer, Answered, Call, Failed
from persona_extract.records.models import ModelSettings, Role


def batch_all(
    role: Role,
    settings: ModelSettings,
    calls: Sequence[Call[Answer]],
    *,
    account: Account,
    prices: Prices,
    answers: Answers | None,
    notes: Path | None,
    poll_seconds: float = 60.0,
    door: Door | None = None,
    advance: Callable[[int], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Answered[Answer] | Failed]:
    """Results in the order of the calls, as `many.ask_all` gives them. Equal calls are asked once.

    Args:
        role: who asks, for messages.
        settings: of the role.
        calls: the questions.
        account: pays; each question is set aside at the batch price before it is sent. Where the
            budget holds for a part only, that part is sent first.
        prices: of the model.
        answers: the cache; None keeps nothing.
        notes: folder for notes of batches under way, beside the cache; None keeps none, and a
            killed run pays again.
        poll_seconds: between two looks at a batch.
        door: asks again, at the usual price, what the batch could not answer; None leaves it
            failed.
        advance: is told how many more calls are done.
        sleep: waits for seconds.

    Raises:
        UsageError: the role has no model, or its provider no batch API.
        ModelRefused: the provider does not let us in, or refuses the whole batch.
        ModelUnavailable: it is out of reach; the batch goes on, and the next run picks it up.
        BudgetSpent: the next call might exceed the budget; what was answered is kept.
        StoreError: cache, ledger or notes cannot be read or written.
    """
    if settings.model is None:
        raise UsageError(f"no model for the role {role}: set models.{role}.model")
    access = resolve_access(settings, os.environ)
    paper = Paper(settings, BatchApi(role, settings, access), account, prices, answers, notes)
    formats = Formats(settings, access)

    def line_of(key: str, call: Call[Answer]) -> bytes:
        question = ask_first(settings, call, native=formats.is_native(call.answer))
        return write_line(key, question, settings, access)

    work = Work(paper, calls, line_of, advance or (lambda _: None))
    work.take_kept()
    work.pick_up()
    while work.waiting or work.under_way:
        while work.submit():
            pass
        work.collect(poll_seconds, sleep)
    if door is not None:
        work.ask_again(door)
    return work.in_order()
