"""One call on its way to an answer: attempts, waits, the one correction, the bill."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, replace
from typing import Generic

from persona_extract.errors import ModelRefused
from persona_extract.llm.answers import Accepted, Unusable, parse_answer
from persona_extract.llm.breaker import Breaker, Patience
from persona_extract.llm.formats import Formats
from persona_extract.llm.keys import Access
from persona_extract.llm.limits import Gate
from persona_extract.llm.paying import Bill, Ticket
from persona_extract.llm.protocol import Account, Prices, Reply
from persona_extract.llm.questions import Question, ask_again, ask_first
from persona_extract.llm.retries import AGAIN, Retries
from persona_extract.llm.tokens import count_sent_tokens
from persona_extract.llm.transport import send
from persona_extract.llm.troubles import Trouble
from persona_extract.records.calls import Answer, Answered, Call, Failed, Usage
from persona_extract.records.models import ModelSettings

_CORRECTABLE = frozenset({"not JSON", "wrong shape", "cut off", "empty"})
_numbers = itertools.count()


@dataclass(frozen=True)
class Desk:
    """What all calls through one door share."""

    settings: ModelSettings
    access: Access
    account: Account
    prices: Prices
    gate: Gate
    breaker: Breaker
    formats: Formats
    patience: Patience
    rng: random.Random

    def retries(self) -> Retries:
        """For one question."""
        return Retries(
            self.settings,
            self.patience,
            gate=self.gate,
            breaker=self.breaker,
            rng=self.rng,
            clock=time.monotonic,
        )


@dataclass(frozen=True, slots=True)
class _Missed:
    """No usable answer: what the model `said`, or the `trouble` there was."""

    why: Unusable
    said: str = ""
    trouble: Trouble | None = None


class Asking(Generic[Answer]):
    """One call. `ask` is called once."""

    def __init__(self, desk: Desk, call: Call[Answer]) -> None:
        self._desk = desk
        self._call = call
        self._bill = Bill()
        self._number = next(_numbers)
        self._model = desk.settings.model or ""

    async def ask(self) -> tuple[Answered[Answer] | Failed, str]:
        """What came of it, and the accepted text ("" if none).

        Raises:
            ModelUnavailable: as `Door.ask`.
            ModelRefused: as `Door.ask`.
            BudgetSpent: as `Door.ask`.
        """
        formats, answer = self._desk.formats, self._call.answer
        question = self._first(native=formats.is_native(answer))
        changed = False
        corrects: Unusable | None = None
        while isinstance(result := await self._try(question), _Missed):
            next_one = self._next(question, result, corrects)
            if next_one is None:
                return self._failed(result, corrects), ""
            if result.trouble is None:
                corrects = result.why
            changed = changed or (question.native and not next_one.native)
            question = next_one
        formats.worked(answer, native=question.native, changed=changed)
        return self._answered(result), result.text

    def _first(self, *, native: bool) -> Question:
        return ask_first(self._desk.settings, self._call, native=native)

    def _next(self, asked: Question, missed: _Missed, corrects: Unusable | None) -> Question | None:
        """The same in another form, or with a correction; None where neither would help."""
        doubtful = asked.native and self._desk.formats.may_change(self._call.answer)
        if missed.trouble is not None:
            rejected = missed.trouble.kind == "rejected" and corrects is None
            return self._first(native=False) if rejected and doubtful else None
        if corrects is not None or missed.why.reason not in _CORRECTABLE:
            return None
        native = asked.native and (not doubtful or missed.why.reason == "cut off")
        return ask_again(asked, self._first(native=native), missed.said, missed.why)

    async def _try(self, question: Question) -> Accepted[Answer] | _Missed:
        retries = self._desk.retries()
        tokens = count_sent_tokens(self._desk.settings, question)
        while True:
            try:
                return await self._attempt(question, tokens)
            except Trouble as met:
                trouble = met
            if (seconds := retries.wait_after(trouble)) is None:
                detail = f"{trouble.detail}, after {self._bill.attempts} attempts"
                once = self._bill.attempts == 1
                why = Unusable(trouble.outcome, trouble.detail if once else detail)
                return _Missed(why, trouble=trouble)
            await self._desk.breaker.sleep(seconds)

    async def _attempt(self, question: Question, tokens: int) -> Accepted[Answer] | _Missed:
        desk = self._desk
        most = Usage(tokens, question.max_tokens, estimated=True)
        async with desk.gate.enter(tokens + question.max_tokens, desk.breaker.check) as leave:
            ticket = self._reserve(most)
            began = time.monotonic()
            try:
                reply = await send(desk.settings, desk.access, question, tokens)
                leave.used = reply.usage.prompt_tokens + reply.usage.completion_tokens
                desk.breaker.answered()
                self._model = reply.model
                result = parse_answer(_as_it_ended(reply, question), self._call.answer)
                outcome = result.reason if isinstance(result, Unusable) else "answered"
                ticket.settle(reply.usage, outcome, self._bill)
            except Trouble as trouble:
                leave.used = ticket.settle_trouble(trouble, self._bill)
                self._note(trouble, began)
                raise
            finally:  # only a cancelled attempt is still unsettled here
                ticket.settle(most, "interrupted", self._bill)
        return _Missed(result, reply.text) if isinstance(result, Unusable) else result

    def _reserve(self, most: Usage) -> Ticket:
        desk, call = self._desk, self._call
        model = desk.settings.model or ""
        return Ticket(desk.account, desk.prices, call.stage, model, call.prompt, most)

    def _note(self, trouble: Trouble, began: float) -> None:
        """Tells the breaker, which may stop the run."""
        breaker = self._desk.breaker
        if trouble.kind == "no entry" and not (trouble.status == 403 and breaker.successes):
            raise breaker.stop(_no_entry(self._desk.settings, trouble))
        if trouble.kind in AGAIN and trouble.kind != "limited":
            breaker.failed(self._number, trouble, began)
        else:
            breaker.reached()

    def _answered(self, accepted: Accepted[Answer]) -> Answered[Answer]:
        bill = self._bill
        paid = bill.cost
        return Answered(accepted.value, self._model, bill.usage, paid, False, bill.attempts, paid)

    def _failed(self, missed: _Missed, corrects: Unusable | None) -> Failed:
        """Records what was wrong; where the correction met trouble, what it was to correct."""
        trouble, bill = missed.trouble, self._bill
        if trouble is not None and trouble.kind in ("rejected", "no entry") and corrects is None:
            entry = _no_entry(self._desk.settings, trouble) if trouble.kind == "no entry" else None
            self._desk.breaker.rejected(self._number, trouble, entry=entry)
        why = corrects if trouble is not None and corrects is not None else missed.why
        return Failed(why.reason, why.detail, self._model, bill.usage, bill.cost, bill.attempts)


def _as_it_ended(reply: Reply, question: Question) -> Reply:
    """Some servers say "stop" of an answer that ran into its limit."""
    ran_out = not reply.usage.estimated and reply.usage.completion_tokens >= question.max_tokens
    return replace(reply, finish="length") if ran_out and reply.finish == "stop" else reply


def _no_entry(settings: ModelSettings, trouble: Trouble) -> ModelRefused:
    key = settings.key_env or "its key"
    advice = {
        401: f"check the key ({key} in the environment)",
        402: "there is no credit left: top it up",
        403: f"the key ({key} in the environment) may not use this model",
        429: "there is no credit left: top it up, or raise the limit of the account",
        None: "install it, or take another provider",
    }.get(trouble.status, "no such model or address: check model and base_url")
    return ModelRefused(f"{settings.model} refuses us ({trouble.detail}): {advice}")
