"""The HTTP client beneath litellm's OpenAI-compatible calls. It reads no answer without end."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator

import httpx

from persona_extract.llm._litellm import load_litellm

MOST_BYTES = 4 * 2**20
"""Of one response. A JSON answer of 1,000,000 characters fits even where many are escaped."""


class AnswerTooBig(Exception):
    """A response was longer than `MOST_BYTES`; the rest was not read."""


def open_session() -> httpx.AsyncClient:
    """A client with no limit of its own on connections and time: the door has both."""
    load_litellm()
    litellm_http = importlib.import_module("litellm.llms.custom_httpx.http_handler")
    return httpx.AsyncClient(
        verify=litellm_http.get_ssl_configuration(),
        timeout=None,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        follow_redirects=True,
        # What is packed could be a thousand times as long as what is counted.
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_cap]},
    )


async def _cap(response: httpx.Response) -> None:
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Capped(response.stream)


class _Capped(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._stream:
            read += len(chunk)
            if read > MOST_BYTES:
                raise AnswerTooBig
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
