"""Tokens of cl100k, OpenAI's public vocabulary, counted exactly, offline and without litellm.

litellm ships the vocabulary's file. Importing litellm takes seconds; finding it does not.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from persona_extract.errors import UsageError

if TYPE_CHECKING:
    from tiktoken import Encoding

_SHIPPED = "litellm_core_utils/tokenizers/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
"""Named by tiktoken after the address that it would be fetched from."""

_DIGEST = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


def count_cl100k(text: str) -> int:
    """Tokens of a text; what looks like a control token is counted as the text that it is.

    Raises:
        UsageError: litellm is missing, or ships another vocabulary.
    """
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    """Takes 0.4 s, once."""
    from tiktoken import Encoding

    lines = (line.split() for line in _vocabulary().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    return Encoding("cl100k", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


def _vocabulary() -> bytes:
    found = find_spec("litellm")
    path = Path(found.origin).parent / _SHIPPED if found and found.origin else None
    content = path.read_bytes() if path and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != _DIGEST:
        raise UsageError(
            "The vocabulary by which tokens are counted (cl100k) is not where litellm ships it: "
            "install the versions of litellm and tiktoken that this program asks for."
        )
    return content
