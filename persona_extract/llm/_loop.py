"""The event loop that all doors of this process share, in a thread of its own.

One loop, because connections, litellm's clients and the limits of a door belong to one; a thread,
because callers may be in a loop of their own, in a worker thread, or in neither.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading

_STOPS_WITHIN = 2.0  # seconds

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_owner = 0


def door_loop() -> asyncio.AbstractEventLoop:
    """The loop, started on the first call and again in a forked process."""
    global _loop, _owner
    with _lock:
        if _loop is None or _owner != os.getpid():
            _loop, _owner = asyncio.new_event_loop(), os.getpid()
            thread = threading.Thread(target=_run, args=(_loop,), name="models", daemon=True)
            thread.start()
            atexit.register(_stop, _loop, thread, _owner)
        return _loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        loop.run_until_complete(_wait(left))


async def _wait(tasks: set[asyncio.Task[object]]) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=_STOPS_WITHIN)


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, owner: int) -> None:
    # Without this, tasks of litellm that wait for ever are reported as lost at exit.
    if owner == os.getpid():
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=_STOPS_WITHIN)
