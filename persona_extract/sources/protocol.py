"""A source turns a corpus into conversations of one schema (`records.tables.RECORDS`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a caller may say about a source.

    Attributes:
        revision: revision to pin of a hub corpus; None takes the pinned default.
        fields: for chat logs of other shapes, where to find what:
            {"messages": ..., "conversation_id": ..., "user_id": ..., "time": ...};
            dotted paths allowed.
    """

    revision: str | None = None
    fields: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Batch:
    """Some conversations, and the token from which the rest can be had.

    Attributes:
        frame: rows of `records.tables.RECORDS`.
        token: opaque; `batches(token=...)` continues right after this batch.
        skipped: records that could not be read or were not asked for, by reason
            (e.g. {"no messages": 2}).
    """

    frame: pl.DataFrame
    token: str
    skipped: dict[str, int] = field(default_factory=dict[str, int])


class Source(Protocol):
    """An opened source."""

    @property
    def made_up(self) -> bool:
        """True if the people in it never existed."""
        ...

    def fingerprint(self) -> str:
        """Hash that changes when the content changes (revision, or digest of local files)."""
        ...

    def count(self) -> int | None:
        """Conversations in it, None if that is not known without reading everything."""
        ...

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """All conversations in their order, `size` at a time, in constant memory.

        Raises:
            SourceError: unreadable, with file, line and what to do.
        """
        ...


@dataclass(frozen=True, slots=True)
class SourceKind:
    """What a file of the room exports as `SOURCE`.

    Attributes:
        name: how it is asked for on the command line.
        recognises: whether this kind answers for SOURCE; asked in the order of `priority`.
        opens: opens it; raises SourceError if it cannot.
        priority: lower is asked first.
        path_in: the path in a SOURCE that begins with the kind's name; None if there is none.
    """

    name: str
    recognises: Callable[[str], bool]
    opens: Callable[[str, SourceOptions], Source]
    priority: int = 50
    path_in: Callable[[str], str] | None = None
