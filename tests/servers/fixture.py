"""`from tests.servers.fixture import model_server`, and a test may ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.openai_like import FakeModelServer


@pytest.fixture(name="model_server")
def model_server() -> Iterator[FakeModelServer]:
    """A fake OpenAI-compatible server at a free port."""
    with FakeModelServer() as server:
        yield server
