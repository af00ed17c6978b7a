"""The one way to ask a model."""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import replace

from persona_extract.errors import UsageError
from persona_extract.llm._loop import door_loop
from persona_extract.llm.answers import reparse
from persona_extract.llm.asking import Asking, Desk
from persona_extract.llm.breaker import Breaker, Patience
from persona_extract.llm.formats import Formats
from persona_extract.llm.keys import resolve_access
from persona_extract.llm.limits import Gate
from persona_extract.llm.protocol import Account, Answers, Kept, Prices
from persona_extract.llm.questions import call_key
from persona_extract.records.calls import Answer, Answered, Call, Failed, Usage
from persona_extract.records.models import ModelSettings, Role


class Door:
    """Asks the model of one role, within its limits; keeps and finds answers; pays.

    Limits, pauses and the breaker hold for all who ask through the same door, from whatever thread
    or loop. Nothing is asked of any provider before the first call.

    Raises:
        UsageError: the role has no model.
        ModelRefused: unknown provider, or a key is missing.
    """

    def __init__(
        self,
        role: Role,
        settings: ModelSettings,
        *,
        account: Account,
        prices: Prices,
        answers: Answers | None,
        rng: random.Random | None = None,
        patience: Patience | None = None,
    ) -> None:
        if settings.model is None:
            raise UsageError(f"no model for the role {role}: set models.{role}.model")
        self.role: Role = role
        self.settings = settings
        self._model = settings.model
        self._answers = answers
        self._account = account
        access = resolve_access(settings, os.environ)
        patience = patience or Patience()
        self._desk = Desk(
            settings=settings,
            access=access,
            account=account,
            prices=prices,
            gate=Gate(settings, time.monotonic),
            breaker=Breaker(self._model, settings.concurrency, patience, time.monotonic),
            formats=Formats(settings, access),
            patience=patience,
            rng=rng or random.Random(),
        )

    @property
    def keeps(self) -> bool:
        """Whether answers are kept for the next run."""
        return self._answers is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know about this model, a line each."""
        return self._desk.formats.notes

    async def ask(self, call: Call[Answer]) -> Answered[Answer] | Failed:
        """The answer, from the cache or from the model. A call that fails by itself is a `Failed`.

        Raises:
            ModelUnavailable: the provider is down, or wants us to wait for long.
            ModelRefused: it does not let us in.
            BudgetSpent: from the account.
        """
        if asyncio.get_running_loop() is door_loop():
            return await self._ask(call)
        asked = asyncio.run_coroutine_threadsafe(self._ask(call), door_loop())
        return await asyncio.wrap_future(asked)

    def repeated(
        self, call: Call[Answer], result: Answered[Answer] | Failed
    ) -> Answered[Answer] | Failed:
        """The result for a call that was asked a moment ago: nothing is paid for it."""
        if isinstance(result, Failed):
            return replace(result, usage=Usage(), cost=0.0, attempts=0)
        if (found := self._look_up(call_key(self.settings, call), call)) is not None:
            return found
        self._account.free(call.stage, self._model, call.prompt, result.usage)
        return replace(result, usage=Usage(), cost=0.0, from_cache=True, attempts=0)

    async def _ask(self, call: Call[Answer]) -> Answered[Answer] | Failed:
        key = call_key(self.settings, call)
        if (found := self._look_up(key, call)) is not None:
            return found
        result, text = await Asking(self._desk, call).ask()
        if self._answers is not None and isinstance(result, Answered):
            kept = Kept(text, result.model, result.usage, result.cost)
            self._answers.keep(key, call.stage, call.prompt, kept)
        return result

    def _look_up(self, key: str, call: Call[Answer]) -> Answered[Answer] | None:
        kept = self._answers.look_up(key) if self._answers is not None else None
        value = reparse(kept.text, call.answer) if kept is not None else None
        if kept is None or value is None:
            return None
        self._account.free(call.stage, self._model, call.prompt, kept.usage)
        return Answered(value, kept.model, Usage(), 0.0, True, 0, kept.cost)
