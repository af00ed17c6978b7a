"""The tokenizer by which ours is judged: tiktoken's own, from the file that litellm ships."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken


@cache
def cl100k() -> tiktoken.Encoding:
    spec = find_spec("litellm")
    assert spec and spec.origin
    folder = Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        return tiktoken.get_encoding("cl100k_base")
    finally:
        del os.environ["TIKTOKEN_CACHE_DIR"]
        if before is not None:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def tokens(text: str) -> int:
    return len(cl100k().encode(text, disallowed_special=()))
