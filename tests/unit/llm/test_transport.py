"""What litellm raises, told apart; what leaves this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.llm import ask_all
from persona_extract.llm.troubles import retry_after, tell
from persona_extract.records.calls import Answered, Failed, Plain
from tests.servers.fixture import model_server  # noqa: F401 - a fixture
from tests.servers.openai_like import FakeModelServer, Said, errs, says
from tests.unit.llm.doors import open_door, question

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


def test_other_protocols_are_told_apart_too(
    model_server: FakeModelServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    """Anthropic's and Ollama's own clients of litellm raise other chains than OpenAI's."""
    for model in ("anthropic/claude-x", "ollama_chat/qwen3"):
        for play, reason in ((errs(400), "rejected"), (errs(413), "too long")):
            model_server.plays(play)
            opened = open_door(model_server.url.removesuffix("/v1"), model=model, retries=0)
            (result,) = ask_all(opened.door, [question(answer=Plain)])
            assert isinstance(result, Failed) and result.reason == reason, (model, result)


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


QUIET = """
import os, sys, logging
from tests.servers.openai_like import FakeModelServer, errs, says, Said
from tests.unit.llm.doors import open_door, question
from persona_extract.llm import ask_all
assert "litellm" not in sys.modules and "httpx" not in sys.modules
with FakeModelServer() as server:
    server.plays(errs(500), says([1]), says("x", finish="odd"), says('{"mood": "good"}'))
    print(len(ask_all(open_door(server.url).door, [question()])))
assert "SECRET_FROM_A_FILE" not in os.environ
"""


def test_screens_stay_clean_and_no_env_file_is_read(tmp_path: object):
    here = os.path.dirname(__file__).rsplit("/tests", 1)[0]  # noqa: PTH120
    with open(f"{tmp_path}/.env", "w") as file:  # noqa: PTH123
        file.write("SECRET_FROM_A_FILE=1\n")
    done = subprocess.run(
        [sys.executable, "-c", QUIET],
        cwd=str(tmp_path),
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


INTERRUPTED = """
import sys
from tests.servers.openai_like import FakeModelServer, hangs
from tests.unit.llm.doors import open_door, question
from persona_extract.llm import ask_all
with FakeModelServer() as server:
    server.plays(hangs())
    import threading, os, signal, time
    def interrupt():
        while len(server.seen) < 8:
            time.sleep(0.02)
        print("now", time.time(), flush=True)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        ask_all(open_door(server.url, timeout=600).door, [question(str(n)) for n in range(500)])
    except KeyboardInterrupt:
        print("interrupted", time.time(), flush=True)
"""


def test_ctrl_c_ends_promptly_and_quietly():
    here = os.path.dirname(__file__).rsplit("/tests", 1)[0]  # noqa: PTH120
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout.split()
    assert (done.returncode, done.stderr) == (0, "")
    assert said[0] == "now" and said[2] == "interrupted"
    assert float(said[3]) - float(said[1]) < 3
