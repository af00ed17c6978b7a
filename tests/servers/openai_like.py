"""A fake of an OpenAI-compatible server, which misbehaves on purpose. Loopback only, free port.

```python
with FakeModelServer() as server:
    server.plays(errs(429, headers={"Retry-After": "1"}), says('{"mood": "good"}'))
    ... ask server.url ...
    server.seen[0].body["messages"]
```

A play is a `Said` or a function from what was `Seen` to one. Plays are taken in turn, and the last
one stays.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Seen:
    """A request as it came in; `at` in seconds of a monotonic clock."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float

    @property
    def last(self) -> str:
        """What the last message says."""
        return self.body["messages"][-1]["content"]


@dataclass(frozen=True)
class Said:
    """A response: bytes, and what goes wrong on the way.

    Attributes:
        delay: seconds before the first byte.
        drip: seconds between single bytes of the body.
        hangs: nothing is ever said.
        reset_after: bytes of the body after which the connection is reset.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    delay: float = 0
    drip: float = 0
    hangs: bool = False
    reset_after: int | None = None


Play = Said | Callable[[Seen], Said]

FAKE_MODEL = "fake-model"


def says(
    text: str | None,
    *,
    finish: str | None = "stop",
    refusal: str | None = None,
    usage: dict[str, int] | None = None,
    **how: Any,
) -> Said:
    """An answer. `usage` {} leaves it out, None counts 10 tokens in and 5 out."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if refusal is not None:
        message["refusal"] = refusal
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": FAKE_MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if usage != {}:
        body["usage"] = usage or {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return Said(json.dumps(body).encode(), **how)


def errs(status: int, code: str | None = None, message: str = "no", **how: Any) -> Said:
    """An error in OpenAI's form."""
    error = {"message": message, "type": "error", "code": code, "param": None}
    return Said(json.dumps({"error": error}).encode(), status=status, **how)


def hangs() -> Said:
    """Takes the request and never answers."""
    return Said(b"", hangs=True)


def resets(after: int = 0) -> Said:
    """Resets the connection after so many bytes of an answer."""
    return Said(b" " * (after + 100), reset_after=after)


class FakeModelServer:
    """The server, in a thread of its own.

    Attributes:
        url: base address, ending in /v1.
        seen: requests in the order they came in.
        most_at_once: largest number of requests that were under way together.
    """

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._under_way = 0
        self._plays: list[Play] = [says("hello")]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def plays(self, *plays: Play) -> None:
        """What is answered from now on."""
        self._plays = list(plays)

    def __enter__(self) -> FakeModelServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        server = self._loop.run_until_complete(listening)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (seen := await _receive(reader)) is not None:
                await self._answer(seen, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.seen.append(seen)
        play = self._plays.pop(0) if len(self._plays) > 1 else self._plays[0]
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            await _send(play(seen) if callable(play) else play, writer)
        finally:
            self._under_way -= 1


async def _receive(reader: asyncio.StreamReader) -> Seen | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Seen(head[0].split()[1], headers, json.loads(body or b"{}"), time.monotonic())


async def _send(said: Said, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600 if said.hangs else said.delay)
    head = {"Content-Type": "application/json", "Content-Length": str(len(said.body))}
    lines = [f"HTTP/1.1 {said.status} Word"] + [
        f"{name}: {value}" for name, value in (head | said.headers).items()
    ]
    if said.reset_after is not None:
        if said.reset_after:
            writer.write("\r\n".join([*lines, "", ""]).encode() + said.body[: said.reset_after])
            await writer.drain()
        _reset(writer)
        return
    opening = "\r\n".join([*lines, "", ""]).encode()
    writer.write(opening if said.drip else opening + said.body)
    for start in range(len(said.body)) if said.drip else ():
        writer.write(said.body[start : start + 1])
        await writer.drain()
        await asyncio.sleep(said.drip)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    # Closing with unsent data and no linger sends RST instead of FIN.
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise ConnectionResetError
