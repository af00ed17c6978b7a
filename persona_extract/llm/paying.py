"""Attempts that are paid: set aside before, settled after, added up over a call."""

from __future__ import annotations

from dataclasses import dataclass, field

from persona_extract.llm.protocol import Account, Prices
from persona_extract.llm.troubles import Trouble
from persona_extract.records.calls import Usage

_NOTHING = Usage()
_MAY_BE_CHARGED = frozenset({"timed out", "garbled", "huge"})


@dataclass
class Bill:
    """What one call has cost so far. `cost` is None as soon as a price is unknown."""

    usage: Usage = _NOTHING
    cost: float | None = 0.0
    attempts: int = 0

    def add(self, usage: Usage, cost: float | None) -> None:
        """Adds an attempt."""
        self.attempts += 1
        self.usage = Usage(
            self.usage.prompt_tokens + usage.prompt_tokens,
            self.usage.completion_tokens + usage.completion_tokens,
            self.usage.estimated or usage.estimated,
        )
        self.cost = None if cost is None or self.cost is None else self.cost + cost


@dataclass
class Ticket:
    """A reservation for one attempt, settled exactly once.

    Raises, when made:
        BudgetSpent: from the account.
    """

    account: Account
    prices: Prices
    stage: str
    model: str
    prompt: str
    most: Usage
    _number: int = field(init=False)
    _open: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        cost = self.prices.cost(self.most)
        self._number = self.account.reserve(self.stage, self.model, cost)

    def settle(self, usage: Usage, outcome: str, bill: Bill) -> None:
        """Pays; a second time does nothing."""
        if not self._open:
            return
        self._open = False
        cost = self.prices.cost(usage) if usage != _NOTHING else 0.0
        self.account.settle(self._number, self.prompt, usage, cost, outcome)
        bill.add(usage, cost)

    def settle_trouble(self, trouble: Trouble, bill: Bill) -> int:
        """Pays for an attempt without an answer; returns the tokens that were paid.

        Nothing where the provider said no, and the most it can have been where nobody knows what
        it did before the line went dead.
        """
        lost = trouble.kind == "unavailable" and trouble.status is None
        charged = lost or trouble.kind in _MAY_BE_CHARGED
        usage = self.most if charged else _NOTHING
        self.settle(usage, trouble.outcome, bill)
        return usage.prompt_tokens + usage.completion_tokens
