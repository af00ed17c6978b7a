"""What tokens cost: the user's own prices first, then litellm's list. Unknown is never zero."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.protocol import Prices
from persona_extract.records.calls import Usage
from persona_extract.records.models import ModelSettings

_MILLION = 1_000_000
_ABOVE = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
_TEXT_MODES = ("chat", "completion", "responses")
_OWN_MACHINE = ("ollama", "lemonade")
"""Providers whose models are free where the list says 0. With others 0 means that nobody knows, or
an offer that has ended."""


@dataclass(frozen=True, slots=True)
class _Rates:
    """USD a token, from so many tokens of the prompt on."""

    above: int
    asked: float | None
    answered: float | None


class ModelPrices(Prices):
    """Prices of the model of a role.

    Own prices hold for batches, too. Where the list has higher prices for long questions, they are
    taken; what a provider takes off for its own caching of prompts is left out. So a cost may be
    overstated, but not understated.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._model = settings.model or ""
        self._asked = settings.input_price
        self._answered = settings.output_price

    @property
    def source(self) -> str:
        """Where prices are from: settings, litellm's list, both, or unknown."""
        if self._asked is not None and self._answered is not None:
            return "settings"
        if self.cost(Usage(1, 1)) is None:
            return "unknown"
        partly = self._asked is not None or self._answered is not None
        return "settings and litellm's list" if partly else "litellm's list"

    def cost(self, usage: Usage, *, batch: bool = False) -> float | None:
        """USD; None where the price of a token is neither set nor listed."""
        listed = self._batch_rates if batch else self._rates
        fitting = [rates for rates in listed if usage.prompt_tokens > rates.above]
        rates = fitting[-1] if fitting else (listed[0] if listed else _Rates(0, None, None))
        asked = rates.asked if self._asked is None else self._asked / _MILLION
        answered = rates.answered if self._answered is None else self._answered / _MILLION
        if asked is None or answered is None:
            return None
        return usage.prompt_tokens * asked + usage.completion_tokens * answered

    @cached_property
    def _rates(self) -> tuple[_Rates, ...]:
        return self._listed("")

    @cached_property
    def _batch_rates(self) -> tuple[_Rates, ...]:
        return self._listed("_batches")

    def _listed(self, kind: str) -> tuple[_Rates, ...]:
        if self._asked is not None and self._answered is not None:
            return ()  # spares the import of litellm
        entry = _entry(self._model)
        if entry is None:
            return ()
        first = _rates_of(entry, 0, kind)
        above = sorted(int(found[1]) for key in entry if (found := _ABOVE.fullmatch(key)))
        tiers = [_rates_of(entry, limit, f"_above_{limit}k_tokens{kind}") for limit in above]
        return (first, *(_or_else(tier, first) for tier in tiers))


def _rates_of(entry: Mapping[str, object], thousands: int, kind: str) -> _Rates:
    return _Rates(
        thousands * 1000,
        _number(entry.get(f"input_cost_per_token{kind}")),
        _number(entry.get(f"output_cost_per_token{kind}")),
    )


def _or_else(tier: _Rates, first: _Rates) -> _Rates:
    """A tier, with the price below it where it names none."""
    return _Rates(
        tier.above,
        first.asked if tier.asked is None else tier.asked,
        first.answered if tier.answered is None else tier.answered,
    )


def _entry(model: str) -> Mapping[str, object] | None:
    """The list's entry of a model: by its whole name, else without the provider in front if the
    entry is that provider's. Looked up here, since litellm's own search may ask a local server and
    takes a missing price for 0."""
    listed = _price_list()
    provider, slash, name = model.partition("/")
    whole = listed.get(_base(model))
    if whole is not None and _priced(whole):
        return whole
    entry = listed.get(_base(name)) if slash else None
    return entry if entry is not None and _priced(entry) and _is_of(entry, provider) else None


def _priced(entry: Mapping[str, object]) -> bool:
    prices = (entry.get("input_cost_per_token"), entry.get("output_cost_per_token"))
    free = entry.get("litellm_provider") in _OWN_MACHINE
    return entry.get("mode") in _TEXT_MODES and (prices != (0, 0) or free)


def _is_of(entry: Mapping[str, object], provider: str) -> bool:
    owner = str(entry.get("litellm_provider", ""))
    return owner == provider or owner.startswith((f"{provider}_", f"{provider}-"))


def _base(name: str) -> str:
    """A fine-tuned model has the price of the kind it is listed under."""
    return ":".join(name.split(":")[:2]) if name.startswith("ft:") else name


def _number(value: object) -> float | None:
    """A price of the list, which is not ours: anything but a number from 0 on is no price."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def _price_list() -> Mapping[str, Mapping[str, object]]:
    listed: Mapping[str, Mapping[str, object]] = load_litellm().model_cost
    return listed
