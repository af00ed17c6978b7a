"""Doors to fake servers, with a fake account, fake prices and a fake cache."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from persona_extract.errors import BudgetSpent
from persona_extract.llm import Door
from persona_extract.llm.breaker import Patience
from persona_extract.llm.protocol import Kept
from persona_extract.records.calls import Call, Message, Usage
from persona_extract.records.models import ModelSettings

QUICK = Patience(first_wait=0.01, longest_wait=0.03, grace=0.05)


class Mood(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    mood: str = Field(max_length=40)
    reasons: tuple[str, ...] = ()


@dataclass
class FakeAccount:
    """Pays up to `budget` USD and remembers everything."""

    budget: float = 1e9
    reserved: dict[int, float] = field(default_factory=dict[int, float])
    settled: list[tuple[Usage, float | None, str]] = field(default_factory=list[Any])
    freed: list[Usage] = field(default_factory=list[Usage])
    tickets: int = 0

    @property
    def spent(self) -> float:
        return sum(cost or 0 for _, cost, _ in self.settled)

    @property
    def outcomes(self) -> list[str]:
        return [outcome for _, _, outcome in self.settled]

    def reserve(self, stage: str, model: str, cost: float | None) -> int:
        if self.spent + sum(self.reserved.values()) + (cost or 0) > self.budget:
            raise BudgetSpent("the next call might exceed the budget: raise --budget")
        self.tickets += 1
        self.reserved[self.tickets] = cost or 0
        return self.tickets

    def settle(
        self, ticket: int, prompt: str, usage: Usage, cost: float | None, outcome: str
    ) -> None:
        del self.reserved[ticket]
        self.settled.append((usage, cost, outcome))

    def free(self, stage: str, model: str, prompt: str, saved: Usage) -> None:
        self.freed.append(saved)


@dataclass
class FakePrices:
    """A dollar a million tokens, or unknown."""

    usd: float | None = 1e-6

    def cost(self, usage: Usage, *, batch: bool = False) -> float | None:
        if self.usd is None:
            return None
        return self.usd * (usage.prompt_tokens + usage.completion_tokens)


@dataclass
class FakeAnswers:
    """A cache in memory."""

    kept: dict[str, Kept] = field(default_factory=dict[str, Kept])

    def look_up(self, key: str) -> Kept | None:
        return self.kept.get(key)

    def keep(self, key: str, stage: str, prompt: str, answer: Kept) -> None:
        self.kept[key] = answer


@dataclass
class Opened:
    door: Door
    account: FakeAccount
    answers: FakeAnswers


def open_door(
    url: str,
    *,
    patience: Patience = QUICK,
    budget: float = 1e9,
    usd: float | None = 1e-6,
    cache: bool = True,
    answers: FakeAnswers | None = None,
    **settings: Any,
) -> Opened:
    chosen = ModelSettings(
        **{"model": "some-model", "base_url": url, "structured": "prompt", "timeout": 5} | settings
    )
    account, kept = FakeAccount(budget), answers or FakeAnswers()
    door = Door(
        "reader",
        chosen,
        account=account,
        prices=FakePrices(usd),
        answers=kept if cache else None,
        rng=random.Random(0),
        patience=patience,
    )
    return Opened(door, account, kept)


def question(text: str = "How are you?", answer: type[Any] = Mood, **how: Any) -> Call[Any]:
    messages = (Message("system", "You read moods."), Message("user", text))
    return Call("read", "mood.v1@00000000", messages, answer, **how)
