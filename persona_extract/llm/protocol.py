"""What the parts of the door promise each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from persona_extract.records.calls import Usage


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from a provider once.

    Attributes:
        text: content of the message, "" if none.
        refusal: what the provider put into its field for refusals, or None.
        finish: why it ended ("stop", "length", "content_filter", ...).
        usage: tokens of this attempt.
        model: model that the provider says answered.
    """

    text: str
    refusal: str | None
    finish: str
    usage: Usage
    model: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in the cache: the text that was accepted, and what it had cost."""

    text: str
    model: str
    usage: Usage
    cost: float | None


class Answers(Protocol):
    """A cache of accepted answers by the digest of what was asked. Failures are never kept."""

    def look_up(self, key: str) -> Kept | None:
        """The answer that was kept under a key, or None."""
        ...

    def keep(self, key: str, stage: str, prompt: str, answer: Kept) -> None:
        """Keeps an answer; another process may have done so already."""
        ...


class Account(Protocol):
    """Who pays. Holds the budget of a run, over all roles, stages and processes."""

    def reserve(self, stage: str, model: str, cost: float | None) -> int:
        """Sets aside what a call may cost at the most; returns a ticket.

        Raises:
            BudgetSpent: what was spent, what is reserved and this would exceed the budget; or a
                budget is set and the price is unknown.
        """
        ...

    def settle(
        self, ticket: int, prompt: str, usage: Usage, cost: float | None, outcome: str
    ) -> None:
        """Replaces a reservation by what was paid; `outcome` is "answered" or a failure reason."""
        ...

    def free(self, stage: str, model: str, prompt: str, saved: Usage) -> None:
        """Notes an answer that came from the cache."""
        ...


class Prices(Protocol):
    """What tokens of a model cost."""

    def cost(self, usage: Usage, *, batch: bool = False) -> float | None:
        """USD, None where the price is unknown."""
        ...
