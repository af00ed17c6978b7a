"""What a role would be asked, counted before the first call. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from persona_extract.llm.protocol import Answers, Prices
from persona_extract.llm.questions import ask_first, call_key
from persona_extract.llm.tokens import count_tokens
from persona_extract.records.calls import Call, Usage
from persona_extract.records.models import ModelSettings, Role
from persona_extract.records.spent import Forecast

EXPECTED_SHARE = 0.25
"""Of max_tokens, taken as the length of an answer where none is kept to go by. A guess."""

_LEAST_KEPT = 5
"""Kept answers of a prompt that tell a length."""

Answer = TypeVar("Answer", bound=BaseModel)


@runtime_checkable
class Remembers(Protocol):
    """A cache that can tell how long the answers to a prompt were (`cache.AnswerCache`)."""

    def typical(self, prompt: str) -> tuple[int, float] | None:
        """Number of answers kept for a prompt, and their mean length in tokens."""
        ...


def forecast(
    role: Role,
    settings: ModelSettings,
    calls: Iterable[Call[Answer]],
    answers: Answers | None,
    prices: Prices,
) -> Forecast:
    """Calls, tokens and money of one role; memory does not grow with the calls.

    Tokens of the questions are counted with the model's tokenizer, schema of the answer included.
    The expected length of an answer is the mean of what is kept for the same prompt, from five
    answers on, else a quarter of max_tokens. Two equal calls are both counted, though the second
    would be free.

    Raises:
        StoreError: the cache cannot be read.
    """
    sums = _Sums()
    lengths = _Lengths(answers)
    for call in calls:
        sums.stages.add(call.stage)
        sums.calls += 1
        if answers is not None and answers.look_up(call_key(settings, call)) is not None:
            sums.kept += 1
        else:
            _add(sums, settings, call, lengths, prices)
    return Forecast(
        role=role,
        stage=", ".join(sorted(sums.stages)),
        model=settings.model or "",
        calls=sums.calls,
        kept=sums.kept,
        prompt_tokens=sums.asked,
        completion_tokens=round(sums.expected),
        most_completion_tokens=sums.most,
        basis=lengths.basis(),
        low=sums.costs[0],
        expected=sums.costs[1],
        high=sums.costs[2],
        prices=str(getattr(prices, "source", "")),
    )


@dataclass(slots=True)
class _Sums:
    stages: set[str] = field(default_factory=set[str])
    calls: int = 0
    kept: int = 0
    asked: int = 0
    expected: float = 0.0
    most: int = 0
    costs: list[float | None] = field(default_factory=lambda: [0.0, 0.0, 0.0])


class _Lengths:
    """How long answers are expected to be, by prompt."""

    def __init__(self, answers: Answers | None) -> None:
        self._answers = answers if isinstance(answers, Remembers) else None
        self._known: dict[str, tuple[int, float] | None] = {}

    def of(self, prompt: str, most: int) -> float:
        """Tokens; `most` is the longest that is allowed."""
        if prompt not in self._known:
            found = self._answers.typical(prompt) if self._answers else None
            self._known[prompt] = found if found and found[0] >= _LEAST_KEPT else None
        known = self._known[prompt]
        return min(float(most), known[1]) if known else most * EXPECTED_SHARE

    def basis(self) -> str:
        """Where the lengths are from, in words."""
        kept = sum(known[0] for known in self._known.values() if known)
        guessed = sum(known is None for known in self._known.values())
        parts = [f"as long as the mean of {kept:,} kept"] * bool(kept)
        parts += ["taken as a quarter of max_tokens, a guess"] * bool(guessed)
        return "; others ".join(parts)


def _add(
    sums: _Sums, settings: ModelSettings, call: Call[Answer], lengths: _Lengths, prices: Prices
) -> None:
    most = call.max_tokens or settings.max_tokens
    asked = count_tokens(settings, ask_first(settings, call, native=False).messages)
    expected = lengths.of(call.prompt, most)
    sums.asked += asked
    sums.expected += expected
    sums.most += most
    for i, answered in enumerate((0, round(expected), most)):
        cost = prices.cost(Usage(asked, answered), batch=settings.batch)
        before = sums.costs[i]
        sums.costs[i] = None if cost is None or before is None else before + cost
