"""What models were asked and what it cost, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persona_extract.records.results import SpentResult
from persona_extract.report.words import count, counted, part


@dataclass(frozen=True, slots=True)
class Total:
    """Everything that models were asked. `unknown`: calls without a known price."""

    calls: int
    cached: int
    failed: int
    prompt_tokens: int
    completion_tokens: int
    cost: float
    unknown: int


def total(spent: Sequence[SpentResult]) -> Total:
    """Sums over stages and models."""
    return Total(
        calls=sum(one.n_calls for one in spent),
        cached=sum(one.n_cached for one in spent),
        failed=sum(one.n_failed for one in spent),
        prompt_tokens=sum(one.prompt_tokens for one in spent),
        completion_tokens=sum(one.completion_tokens for one in spent),
        cost=sum(one.cost or 0.0 for one in spent),
        unknown=sum(one.n_calls for one in spent if one.cost is None),
    )


def money(cost: float | None) -> str:
    """USD to the cent, small amounts to more; "unknown" where the price is."""
    if cost is None:
        return "unknown"
    if 0 < cost < 0.0001:
        return "<$0.0001"
    return f"${cost:,.2f}" if cost == 0 or cost >= 1 else f"${cost:.4f}"


def spent_sentence(spent: Sequence[SpentResult]) -> str:
    """How much was asked, what was paid, and for which part nobody knows."""
    all_of = total(spent)
    kept = part(all_of.cached, all_of.calls)
    asked = (
        f"There were {counted(all_of.calls, 'question')}; {count(all_of.cached)} ({kept}) had an "
        "answer that was kept and cost nothing."
    )
    if all_of.unknown == all_of.calls and all_of.calls:
        return f"{asked} What the rest cost is unknown: the models have no listed price."
    known = f"{asked} The rest cost {money(all_of.cost)}."
    if not all_of.unknown:
        return known
    return (
        f"{known} The price of {counted(all_of.unknown, 'further call')} is unknown and not in it."
    )
