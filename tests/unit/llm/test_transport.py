"""What litellm raises, told apart; what leaves this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract import errors
from persona_extract.llm import ask_all
from persona_extract.llm.troubles import retry_after, tell
from persona_extract.records.calls import Answered, Failed, Plain
from tests.servers.fixture import model_server  # noqa: F401 - a fixture
from tests.servers.openai_like import FakeModelServer, Said, errs, hangs, resets, says
from tests.unit.llm.doors import open_door, question


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """litellm imports each provider's part in its first call, longer than the time-outs here."""
    with FakeModelServer() as server:
        for model in ("anthropic/claude-x", "ollama_chat/qwen3", "openai/x"):
            ask_all(open_door(server.url, model=model, retries=0).door, [question(answer=Plain)])


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"retry-after": format_datetime(NOW - timedelta(days=1), usegmt=True)}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None):
    assert retry_after(headers, NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_takes_anything(value: str):
    seconds = retry_after({"retry-after": value, "retry-after-ms": value}, NOW)
    assert seconds is None or seconds >= 0


def test_codes_that_are_no_plain_words_are_not_repeated():
    class Odd(Exception):
        code = "what I said in private"
        param = "temperature"
        response = type("R", (), {"status_code": 400, "headers": {}})()

    assert tell(Odd()).detail == "400 temperature"


def test_a_chain_that_bites_its_tail_ends():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert tell(first).kind == "garbled"


ENDS: dict[str, tuple[Said, str]] = {
    "bad request": (errs(400), "rejected"),
    "too large": (errs(413), "too long"),
    "reset": (resets(), "timed out"),
    "hangs": (hangs(), "timed out"),
    "down": (errs(503), "rejected"),
    "wrong key": (errs(401), "ModelRefused: check the key"),
    "limit": (errs(429), "ModelUnavailable: nothing but 429"),
    "come back": (errs(429, headers={"Retry-After": "500"}), "ModelUnavailable: for 500 seconds"),
    "overloaded": (errs(529, headers={"Retry-After": "600"}), "ModelUnavailable: for 600 seconds"),
}


@pytest.mark.parametrize("model", ["anthropic/claude-x", "ollama_chat/qwen3", "openai/x"])
@pytest.mark.parametrize("name", ENDS)
def test_troubles_are_told_apart_in_other_protocols_too(
    name: str,
    model: str,
    model_server: FakeModelServer,  # noqa: F811
):
    """Anthropic's and Ollama's own clients of litellm raise other chains than OpenAI's."""
    play, expected = ENDS[name]
    model_server.plays(play)
    kind, _, word = expected.partition(": ")
    opened = open_door(model_server.url.removesuffix("/v1"), model=model, retries=0, timeout=0.5)
    if word:
        with pytest.raises(getattr(errors, kind), match=word):
            ask_all(opened.door, [question(answer=Plain)])
    else:
        (result,) = ask_all(opened.door, [question(answer=Plain)])
        assert isinstance(result, Failed) and result.reason == kind


@pytest.mark.parametrize("model", ["anthropic/claude-x", "ollama_chat/qwen3", "x"])
def test_nobody_listens(model: str):
    opened = open_door("http://127.0.0.1:9", model=model, retries=0)
    with pytest.raises(errors.ModelUnavailable, match="nobody answers"):
        ask_all(opened.door, [question(answer=Plain)])


def test_a_package_that_a_provider_needs_is_named():
    wrapped = ValueError()
    wrapped.__cause__ = ModuleNotFoundError("No module named 'google'", name="google")
    trouble = tell(wrapped)
    assert trouble.kind == "no entry" and "package google" in trouble.detail


def test_ollama_answers(model_server: FakeModelServer):  # noqa: F811
    model_server.plays(
        Said(
            b'{"model": "q", "message": {"role": "assistant", "content": "hi"}, "done": true, '
            b'"prompt_eval_count": 3, "eval_count": 2}'
        )
    )
    opened = open_door(model_server.url.removesuffix("/v1"), model="ollama_chat/qwen3", seed=3)
    (result,) = ask_all(opened.door, [question(answer=Plain)])
    assert isinstance(result, Answered) and result.value.text == "hi"
    assert model_server.seen[0].path == "/api/chat"
    assert model_server.seen[0].body["options"]["seed"] == 3


def test_nothing_but_the_question_is_sent(model_server: FakeModelServer):  # noqa: F811
    model_server.plays(says('{"mood": "good"}'))
    ask_all(open_door(model_server.url, top_p=0.9).door, [question()])
    sent = model_server.seen[0].body
    assert set(sent) == {"model", "messages", "temperature", "top_p", "max_tokens"}
    assert model_server.seen[0].headers["authorization"] == "Bearer none"


INTERRUPTED = """
import os, signal, sys, threading, time
from tests.servers.openai_like import FakeModelServer, errs, hangs, says
from tests.unit.llm.doors import open_door, question
from persona_extract.llm import ask_all

assert "litellm" not in sys.modules and "httpx" not in sys.modules

def interrupt(server):
    while len(server.seen) < 12:
        time.sleep(0.02)
    print(time.time(), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

with FakeModelServer() as server:
    server.plays(errs(500), says([1]), says("x", finish="odd"), says('{"mood": "good"}'), hangs())
    print(len(ask_all(open_door(server.url).door, [question()])))
    threading.Thread(target=interrupt, args=(server,), daemon=True).start()
    try:
        ask_all(open_door(server.url, timeout=600).door, [question(str(n)) for n in range(500)])
    except KeyboardInterrupt:
        print(time.time(), flush=True)
assert "SECRET_FROM_A_FILE" not in os.environ
"""


def test_the_screen_stays_clean_and_ctrl_c_ends_promptly(tmp_path: Path):
    (tmp_path / ".env").write_text("SECRET_FROM_A_FILE=1\n")
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert (done.returncode, done.stderr) == (0, "")
    results, pressed, ended = done.stdout.split()
    assert int(results) == 1
    assert float(ended) - float(pressed) < 3
