import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from persona_extract.errors import (
    BudgetSpent,
    ModelRefused,
    ModelUnavailable,
    StoreError,
    UsageError,
)
from persona_extract.llm import _batch_work
from persona_extract.llm.batch import batch_all
from persona_extract.llm.cache import AnswerCache, stats
from persona_extract.llm.door import Door
from persona_extract.llm.ledger import Ledger, totals
from persona_extract.llm.prices import ModelPrices
from persona_extract.records.calls import Answered, Call, Failed, Message, Plain, Usage
from persona_extract.records.models import ModelSettings
from tests.unit.llm.batch_server import FakeBatchServer, errs, says

# A batched answer costs (1000 * 1 + 100 * 10) / 1e6 USD, and may cost about 0.001 * 10 at the most.
COST = 0.002


class Mood(BaseModel):
    model_config = ConfigDict(extra="forbid")
    mood: str


@pytest.fixture
def server() -> Iterator[FakeBatchServer]:
    with FakeBatchServer() as running:
        yield running


class Bench:
    """Everything around one run of a batch."""

    def __init__(self, server: FakeBatchServer, folder: Path, **said: object) -> None:
        self.folder = folder
        self.settings = ModelSettings.model_validate(
            {
                "model": "openai/fake",
                "base_url": server.url,
                "batch": True,
                "retries": 0,
                "input_price": 1.0,
                "output_price": 10.0,
                "max_tokens": 1000,
                **said,
            }
        )
        self.cache = AnswerCache(folder / "answers.sqlite")
        self.path = folder / "ledger.sqlite"
        self.notes = folder / "batches"
        self.prices = ModelPrices(self.settings)
        self.slept: list[float] = []
        self.sleep: Callable[[float], None] = self.slept.append
        self.done: list[int] = []

    def run(
        self,
        calls: list[Call[Any]],
        *,
        run: str = "r",
        budget: float | None = None,
        door: bool = False,
        cache: bool = True,
    ) -> list[Any]:
        account, answers = Ledger(self.path, run, budget), self.cache if cache else None
        return batch_all(
            "reader",
            self.settings,
            calls,
            account=account,
            prices=self.prices,
            answers=answers,
            notes=self.notes,
            poll_seconds=7,
            sleep=self.sleep,
            advance=self.done.append,
            door=Door("reader", self.settings, account=account, prices=self.prices, answers=answers)
            if door
            else None,
        )

    def pending(self) -> list[Path]:
        return sorted(self.notes.glob("*")) if self.notes.exists() else []


def plain(*texts: str) -> list[Call[Any]]:
    return [Call("read", "read.v1@aa", (Message("user", text),), Plain) for text in texts]


def last(body: dict[str, Any]) -> str:
    return body["messages"][-1]["content"]


def test_answers_come_in_order_at_the_price_of_a_batch(server: FakeBatchServer, tmp_path: Path):
    server.answer, server.looks = lambda body: says(f"about {last(body)}"), 3
    bench = Bench(server, tmp_path, temperature=0.5, seed=7)
    results = bench.run(plain("b", "a", "c"))
    assert [each.value.text for each in results] == ["about b", "about a", "about c"]
    first = results[0]
    assert first == Answered(
        Plain(text="about b"), "fake-model-1", Usage(1000, 100), COST, False, 1, paid=COST
    )
    (spent,) = totals(bench.path, "r")
    assert (spent.calls, spent.failed, spent.cost, spent.reserved) == (3, 0, 3 * COST, 0.0)
    assert bench.slept == [7, 7]
    assert sum(bench.done) == 3
    line = server.questions("batch-0")[0]
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    assert line["body"] == {
        "model": "fake",
        "messages": [{"role": "user", "content": "b"}],
        "temperature": 0.5,
        "seed": 7,
        "max_tokens": 1000,
    }


def test_a_model_gets_the_parameters_that_it_knows(server: FakeBatchServer, tmp_path: Path):
    Bench(server, tmp_path, model="openai/o3-mini", temperature=None).run(plain("a"))
    (line,) = server.questions("batch-0")
    assert line["body"]["model"] == "o3-mini"
    assert line["body"]["max_completion_tokens"] == 1000
    assert "max_tokens" not in line["body"]


def test_nothing_is_left_behind(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    bench.run(plain("a"))
    assert bench.pending() == []
    assert server.files == {}  # what people said is not left on the provider's disks
    assert len(server.removed) == 2


def test_what_is_kept_is_not_sent(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    bench.run(plain("a", "b"))
    results = bench.run(plain("a", "b", "c"))
    assert [each.from_cache for each in results] == [True, True, False]
    assert [len(server.questions(name)) for name in server.batches] == [2, 1]
    assert bench.run(plain("c"))[0].from_cache
    assert len(server.batches) == 2
    assert totals(bench.path, "r")[0].from_cache == 3


def test_equal_calls_are_asked_once(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    results = bench.run(plain("a", "b", "a", "a"))
    assert len(server.questions("batch-0")) == 2
    assert [each.cost for each in results] == [COST, COST, 0.0, 0.0]
    assert sum(bench.done) == 4


def test_structured_answers_are_parsed_as_the_door_parses_them(
    server: FakeBatchServer, tmp_path: Path
):
    said = {
        "good": says('{"mood": "calm"}'),
        "fenced": says('Sure: ```json\n{"mood": "glad"}\n```'),
        "prose": says("calm"),
        "shape": says('{"feeling": 1}'),
        "refusal": says(None, refusal="no"),
        "empty": says(""),
        "server": errs("server_error", 500),
        "long": errs("context_length_exceeded", 400),
        "expired": errs("batch_expired"),
        "lost": None,
    }
    server.answer = lambda body: said[last(body)]
    bench = Bench(server, tmp_path, structured="native")
    calls = [Call("read", "p", (Message("user", name),), Mood) for name in said]
    results = dict(zip(said, bench.run(calls), strict=True))
    assert results["good"].value == Mood(mood="calm")
    assert results["fenced"].value == Mood(mood="glad")
    reasons = {name: one.reason for name, one in results.items() if isinstance(one, Failed)}
    assert reasons == {
        "prose": "not JSON",
        "shape": "wrong shape",
        "refusal": "refused",
        "empty": "empty",
        "server": "rejected",
        "long": "too long",
        "expired": "timed out",
        "lost": "timed out",
    }
    assert results["prose"].cost == COST  # an answer that is of no use is paid, too
    assert results["server"].cost == 0.0
    assert server.questions("batch-0")[0]["body"]["response_format"]["type"] == "json_schema"
    (spent,) = totals(bench.path, "r")
    assert (spent.calls, spent.failed, spent.cost) == (10, 8, 6 * COST)
    assert stats(bench.cache.path).entries == 2


def test_the_door_asks_again_what_failed(server: FakeBatchServer, tmp_path: Path):
    server.answer = lambda body: errs("server_error", 500) if last(body) == "b" else says("")
    bench = Bench(server, tmp_path)
    first, second = bench.run(plain("a", "b"), door=True)
    assert (first.value.text, first.attempts, first.cost) == ("from the door", 2, 2 * COST)
    assert (second.value.text, second.cost) == ("from the door", COST)
    assert sorted(last(body) for body in server.asked) == ["a", "b"]
    assert len(server.batches) == 1
    assert bench.run(plain("a", "b"))[1].from_cache


def test_tokens_that_are_not_told_are_estimated(server: FakeBatchServer, tmp_path: Path):
    server.answer = lambda body: says("one two three", usage=False)
    (result,) = Bench(server, tmp_path).run(plain("hello there"))
    assert result.usage.estimated
    assert 0 < result.usage.prompt_tokens < 20
    assert 0 < result.usage.completion_tokens < 6


def test_a_budget_is_kept_and_what_fits_is_sent_first(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    with pytest.raises(BudgetSpent, match=r"--budget.*\. 6 of 8 calls are answered and kept"):
        bench.run(plain(*"abcdefgh"), budget=0.0205)
    sizes = [len(server.questions(name)) for name in server.batches]
    assert sizes[0] == 2  # each may cost 0.01 and costs 0.002
    assert sum(sizes) == 6
    assert sum(each.cost or 0 for each in totals(bench.path, "r")) <= 0.0205
    assert all(each.reserved == 0 for each in totals(bench.path, "r"))
    results = bench.run(plain(*"abcdefgh"), run="again")
    assert [each.from_cache for each in results] == [True] * 6 + [False] * 2


def test_a_budget_that_holds_for_nothing_sends_nothing(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    with pytest.raises(BudgetSpent):
        bench.run(plain("a"), budget=0.001)
    assert server.paths == []
    bench = Bench(server, tmp_path, input_price=None, output_price=None)
    with pytest.raises(BudgetSpent, match="input_price"):
        bench.run(plain("a"), budget=100.0)
    assert server.paths == []


def test_large_batches_are_parted(
    server: FakeBatchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_batch_work, "MOST_LINES", 3)
    server.looks = 2
    bench = Bench(server, tmp_path)
    assert len(bench.run(plain(*"abcdefgh"))) == 8
    assert [len(server.questions(name)) for name in server.batches] == [3, 3, 2]
    assert len(bench.slept) == 1  # all are under way together
    monkeypatch.setattr(_batch_work, "MOST_BYTES", 100)
    bench.run(plain("i", "j"))
    assert [len(server.questions(name)) for name in server.batches] == [3, 3, 2, 1, 1]


def test_a_killed_run_picks_its_batch_up(server: FakeBatchServer, tmp_path: Path):
    server.looks = 10**9
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=_run_until_killed, args=(server.url, tmp_path))
    worker.start()
    end = time.monotonic() + 60
    while time.monotonic() < end and not (
        server.batches and server.batches["batch-0"]["_looks"] > 2
    ):
        time.sleep(0.02)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    server.looks = 1
    bench = Bench(server, tmp_path)
    assert len(bench.pending()) == 1
    results = bench.run(plain("a", "b", "c"), run="next", budget=1.0)
    assert [each.value.text for each in results] == ["hello"] * 3
    assert [len(server.questions(name)) for name in server.batches] == [2, 1]  # only c was new
    assert bench.pending() == []
    assert totals(bench.path, "next")[0].cost == 3 * COST
    assert totals(bench.path, "killed")[0].under_way == 2


def _run_until_killed(url: str, folder: Path) -> None:
    server = FakeBatchServer()  # not started: only its address is needed
    server.url = url
    bench = Bench(server, folder)
    account = Ledger(bench.path, "killed", 1.0)
    batch_all(
        "reader",
        bench.settings,
        plain("a", "b"),
        account=account,
        prices=bench.prices,
        answers=bench.cache,
        notes=bench.notes,
        poll_seconds=0.01,
    )


class Killed(BaseException):
    """Stands for the end of the process."""


def test_a_run_that_was_killed_while_it_sent_finds_its_batch(
    server: FakeBatchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bench = Bench(server, tmp_path)
    write = _batch_work.write_note

    def die(folder: Path | None, note: Any) -> None:
        if note.batch is not None:
            raise Killed
        write(folder, note)

    monkeypatch.setattr(_batch_work, "write_note", die)
    with pytest.raises(Killed):
        bench.run(plain("a"))
    monkeypatch.undo()
    assert json.loads(bench.pending()[0].read_text())["batch"] is None
    assert bench.run(plain("a"), run="next")[0].value.text == "hello"
    assert len(server.batches) == 1


def test_a_batch_that_never_began_is_sent_again(server: FakeBatchServer, tmp_path: Path):
    server.statuses["POST /v1/batches"] = [500]
    bench = Bench(server, tmp_path)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        bench.run(plain("a"), budget=1.0)
    assert totals(bench.path, "r") == ()  # nothing was asked, and nothing is set aside
    assert len(bench.pending()) == 1
    assert bench.run(plain("a"), budget=1.0)[0].value.text == "hello"
    assert (len(server.batches), bench.pending()) == (1, [])


def test_a_batch_that_the_provider_forgot_is_sent_again(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    _leave_under_way(bench, server, "a")
    server.batches.clear()
    assert bench.run(plain("a"))[0].value.text == "hello"
    assert bench.pending() == []


def test_a_batch_that_gets_lost_is_not_sent_again_and_again(
    server: FakeBatchServer, tmp_path: Path
):
    server.statuses["GET /v1/batches/batch-0"] = [404]
    with pytest.raises(ModelUnavailable, match="lost"):
        Bench(server, tmp_path).run(plain("a"))
    assert len(server.batches) == 1


def test_answers_to_calls_of_another_day_are_left_for_it(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    _leave_under_way(bench, server, "a", "b")
    assert bench.run(plain("other"))[0].value.text == "hello"
    assert len(bench.pending()) == 1
    assert bench.run(plain("a"))[0].value.text == "hello"
    assert len(bench.pending()) == 1
    assert bench.run(plain("b"))[0].value.text == "hello"
    assert bench.pending() == []
    assert [len(server.questions(name)) for name in server.batches] == [2, 1]


def _leave_under_way(bench: Bench, server: FakeBatchServer, *texts: str) -> None:
    """A run that was killed while it waited."""
    before, server.looks = bench.sleep, 10**9

    def die(seconds: float) -> None:
        raise Killed

    bench.sleep = die
    with pytest.raises(Killed):
        bench.run(plain(*texts), run="killed")
    bench.sleep, server.looks = before, 1


def test_a_batch_that_is_refused_stops_the_run(server: FakeBatchServer, tmp_path: Path):
    server.ends, server.codes = "failed", ["token_limit_exceeded"]
    bench = Bench(server, tmp_path)
    with pytest.raises(ModelRefused, match="token_limit_exceeded") as refused:
        bench.run(plain("a"), door=True)
    assert "secret text" not in str(refused.value)
    assert server.asked == []  # the door's price is twice as high: nobody asked for it
    assert (bench.pending(), totals(bench.path, "r")) == ([], ())


def test_what_an_expired_batch_has_answered_is_kept(server: FakeBatchServer, tmp_path: Path):
    server.ends = "expired"
    server.answer = lambda body: says("yes") if last(body) == "a" else errs("batch_expired")
    bench = Bench(server, tmp_path)
    first, second = bench.run(plain("a", "b"))
    assert first.value.text == "yes"
    assert (second.reason, second.cost) == ("timed out", 0.0)


def test_a_server_that_is_silent_for_a_while_is_waited_for(server: FakeBatchServer, tmp_path: Path):
    server.statuses["GET /v1/batches/batch-0"] = [500, 503, 429]
    bench = Bench(server, tmp_path)
    assert bench.run(plain("a"))[0].value.text == "hello"
    assert len(bench.slept) == 3
    server.statuses["GET /v1/batches/batch-1"] = [500] * 100
    with pytest.raises(ModelUnavailable, match="picked up"):
        bench.run(plain("b"))
    assert len(bench.pending()) == 1


def test_a_wrong_key_is_said_to_be_one(server: FakeBatchServer, tmp_path: Path):
    server.statuses["POST /v1/files"] = [401]
    with pytest.raises(ModelRefused, match="refused"):
        Bench(server, tmp_path).run(plain("a"))


def test_a_server_without_batches_says_what_to_set(server: FakeBatchServer, tmp_path: Path):
    server.statuses["POST /v1/files"] = [404]
    with pytest.raises(UsageError, match=r"no batch API.*batch = false in \[models\.reader\]"):
        Bench(server, tmp_path).run(plain("a"))


def test_other_providers_are_refused_by_name(
    server: FakeBatchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    bench = Bench(server, tmp_path, model="anthropic/claude-x", base_url=None)
    with pytest.raises(UsageError, match=r"anthropic are not supported.*OpenAI.*batch = false"):
        bench.run(plain("a"))


def test_a_damaged_note_says_what_to_do(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    bench.notes.mkdir()
    (bench.notes / "x.json").write_text("{")
    with pytest.raises(StoreError, match=r"damaged\. Delete it"):
        bench.run(plain("a"))


def test_without_a_cache_nothing_is_kept(server: FakeBatchServer, tmp_path: Path):
    bench = Bench(server, tmp_path)
    bench.run(plain("a"), cache=False)
    assert bench.run(plain("a"), cache=False)[0].from_cache is False
    assert len(server.batches) == 2


def test_no_calls_need_no_server(server: FakeBatchServer, tmp_path: Path):
    assert Bench(server, tmp_path).run([]) == []
    assert server.paths == []
