"""A line of a batch, judged as the door judges a reply."""

from __future__ import annotations

from dataclasses import replace

from persona_extract.llm._batch_lines import Line
from persona_extract.llm.answers import Accepted, Unusable, parse_answer
from persona_extract.llm.protocol import Prices
from persona_extract.llm.questions import ask_first
from persona_extract.llm.tokens import count_text_tokens, count_tokens
from persona_extract.records.calls import Answer, Answered, Call, Failed, Usage
from persona_extract.records.models import ModelSettings


def judge(
    settings: ModelSettings, prices: Prices, call: Call[Answer], line: Line
) -> tuple[Answered[Answer] | Failed, str]:
    """What came of a call, at the price of batches, and the accepted text ("" if none)."""
    usage = line.usage or _estimated(settings, call, line)
    cost = prices.cost(usage, batch=True) if usage != Usage() else 0.0
    model = (line.reply.model if line.reply else "") or settings.model or ""
    result = _parsed(call, line)
    if isinstance(result, Unusable):
        return Failed(result.reason, result.detail, model, usage, cost, 1), ""
    return Answered(result.value, model, usage, cost, False, 1, cost), result.text


def most_usage(settings: ModelSettings, call: Call[Answer]) -> Usage:
    """Tokens that a call may take at the most."""
    asked = count_tokens(settings, ask_first(settings, call, native=False).messages)
    return Usage(asked, call.max_tokens or settings.max_tokens, estimated=True)


def together(first: Failed, second: Answered[Answer] | Failed) -> Answered[Answer] | Failed:
    """The second result of a call, with what both attempts cost."""
    usage = Usage(
        first.usage.prompt_tokens + second.usage.prompt_tokens,
        first.usage.completion_tokens + second.usage.completion_tokens,
        first.usage.estimated or second.usage.estimated,
    )
    known = first.cost is not None and second.cost is not None
    cost = (first.cost or 0.0) + (second.cost or 0.0) if known else None
    attempts = first.attempts + second.attempts
    if isinstance(second, Failed):
        return replace(second, usage=usage, cost=cost, attempts=attempts)
    return replace(second, usage=usage, cost=cost, attempts=attempts, paid=cost)


def _parsed(call: Call[Answer], line: Line) -> Accepted[Answer] | Unusable:
    if line.reply is None:
        return Unusable(line.reason, line.detail)
    return parse_answer(line.reply, call.answer)


def _estimated(settings: ModelSettings, call: Call[Answer], line: Line) -> Usage:
    if line.reply is None:
        return Usage()
    asked = most_usage(settings, call).prompt_tokens
    return Usage(asked, count_text_tokens(settings, line.reply.text), estimated=True)
