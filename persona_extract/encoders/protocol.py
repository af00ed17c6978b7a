"""An encoder turns short texts into vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Texts in, unit-length rows out."""

    @property
    def name(self) -> str:
        """Kind and model, as written into every output, e.g. "lsa(64)" or
        "sentence-transformers:all-MiniLM-L6-v2"."""
        ...

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        """float32, shape (len(texts), d), rows of length 1 (or 0 for an empty text).
        Deterministic for the same texts and seed."""
        ...


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """What a file of the room exports as `ENCODER`.

    Attributes:
        name: how it is asked for in the configuration, e.g. "lsa".
        opens: (model id, path or "") -> an encoder. Raises UsageError with what to install or
            fetch if it cannot.
        available: (model) -> None if it can be used now, else the reason in one line.
        per_text: the vector of a text does not depend on the texts beside it, so it can be kept.
    """

    name: str
    opens: Callable[[str], Encoder]
    available: Callable[[str], str | None]
    per_text: bool = False
