"""What the door to models costs on top of the call itself, and what kept answers cost.

    python benchmarks/door.py [--calls 300] [--rounds 3] [--at-once 32] [--cached 10000] [--json]

A fake server (`tests/servers/openai_like.py`) answers at once, in a process of its own, so that
what is measured is the client. In turns, in one process: the raw `openai` client, litellm alone
(which the door is built on), and the door with all it does: digest, look into the cache, count
tokens, limits, reserve, send, parse, settle, keep. One after the other, then many at once. A figure
is the median of the rounds, each of so many calls. Then the same questions are asked again from a
cache that holds all answers.

Seconds are of the clock; CPU is that of this process, with all threads. Exits with 1 if an answer
is not the one that the server gave.
"""

# ruff: noqa: E402
# The folder above has to be on the path before the package and the tests' server are imported.

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from machine import describe_machine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import BaseModel, ConfigDict

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm._loop import door_loop
from persona_extract.llm.cache import AnswerCache
from persona_extract.llm.door import Door
from persona_extract.llm.ledger import Ledger
from persona_extract.llm.many import ask_all
from persona_extract.llm.prices import ModelPrices
from persona_extract.llm.protocol import Kept
from persona_extract.llm.questions import call_key
from persona_extract.records.calls import Answered, Call, Message, Usage
from persona_extract.records.models import ModelSettings
from tests.servers.openai_like import FakeModelServer, says

SAID = '{"mood": "calm"}'
SYSTEM = "Read the conversation and say how the user feels. " * 10
TEXT = "The train was late again and nobody told us why. " * 40
"""About 500 tokens, of which a conversation has more."""
WARM_UP = 20


class Mood(BaseModel):
    model_config = ConfigDict(extra="forbid")
    mood: str


@dataclass
class Times:
    """Milliseconds a call, of the clock and of the processor, one value a round."""

    wall: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])

    def time(self, work: Callable[[], int]) -> None:
        """Runs so many calls as `work` says it did."""
        wall, cpu = time.perf_counter(), time.process_time()
        calls = work()
        self.wall.append(1000 * (time.perf_counter() - wall) / calls)
        self.cpu.append(1000 * (time.process_time() - cpu) / calls)


def main() -> None:
    asked = _arguments()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, served() as url:
        clients = Clients(url, Path(folder), asked.at_once)
        for name, at_once in (("one_by_one", 1), ("at_once", asked.at_once)):
            found |= compare(clients, name, at_once, asked.calls, asked.rounds)
        found |= cached(url, Path(folder), asked.cached, asked.at_once)
    found |= {"calls": asked.calls, "rounds": asked.rounds, "at_once": asked.at_once}
    found["machine"] = describe_machine()
    print(json.dumps(found, indent=2) if asked.json else "\n".join(map(_line, found.items())))


def compare(clients: Clients, name: str, at_once: int, calls: int, rounds: int) -> dict[str, float]:
    """Milliseconds a call of each client, in turns, and how many times the raw client's."""
    kinds: dict[str, Callable[[int, int], int]] = {
        "openai": clients.raw,
        "litellm": clients.litellm,
        "door": clients.door,
    }
    times = {kind: Times() for kind in kinds}
    for ask in kinds.values():
        ask(WARM_UP, at_once)
    for _ in range(rounds):
        for kind, ask in kinds.items():
            times[kind].time(lambda ask=ask: ask(calls, at_once))
    found: dict[str, float] = {}
    for kind, taken in times.items():
        found[f"{name}_{kind}_ms"] = round(statistics.median(taken.wall), 2)
        found[f"{name}_{kind}_cpu_ms"] = round(statistics.median(taken.cpu), 2)
    for kind in ("litellm", "door"):
        ratios = [a / b for a, b in zip(times[kind].wall, times["openai"].wall, strict=True)]
        cpu = [a / b for a, b in zip(times[kind].cpu, times["openai"].cpu, strict=True)]
        found[f"{name}_{kind}_times_openai"] = round(statistics.median(ratios), 2)
        found[f"{name}_{kind}_times_openai_cpu"] = round(statistics.median(cpu), 2)
    return found


class Clients:
    """Three ways to ask the same questions; each returns how many it asked."""

    def __init__(self, url: str, folder: Path, at_once: int) -> None:
        import openai

        self._number = 0
        self._url = url
        self._client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
        self._doors = {n: open_door(url, folder, n) for n in (1, at_once)}

    def raw(self, calls: int, at_once: int) -> int:
        async def ask(call: Call[Mood]) -> str | None:
            said = await self._client.chat.completions.create(
                model="fake",
                messages=_sent(call),  # type: ignore[arg-type]
                temperature=0,
                max_tokens=200,
            )
            return said.choices[0].message.content

        return self._all(ask, calls, at_once)

    def litellm(self, calls: int, at_once: int) -> int:
        litellm = load_litellm()

        async def ask(call: Call[Mood]) -> str | None:
            said = await litellm.acompletion(
                model="openai/fake",
                api_base=self._url,
                api_key="none",
                messages=_sent(call),
                temperature=0,
                max_tokens=200,
            )
            return said.choices[0].message.content

        return self._all(ask, calls, at_once)

    def door(self, calls: int, at_once: int) -> int:
        questions = list(self._questions(calls))
        results = ask_all(self._doors[at_once], questions)
        _check(isinstance(each, Answered) and each.value.mood == "calm" for each in results)
        _check(not each.from_cache for each in results if isinstance(each, Answered))
        return calls

    def _all(
        self, ask: Callable[[Call[Mood]], Coroutine[None, None, str | None]], calls: int, n: int
    ) -> int:
        todo = self._questions(calls)

        async def work() -> None:
            for call in todo:
                _check([await ask(call) == SAID])

        async def workers() -> None:
            await asyncio.gather(*(work() for _ in range(n)))

        # The loop that the doors use, too: all clients have the same conditions.
        asyncio.run_coroutine_threadsafe(workers(), door_loop()).result()
        return calls

    def _questions(self, number: int) -> Iterator[Call[Mood]]:
        """Never the same twice."""
        for _ in range(number):
            self._number += 1
            yield question(self._number)


def cached(url: str, folder: Path, calls: int, at_once: int) -> dict[str, float]:
    """Seconds for so many questions whose answers are kept, and for keeping them."""
    door = open_door(url, folder / "kept", at_once)
    questions = [question(-1 - n) for n in range(calls)]
    cache = AnswerCache(folder / "kept" / "answers.sqlite")
    answer = Kept(SAID, "fake-model", Usage(500, 5), 0.0001)
    began = time.perf_counter()
    keys = [call_key(door.settings, call) for call in questions]
    digested = time.perf_counter()
    for key in keys:
        cache.keep(key, "read", "read.v1@00000000", answer)
    kept = time.perf_counter()
    cpu = time.process_time()
    results = ask_all(door, questions)
    ended, used = time.perf_counter(), time.process_time() - cpu
    _check(isinstance(each, Answered) and each.from_cache for each in results)
    return {
        "cached_calls": calls,
        "cached_seconds": round(ended - kept, 2),
        "cached_cpu_seconds": round(used, 2),
        "cached_ms": round(1000 * (ended - kept) / calls, 3),
        "keep_ms": round(1000 * (kept - digested) / calls, 3),
        "digest_ms": round(1000 * (digested - began) / calls, 3),
    }


def open_door(url: str, folder: Path, at_once: int) -> Door:
    """A door with a cache, and a ledger with a budget."""
    settings = ModelSettings(
        model="openai/fake",
        base_url=url,
        max_tokens=200,
        structured="prompt",
        concurrency=at_once,
        input_price=0.1,
        output_price=0.4,
    )
    return Door(
        "reader",
        settings,
        account=Ledger(folder / "ledger.sqlite", "run", 1e6),
        prices=ModelPrices(settings),
        answers=AnswerCache(folder / "answers.sqlite"),
    )


def question(number: int) -> Call[Mood]:
    """One that is unlike all others."""
    said = (Message("system", SYSTEM), Message("user", f"{number}: {TEXT}"))
    return Call("read", "read.v1@00000000", said, Mood)


@contextmanager
def served() -> Iterator[str]:
    """Address of a server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join(timeout=5)


def _serve(pipe: Connection) -> None:
    with FakeModelServer() as server:
        server.plays(says(SAID))
        pipe.send(server.url)
        while not pipe.poll(0.5):
            server.seen.clear()


def _sent(call: Call[Mood]) -> list[dict[str, str]]:
    return [{"role": each.role, "content": each.content} for each in call.messages]


def _check(right: Iterator[bool] | list[bool]) -> None:
    if not all(right):
        sys.exit("a wrong answer: the comparison means nothing")


def _line(item: tuple[str, object]) -> str:
    return f"{item[0]:36} {item[1]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the door to models.")
    parser.add_argument("--calls", type=int, default=300, help="in one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=32, help="calls under way together")
    parser.add_argument("--cached", type=int, default=10_000, help="calls with kept answers")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
