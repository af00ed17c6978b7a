"""The door against a server that misbehaves on purpose."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
import traceback
from dataclasses import replace
from typing import Any

import pytest

from persona_extract.errors import BudgetSpent, ModelRefused, ModelUnavailable, UsageError
from persona_extract.llm import Door, ask_all, call_key, check_models, count_tokens
from persona_extract.llm.breaker import Patience
from persona_extract.llm.keys import is_local
from persona_extract.records.calls import Answered, Failed, Message, Plain, Usage
from persona_extract.records.models import ModelSettings, ModelsSettings
from tests.servers.fixture import model_server  # noqa: F401 - a fixture
from tests.servers.openai_like import FakeModelServer, Play, Said, Seen, errs, hangs, resets, says
from tests.unit.llm.doors import FakeAccount, FakePrices, Mood, open_door, question

GOOD = '{"mood": "good"}'
BAD_UTF8 = Said(says("?").body.replace(b'"?"', b'"\xff\xfe"'))
HUGE = Said(b'{"x": "' + b"a" * (5 * 2**20) + b'"}')


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """litellm imports half of itself in its first call, longer than the time-outs of tests."""
    with FakeModelServer() as server:
        ask_all(open_door(server.url, timeout=60).door, [question(answer=Plain)])


OVERCOME: dict[str, tuple[list[Play], int]] = {
    "429 with Retry-After": ([errs(429, headers={"Retry-After": "0.05"})], 2),
    "429 with retry-after-ms": ([errs(429, headers={"retry-after-ms": "50"})], 2),
    "429 without a word": ([errs(429)], 2),
    "500": ([errs(500)], 2),
    "502 and 503": ([errs(502), errs(503)], 3),
    "529": ([errs(529)], 2),
    "reset before the answer": ([resets()], 2),
    "reset within the answer": ([resets(40)], 2),
    "hangs": ([hangs()], 2),
    "drips": ([says(GOOD, drip=0.05)], 2),
    "invalid UTF-8": ([BAD_UTF8], 2),
    "a web page": ([Said(b"<html>proxy</html>")], 2),
    "nothing": ([Said(b"")], 2),
    "no choices": ([Said(b'{"choices": []}')], 2),
    "JSON that is no answer": ([Said(b"[1]")], 2),
    "content that is no text": ([says(["hey"])], 2),  # type: ignore[arg-type]
    "empty content": ([says("")], 2),
    "null content": ([says(None)], 2),
    "truncated JSON, cut off": ([says('{"mood": "go', finish="length")], 2),
    "wrong shape": ([says('{"mod": "good"}')], 2),
    "cut off, though it says stop": (
        [says('{"mood": "go', usage={"prompt_tokens": 9, "completion_tokens": 2048})],
        2,
    ),
    "no JSON": ([says("The mood is good.")], 2),
    "two JSONs that differ": ([says('{"mood": "good"} or {"mood": "bad"}')], 2),
    "truncated JSON, repaired": ([says('{"mood": "good"')], 1),
    "prose around JSON": ([says(f"Here you are:\n```json\n{GOOD}\n```\nGood luck {{all}}!")], 1),
    "two JSONs that agree": ([says(f"{GOOD}\n{GOOD}")], 1),
    "a second JSON of another shape": ([says(f'{{"schema": 1}} {GOOD}')], 1),
    "thoughts": ([says(f'<think>Maybe {{"mood": "bad"}}?</think>{GOOD}')], 1),
    "unknown reason to finish": ([says(GOOD, finish="whatever")], 1),
}


@pytest.mark.parametrize("name", OVERCOME)
def test_misbehaviour_is_overcome(name: str, model_server: FakeModelServer) -> None:  # noqa: F811
    plays, attempts = OVERCOME[name]
    model_server.plays(*plays, says(GOOD))
    opened = open_door(model_server.url, timeout=0.4)
    (result,) = ask_all(opened.door, [question()])
    assert isinstance(result, Answered)
    assert result.value == Mood(mood="good")
    assert result.attempts == attempts == len(model_server.seen) == len(opened.account.settled)
    assert not opened.account.reserved
    assert opened.account.outcomes[-1] == "answered"
    assert len(opened.answers.kept) == 1
    assert result.cost == pytest.approx(opened.account.spent)


FAILS: dict[str, tuple[Play, str, int]] = {
    "refusal field": (says(None, refusal="I will not."), "refused", 1),
    "refusal in words": (says("I'm sorry, but I can't help with that."), "refused", 1),
    "refusal with empty JSON": (says('I cannot do that: {"mood": ""}'), "refused", 1),
    "filtered answer": (says("", finish="content_filter"), "refused", 1),
    "filtered question": (errs(400, "content_filter"), "rejected", 1),
    "bad request": (errs(400, "invalid_value"), "rejected", 1),
    "unprocessable": (errs(422), "rejected", 1),
    "context length": (errs(400, "context_length_exceeded"), "too long", 1),
    "too large": (errs(413), "too long", 1),
    "huge answer": (HUGE, "cut off", 1),
    "long text": (says("a" * 1_000_001), "cut off", 2),
    "never JSON": (says("The mood is good."), "not JSON", 2),
    "never the shape": (says('{"mod": "good"}'), "wrong shape", 2),
    "always empty": (says(""), "empty", 2),
    "always cut off": (says('{"mood": "go', finish="length"), "cut off", 2),
    "always 500": (errs(500), "rejected", 3),
    "always reset": (resets(), "timed out", 3),
    "always hanging": (hangs(), "timed out", 3),
    "always garbled": (BAD_UTF8, "not JSON", 3),
}


@pytest.mark.parametrize("name", FAILS)
def test_a_call_that_cannot_be_answered_is_a_record(
    name: str,
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    play, reason, attempts = FAILS[name]
    model_server.plays(play)
    opened = open_door(model_server.url, timeout=0.3, retries=2)
    (result,) = ask_all(opened.door, [question("My secret word is xylophone.")])
    assert isinstance(result, Failed)
    assert (result.reason, result.attempts) == (reason, attempts)
    assert len(model_server.seen) == attempts
    assert "xylophone" not in result.detail and "\n" not in result.detail
    assert not opened.answers.kept, "failures are never kept"
    assert not opened.account.reserved
    assert set(opened.account.outcomes) == {reason}


STOPS: dict[str, tuple[Play, type[Exception], str]] = {
    "wrong key": (errs(401, "invalid_api_key", "Incorrect key sk-s3cret"), ModelRefused, "key"),
    "no credit": (errs(429, "insufficient_quota"), ModelRefused, "credit"),
    "payment": (errs(402), ModelRefused, "credit"),
    "forbidden": (errs(403), ModelRefused, "may not use"),
    "unknown model": (errs(404, "model_not_found"), ModelRefused, "check model and base_url"),
    "comes back in an hour": (
        errs(429, headers={"Retry-After": "3600"}),
        ModelUnavailable,
        "3,600",
    ),
    "always 500": (errs(500), ModelUnavailable, "500"),
    "always 400": (errs(400, "unsupported_value"), ModelRefused, "unsupported_value"),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_concerns_all_stops_the_run_with_one_message(
    name: str,
    model_server: FakeModelServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play, kind, word = STOPS[name]
    monkeypatch.setenv("FAKE_KEY", "sk-s3cret")
    many = [question(f"How are you, number {number}?") for number in range(300)]
    three_are_fine = [says(GOOD)] * 3
    model_server.plays(*([] if name == "always 400" else three_are_fine), play)
    opened = open_door(model_server.url, concurrency=4, key_env="FAKE_KEY", retries=20)
    with pytest.raises(kind, match=word) as caught:
        ask_all(opened.door, many)
    assert len(model_server.seen) < 100, "a provider that is down is not asked thousands of times"
    assert f"Of the last 300 calls {len(opened.answers.kept)} are answered and kept" in str(
        caught.value
    )
    assert len(opened.answers.kept) == (0 if name == "always 400" else 3)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    assert not opened.account.reserved
    asked = len(model_server.seen)
    with pytest.raises(kind):
        ask_all(opened.door, many[-3:])
    assert len(model_server.seen) == asked, "a door that has closed asks nobody"


def test_nobody_listens() -> None:
    with FakeModelServer() as server:
        url = server.url
    opened = open_door(url, retries=1)
    with pytest.raises(ModelUnavailable, match="nobody answers at the address"):
        ask_all(opened.door, [question()])
    assert opened.account.spent == 0


def test_one_poisonous_question_among_others_is_a_failure(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    def play(seen: Seen) -> Said:
        return errs(500) if "poison" in seen.last else says(GOOD)

    model_server.plays(play)
    opened = open_door(model_server.url, concurrency=3, retries=4)
    calls = [question("poison" if number == 10 else f"n {number}") for number in range(40)]
    results = ask_all(opened.door, calls)
    failed = [place for place, result in enumerate(results) if isinstance(result, Failed)]
    assert failed == [10]


def test_a_server_that_restarts_is_waited_for(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    until = time.monotonic() + 0.5
    model_server.plays(lambda _: errs(503) if time.monotonic() < until else says(GOOD))
    patience = Patience(first_wait=0.05, longest_wait=0.2, grace=5)
    opened = open_door(model_server.url, patience=patience, concurrency=8, retries=20)
    results = ask_all(opened.door, [question(str(number)) for number in range(8)])
    assert all(isinstance(result, Answered) for result in results)


def test_chaos_leaves_no_call_and_no_dollar_behind(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    draw = random.Random(7)
    chaos = [one for plays, _ in OVERCOME.values() for one in plays]
    chaos += [one for one, _, _ in FAILS.values()]
    chaos = [one for one in chaos if isinstance(one, Said) and len(one.body) < 9000]
    chaos = [one for one in chaos if not one.hangs and not one.drip]

    def play(seen: Seen) -> Said:
        own = says(json.dumps({"mood": seen.last[:8]}))
        return own if draw.random() < 0.6 else draw.choice(chaos)

    model_server.plays(play)
    patience = Patience(first_wait=0.001, longest_wait=0.01, grace=60)
    opened = open_door(model_server.url, patience=patience, concurrency=16, structured="auto")
    results = ask_all(opened.door, [question(f"n {number:06}") for number in range(120)])
    assert len(results) == 120 and not opened.account.reserved
    answered = {n: r.value.mood for n, r in enumerate(results) if isinstance(r, Answered)}
    assert len(opened.answers.kept) == len(answered) > 60
    assert all(mood in (f"n {number:06}", "good") for number, mood in answered.items())
    assert sum(r.attempts for r in results) == len(opened.account.settled) == len(model_server.seen)
    assert sum(r.cost or 0 for r in results) == pytest.approx(opened.account.spent)


def test_a_429_pauses_all_callers(model_server: FakeModelServer) -> None:  # noqa: F811
    limits = iter([errs(429, headers={"Retry-After": "1.2"})])
    model_server.plays(
        lambda seen: next(limits, says(GOOD)) if seen.last == "3" else says(GOOD, delay=0.02)
    )
    opened = open_door(model_server.url, concurrency=2)
    ask_all(opened.door, [question(str(number)) for number in range(100)])
    assert len(model_server.seen) == 101
    limited = next(seen.at for seen in model_server.seen if seen.last == "3")
    # What was under way is finished; nobody else begins.
    assert not [s for s in model_server.seen if limited + 0.5 < s.at < limited + 1.1]
    before = [seen for seen in model_server.seen if seen.at < limited + 0.5]
    assert len(before) < 90


def test_no_more_calls_are_under_way_than_said(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD, delay=0.02))
    opened = open_door(model_server.url, concurrency=5)
    told: list[int] = []
    results = ask_all(opened.door, [question(str(n)) for n in range(40)], told.append)
    assert model_server.most_at_once == 5
    assert (len(results), sum(told)) == (40, 40)


def test_results_stand_in_the_order_of_the_calls(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(
        lambda seen: says(json.dumps({"mood": seen.last}), delay=0.05 / (1 + int(seen.last)))
    )
    opened = open_door(model_server.url, concurrency=10)
    results = ask_all(opened.door, [question(str(number)) for number in range(10)])
    assert [r.value.mood for r in results if isinstance(r, Answered)] == [str(n) for n in range(10)]


def test_what_was_answered_is_never_paid_twice(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD))
    first = open_door(model_server.url)
    calls = [question("a"), question("b"), question("a")]
    results = ask_all(first.door, calls)
    assert len(model_server.seen) == 2, "the same question in one list is asked once"
    assert [isinstance(r, Answered) and r.from_cache for r in results] == [False, False, True]
    again = open_door(model_server.url, answers=first.answers)
    kept = ask_all(again.door, calls)
    assert len(model_server.seen) == 2
    assert all(isinstance(r, Answered) and r.from_cache and r.cost == 0 for r in kept)
    assert again.account.freed == [Usage(10, 5)] * 3
    assert not again.account.settled


def test_a_kept_answer_that_is_broken_is_asked_again(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD))
    opened = open_door(model_server.url)
    ask_all(opened.door, [question()])
    (key,) = opened.answers.kept
    opened.answers.kept[key] = replace(opened.answers.kept[key], text='{"mood"')
    (result,) = ask_all(opened.door, [question()])
    assert isinstance(result, Answered) and not result.from_cache
    assert opened.answers.kept[key].text == GOOD


def test_the_budget_stops_the_run_and_keeps_what_is_done(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD, delay=0.02))
    # A call reserves about 1,000 tokens and uses 15, at a dollar a million.
    opened = open_door(model_server.url, budget=0.0024, max_tokens=1000, concurrency=4)
    calls = [question(str(number)) for number in range(60)]
    with pytest.raises(
        BudgetSpent, match=r"raise --budget.* the last 60 calls \d+ are answered and kept"
    ):
        ask_all(opened.door, calls)
    assert opened.account.spent <= 0.0024
    assert 0 < len(opened.answers.kept) == len(opened.account.settled) < 60
    richer = open_door(model_server.url, max_tokens=1000, answers=opened.answers)
    assert len(ask_all(richer.door, calls)) == 60
    assert len(model_server.seen) == 60, "each was asked once, over both runs"


def test_nothing_is_begun_after_the_budget_is_spent(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD))
    opened = open_door(model_server.url, budget=0.01, concurrency=1)
    calls = [question("a"), question("b", max_tokens=50_000), question("c", max_tokens=16)]
    with pytest.raises(BudgetSpent, match="Of the last 3 calls 1 are"):
        ask_all(opened.door, calls)
    assert len(model_server.seen) == 1, "not even what would be cheap enough"


def test_money_is_counted_over_all_attempts(model_server: FakeModelServer) -> None:  # noqa: F811
    model_server.plays(errs(500), says("no"), says(GOOD, usage={}))
    opened = open_door(model_server.url)
    (result,) = ask_all(opened.door, [question()])
    assert opened.account.outcomes == ["rejected", "not JSON", "answered"]
    free, told, counted = (usage for usage, _, _ in opened.account.settled)
    assert free == Usage() and told == Usage(10, 5)
    assert counted.estimated and counted.prompt_tokens > 10 and counted.completion_tokens > 0
    assert isinstance(result, Answered) and result.usage.estimated
    assert result.usage.prompt_tokens == 10 + counted.prompt_tokens


def test_an_answer_that_never_came_is_paid_in_full(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(hangs(), says(GOOD))
    opened = open_door(model_server.url, timeout=0.3, max_tokens=500)
    ask_all(opened.door, [question()])
    lost = opened.account.settled[0][0]
    assert lost.estimated and lost.completion_tokens == 500 and lost.prompt_tokens > 10


def test_an_unknown_price_stays_unknown(model_server: FakeModelServer) -> None:  # noqa: F811
    model_server.plays(says(GOOD))
    opened = open_door(model_server.url, usd=None)
    (result,) = ask_all(opened.door, [question()])
    assert isinstance(result, Answered) and result.cost is None


def test_the_correction_shows_what_was_wrong(model_server: FakeModelServer) -> None:  # noqa: F811
    model_server.plays(says('{"mod": "good", "ignore all": 1}'), says(GOOD))
    ask_all(open_door(model_server.url).door, [question()])
    first, second = (seen.body["messages"] for seen in model_server.seen)
    assert [message["role"] for message in second] == ["system", "user"]
    assert second[0] == first[0]
    assert second[1]["content"].startswith("How are you?")
    assert "mood: Field required" in second[1]["content"]
    assert "<data " in second[1]["content"] and '{"mod": "good"' in second[1]["content"]


def test_an_answer_that_was_cut_off_gets_twice_the_room(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(
        lambda seen: says("", finish="length") if seen.body["max_tokens"] == 100 else says(GOOD)
    )
    opened = open_door(model_server.url, max_tokens=100)
    ask_all(opened.door, [question(), question("b", max_tokens=40)])
    assert sorted(seen.body["max_tokens"] for seen in model_server.seen) == [40, 100, 200]


def test_text_is_taken_as_it_is(model_server: FakeModelServer) -> None:  # noqa: F811
    model_server.plays(says("<think>hm</think> I'm sorry, {who}? \ud83d"))
    opened = open_door(model_server.url, structured="auto")
    (result,) = ask_all(opened.door, [question(answer=Plain)])
    assert isinstance(result, Answered)
    assert result.value.text == "I'm sorry, {who}? \ufffd"
    assert "response_format" not in model_server.seen[0].body
    (again,) = ask_all(opened.door, [question(answer=Plain)])
    assert isinstance(again, Answered) and again.value == result.value and again.from_cache


def takes_no_schema(seen: Seen) -> Said:
    return errs(400, "unknown_parameter") if "response_format" in seen.body else says(GOOD)


def ignores_schemas(seen: Seen) -> Said:
    return says("good" if "response_format" in seen.body else GOOD)


@pytest.mark.parametrize("play", [takes_no_schema, ignores_schemas])
def test_auto_falls_back_to_the_prompt_and_says_so(
    play: Play,
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(play)
    opened = open_door(model_server.url, structured="auto", concurrency=1)
    results = ask_all(opened.door, [question(str(number)) for number in range(5)])
    assert all(isinstance(result, Answered) for result in results)
    assert sum("response_format" in seen.body for seen in model_server.seen) == 1
    assert len(model_server.seen) == 6
    assert len(opened.door.notes) == 1 and "Mood" in opened.door.notes[0]


def test_auto_stays_with_the_providers_own_means(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    slips = iter([GOOD, "oh", GOOD, GOOD])
    model_server.plays(lambda _: says(next(slips)))
    opened = open_door(model_server.url, structured="auto", concurrency=1)
    ask_all(opened.door, [question(str(number)) for number in range(3)])
    assert all("response_format" in seen.body for seen in model_server.seen)
    assert not opened.door.notes
    schema = model_server.seen[0].body["response_format"]["json_schema"]
    assert schema["strict"] and schema["schema"]["required"] == ["mood", "reasons"]


def test_ask_all_works_within_a_loop_and_from_threads(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD, delay=0.02))
    opened = open_door(model_server.url, concurrency=3)

    async def within_a_loop() -> list[Any]:
        batch = asyncio.to_thread(ask_all, opened.door, [question(f"t{n}") for n in range(6)])
        singles = [opened.door.ask(question(f"s{n}")) for n in range(6)]
        results, *others = await asyncio.gather(batch, *singles)
        return [*results, *others, *ask_all(opened.door, [question("blocking")])]

    results = asyncio.run(within_a_loop())
    assert len(results) == 13 and all(isinstance(result, Answered) for result in results)
    assert model_server.most_at_once == 3, "the limit holds for all callers together"
    assert isinstance(asyncio.run(opened.door.ask(question("later"))), Answered)


def test_an_error_of_the_caller_ends_the_calls_at_once(
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    plays = iter([says(GOOD)])
    model_server.plays(lambda _: next(plays, hangs()))
    opened = open_door(model_server.url, concurrency=2, timeout=60)

    def interrupted(number: int) -> None:
        raise KeyboardInterrupt

    began, threads = time.monotonic(), threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        ask_all(opened.door, [question(str(n)) for n in range(9)], interrupted)
    assert time.monotonic() - began < 2
    assert not opened.account.reserved, "what was under way is settled"
    assert set(opened.account.outcomes) == {"answered", "interrupted"}
    assert threading.active_count() < threads + 10


def test_the_rate_holds(model_server: FakeModelServer) -> None:  # noqa: F811
    model_server.plays(says(GOOD))
    opened = open_door(model_server.url, requests_per_minute=300)
    began = time.monotonic()
    ask_all(opened.door, [question(str(number)) for number in range(35)])
    # 30 go at once, and then five a second.
    assert 0.7 < time.monotonic() - began < 3


def test_the_key_changes_with_everything_that_changes_an_answer() -> None:
    settings = ModelSettings(model="a", base_url="http://localhost/v1")
    call = question()
    keys = {call_key(settings, call)}
    for change in (
        {"model": "b"},
        {"base_url": None},
        {"temperature": 0.5},
        {"top_p": 0.5},
        {"seed": 1},
        {"max_tokens": 99},
        {"structured": "native"},
    ):
        keys.add(call_key(settings.model_copy(update=change), call))
    for other in (
        question("Other?"),
        question(answer=Plain),
        replace(call, prompt="mood.v2@00000000"),
        replace(call, max_tokens=77),
        replace(call, messages=(*call.messages, Message("user", "and?"))),
    ):
        keys.add(call_key(settings, other))
    assert len(keys) == 13
    same = settings.model_copy(update={"timeout": 1.0, "concurrency": 99, "key_env": "X"})
    assert call_key(same, replace(call, stage="other")) == call_key(settings, call)
    assert len(call_key(settings, question("\ud800"))) == 64
    none, written = (settings.model_copy(update={"temperature": t}) for t in (0, 0.0))
    assert call_key(none, call) == call_key(written, call)


def test_tokens_are_counted_without_a_network() -> None:
    words = (Message("user", "one two three four five"),)
    for model in ("gpt-4o-mini", "claude-sonnet-4-5", "ollama_chat/qwen3:8b", "meta-llama/llama-3"):
        assert 5 <= count_tokens(ModelSettings(model=model), words) <= 20


def test_a_role_without_a_model_has_no_door() -> None:
    with pytest.raises(UsageError, match=r"set models\.judge\.model"):
        Door("judge", ModelSettings(), account=FakeAccount(), prices=FakePrices(), answers=None)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown provider": ({"model": "nonsense"}, "provider/model"),
    "no key": ({"model": "gpt-4o-mini"}, "OPENAI_API_KEY"),
    "no key of two": ({"model": "gemini/gemini-2.5-flash"}, "GEMINI_API_KEY"),
    "unset key_env": ({"model": "gpt-4o-mini", "key_env": "MY_KEY"}, "MY_KEY is not set"),
    "remote server without key_env": ({"model": "x", "base_url": "https://a.com/v1"}, "key_env"),
    "a key that cannot be one": ({"model": "gpt-4o", "key_env": "ODD_KEY"}, "ODD_KEY"),
    "a parameter that is not taken": ({"model": "o3-mini", "key_env": "A_KEY"}, "temperature = 0"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_found_before_anything_is_paid(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "MY_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ODD_KEY", "sk-s3cret\x7f")
    monkeypatch.setenv("A_KEY", "sk-s3cret")
    settings, word = MISTAKES[name]
    with pytest.raises(ModelRefused, match=word) as caught:
        check_models(ModelsSettings(labeler=ModelSettings(**settings)))
    assert "models.labeler" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_what_is_right_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "sk-s3cret")
    check_models(ModelsSettings())
    check_models(
        ModelsSettings(
            reader=ModelSettings(model="gpt-4o-mini", key_env="A_KEY"),
            labeler=ModelSettings(model="Qwen/Qwen3-8B", base_url="http://localhost:8000/v1"),
            simulator=ModelSettings(model="ollama_chat/qwen3:8b"),
            judge=ModelSettings(model="openai/x", base_url="https://a.com/v1", key_env="A_KEY"),
        )
    )


def test_the_usual_key_of_a_provider_stays_at_home(
    model_server: FakeModelServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-s3cret")
    model_server.plays(says(GOOD))
    ask_all(open_door(model_server.url, model="gpt-4o-mini", seed=7).door, [question()])
    seen = model_server.seen[0]
    assert "s3cret" not in json.dumps([seen.headers, seen.body])
    assert seen.body["model"] == "gpt-4o-mini" and seen.body["seed"] == 7


def test_without_an_address_it_is_the_providers_own(
    model_server: FakeModelServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.url)
    monkeypatch.setenv("MY_KEY", "sk-two")
    model_server.plays(says(GOOD))
    for key_env in (None, "MY_KEY"):
        opened = open_door(
            model_server.url, base_url=None, model="gpt-4o-mini", key_env=key_env, structured="auto"
        )
        ask_all(opened.door, [question()])
    assert [seen.headers["authorization"] for seen in model_server.seen] == [
        "Bearer sk-one",
        "Bearer sk-two",
    ]
    assert "response_format" in model_server.seen[0].body, "litellm lists the model as having it"


@pytest.mark.parametrize(
    "model", ["hosted_vllm/some/model", "lm_studio/m", "Qwen/Qwen3-8B", "q:8b"]
)
def test_local_servers_need_no_key(
    model: str,
    model_server: FakeModelServer,  # noqa: F811
) -> None:
    model_server.plays(says(GOOD))
    (result,) = ask_all(open_door(model_server.url, model=model).door, [question()])
    assert isinstance(result, Answered)
    name = model.removeprefix("hosted_vllm/").removeprefix("lm_studio/")
    assert model_server.seen[0].body["model"] == name


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8000/v1", True),
        ("http://127.0.0.1/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://192.168.1.7:8080", True),
        ("http://gpu-box:8000/v1", True),
        ("http://host.docker.internal:11434", True),
        ("https://api.example.com/v1", False),
        ("http://8.8.8.8/v1", False),
        ("https://localhost.example.com", False),
    ],
)
def test_local_addresses(address: str, local: bool) -> None:
    assert is_local(address) is local
