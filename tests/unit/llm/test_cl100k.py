"""Counts of cl100k: those of tiktoken, without importing litellm or a word to the network."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.errors import UsageError
from persona_extract.llm import cl100k
from persona_extract.llm.cl100k import count_cl100k
from tests.unit.llm.reference import tokens

TEXTS = [
    "",
    "hello world",
    "It's 12345 o'clock,\n\n- and don't\r\n   you  forget!!!\n",
    "会議は何時からですか？",
    "👩‍👩‍👧 naïve Straße\t\x00",
    "a" * 3000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_it_counts_what_tiktoken_counts(text: str) -> None:
    assert count_cl100k(text) == tokens(text)


@given(st.text())
def test_of_any_text(text: str) -> None:
    assert count_cl100k(text) == tokens(text)


def test_a_control_token_is_counted_as_text() -> None:
    assert count_cl100k("<|endoftext|>") == 7


def test_litellm_is_not_imported() -> None:
    program = (
        "import sys; from persona_extract.llm.cl100k import count_cl100k as count;"
        "print(count('hello world'), 'litellm' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout.split() == ["2", "False"]


def test_another_vocabulary_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / cl100k._SHIPPED
    other.parent.mkdir(parents=True)
    other.write_bytes(b"aGk= 0\n")
    spec = ModuleSpec("litellm", None, origin=str(tmp_path / "__init__.py"))
    for found in (spec, None):
        monkeypatch.setattr(cl100k, "find_spec", lambda _, found=found: found)
        with pytest.raises(UsageError, match="cl100k"):
            cl100k._vocabulary()
