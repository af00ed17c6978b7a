"""What models would cost, as lines for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persona_extract.records.spent import Forecast

_WRAP = 80


def forecast_lines(forecasts: Sequence[Forecast]) -> Iterator[str]:
    """A table of what each role would be asked, with totals, and how to read it."""
    yield f"{'role':<11}{'stage':<15}{'calls':>11}{'kept':>11}{'tokens in':>16}{'tokens out':>16}"
    for each in forecasts:
        yield from _rows(each)
    if not forecasts:
        yield "no model would be asked"
        return
    if len(forecasts) > 1:
        yield from _totals(forecasts)
    yield ""
    for note in _notes(forecasts):
        yield from textwrap.wrap(note, _WRAP)


def dollars(value: float | None) -> str:
    """E.g. "12.30", "0.0042"; "unknown" where there is no value. USD is not said."""
    if value is None:
        return "unknown"
    if value == 0 or value >= 0.1:
        return f"{value:,.2f}"
    return f"{value:.2g}" if value >= 1e-4 else "<0.0001"


def _rows(each: Forecast) -> Iterator[str]:
    yield _counts(each.role, each.stage or "-", [each])
    yield f"{'':<11}{each.model}"
    if each.calls > each.kept:
        yield from _indented(f"answers: {each.basis}")
    source = "" if each.expected is None or not each.prices else f" ({each.prices})"
    yield from _indented(_money(each.low, each.expected, each.high) + source)


def _totals(forecasts: Sequence[Forecast]) -> Iterator[str]:
    yield _counts("total", "", forecasts)
    known = [each for each in forecasts if each.expected is not None]
    low, expected, high = (
        sum(getattr(each, name) or 0.0 for each in known) for name in ("low", "expected", "high")
    )
    missing = len(forecasts) - len(known)
    if not known:
        yield from _indented("cost unknown")
        return
    more = f", and what is unknown of {missing} of {len(forecasts)} lines" if missing else ""
    yield from _indented(_money(low, expected, high) + more)


def _counts(role: str, stage: str, forecasts: Sequence[Forecast]) -> str:
    names = ("calls", "kept", "prompt_tokens", "completion_tokens")
    calls, kept, asked, answered = (sum(getattr(f, name) for f in forecasts) for name in names)
    start = f"{role:<11}{_short(stage, 14):<15}"
    return f"{start}{calls:>11,}{kept:>11,}{asked:>16,}{answered:>16,}"


def _money(low: float | None, expected: float | None, high: float | None) -> str:
    if expected is None:
        return "cost unknown"
    if high == 0:
        return "0.00 USD"
    return f"{dollars(expected)} USD expected, {dollars(low)} to {dollars(high)}"


def _notes(forecasts: Sequence[Forecast]) -> Iterator[str]:
    yield (
        "kept: answers that are in the cache and cost nothing. Tokens and USD are of the other "
        "calls. The lower end is the questions alone, the upper end is every answer as long as "
        "max_tokens, each asked once; an answer in a wrong form is asked for once more."
    )
    unknown = sorted({each.role for each in forecasts if each.expected is None})
    if unknown:
        sections = " and ".join(f"[models.{role}]" for role in unknown)
        yield (
            f"Unknown prices are not counted as 0. Set input_price and output_price in {sections}, "
            "in USD per million tokens; 0 if the model is free, as on your own machine."
        )


def _indented(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WRAP, initial_indent=" " * 11, subsequent_indent=" " * 11)


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
