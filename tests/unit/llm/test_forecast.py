import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from persona_extract.cli.forecast import dollars, forecast_lines
from persona_extract.llm import forecast as room
from persona_extract.llm.cache import AnswerCache
from persona_extract.llm.forecast import forecast
from persona_extract.llm.prices import ModelPrices
from persona_extract.llm.protocol import Kept
from persona_extract.llm.questions import call_key
from persona_extract.llm.tokens import count_tokens
from persona_extract.records.calls import Call, Message, Plain, Usage
from persona_extract.records.models import ModelSettings
from persona_extract.records.spent import Forecast

OWN = ModelSettings(model="gpt-4o-mini", input_price=1.0, output_price=10.0, max_tokens=1000)
FREE = ModelSettings(model="openai/mine", base_url="http://localhost:1/v1", max_tokens=100)


class Mood(BaseModel):
    model_config = ConfigDict(extra="forbid")
    mood: str


def calls(n: int, prompt: str = "read.v1@aa", stage: str = "read") -> Iterator[Call[Plain]]:
    for i in range(n):
        said = Message("user", f"how does conversation {i} feel?")
        yield Call(stage, prompt, (said,), Plain)


def test_questions_are_counted_and_answers_expected():
    found = forecast("reader", OWN, calls(8), None, ModelPrices(OWN))
    asked = sum(count_tokens(OWN, call.messages) for call in calls(8))
    assert (found.calls, found.kept, found.prompt_tokens) == (8, 0, asked)
    assert (found.completion_tokens, found.most_completion_tokens) == (2000, 8000)
    assert "guess" in found.basis
    assert found.low == pytest.approx(asked * 1e-6)
    assert found.expected == pytest.approx(asked * 1e-6 + 0.02)
    assert found.high == pytest.approx(asked * 1e-6 + 0.08)
    assert (found.role, found.stage, found.prices) == ("reader", "read", "settings")


def test_the_schema_in_the_prompt_is_counted():
    call = Call("read", "p", (Message("user", "hello"),), Mood)
    plain = Call("read", "p", (Message("user", "hello"),), Plain)
    long = forecast("reader", OWN, [call], None, ModelPrices(OWN))
    short = forecast("reader", OWN, [plain], None, ModelPrices(OWN))
    assert long.prompt_tokens > short.prompt_tokens + 20


def test_what_is_kept_costs_nothing_and_tells_lengths(tmp_path: Path):
    cache = AnswerCache(tmp_path / "a.sqlite")
    kept = list(calls(6))
    for call, length in zip(kept, (10, 20, 30, 40, 50, 60), strict=True):
        cache.keep(call_key(OWN, call), "read", call.prompt, Kept("x", "m", Usage(9, length), 1.0))
    found = forecast("reader", OWN, calls(10), cache, ModelPrices(OWN))
    assert (found.calls, found.kept) == (10, 6)
    assert (found.completion_tokens, found.most_completion_tokens) == (4 * 35, 4000)
    assert found.basis == "as long as the mean of 6 kept"
    everything = forecast("reader", OWN, kept, cache, ModelPrices(OWN))
    assert (everything.kept, everything.prompt_tokens, everything.high) == (6, 0, 0.0)


def test_few_kept_answers_tell_no_length(tmp_path: Path):
    cache = AnswerCache(tmp_path / "a.sqlite")
    (call,) = calls(1)
    cache.keep(call_key(OWN, call), "read", call.prompt, Kept("x", "m", Usage(9, 1), 1.0))
    found = forecast("reader", OWN, calls(2), cache, ModelPrices(OWN))
    assert found.completion_tokens == 250


def test_an_unknown_price_is_unknown():
    found = forecast("reader", FREE, calls(3), None, ModelPrices(FREE))
    assert (found.low, found.expected, found.high) == (None, None, None)
    assert found.prices == "unknown"
    assert found.prompt_tokens > 0


def test_a_call_may_allow_a_longer_answer_than_its_role():
    call = Call("read", "p", (Message("user", "hello"),), Plain, max_tokens=5000)
    assert forecast("reader", OWN, [call], None, ModelPrices(OWN)).most_completion_tokens == 5000


def test_no_calls_cost_nothing():
    found = forecast("judge", OWN, [], None, ModelPrices(OWN))
    assert (found.calls, found.stage, found.high) == (0, "", 0.0)


def test_memory_does_not_grow_with_the_calls(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "count_tokens", lambda settings, messages: 100)  # as it caches itself
    peaks: list[int] = []
    for n in (200, 4000):
        forecast("reader", OWN, calls(20), None, ModelPrices(OWN))
        tracemalloc.start()
        forecast("reader", OWN, calls(n), None, ModelPrices(OWN))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 20_000


def line(**said: object) -> Forecast:
    values: dict[str, object] = {
        "role": "reader",
        "stage": "read",
        "model": "openai/" + "long-name-" * 6,
        "calls": 12_000_000,
        "kept": 1_000_000,
        "prompt_tokens": 1_234_567_890,
        "completion_tokens": 123_456_789,
        "most_completion_tokens": 9_999_999_999,
        "basis": "as long as the mean of 1,000,000 kept; others taken as a quarter, a guess",
        "low": 1.25,
        "expected": 2.5,
        "high": 12345.0,
        "prices": "litellm's list",
    }
    return Forecast.model_validate(values | said)


def test_the_table_fits_and_adds_up():
    unknown = {"low": None, "expected": None, "high": None, "prices": "unknown"}
    lines = list(
        forecast_lines([line(), line(role="judge", expected=0.5), line(role="labeler", **unknown)])
    )
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert "2.50 USD expected, 1.25 to 12,345.00 (litellm's list)" in text
    assert "cost unknown (unknown)" not in text
    assert "total 36,000,000 3,000,000" in text
    assert "3.00 USD expected, 2.50 to 24,690.00, and what is unknown of 1 of 3" in text
    assert "[models.labeler]" in text
    assert "[models.reader]" not in text


def test_nothing_to_forecast_is_said():
    assert "no model would be asked" in "\n".join(forecast_lines([]))


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "unknown"), (0, "0.00"), (1234.5, "1,234.50"), (0.0042, "0.0042"), (1e-9, "<0.0001")],
)
def test_money_is_short_and_never_rounded_to_nothing(value: float | None, said: str):
    assert dollars(value) == said
