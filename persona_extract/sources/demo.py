"""The embedded corpus: made-up people with planted habits, one Markdown file a person
(format: see `_demo_people`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl

from persona_extract.errors import SourceError
from persona_extract.records.tables import RECORDS
from persona_extract.sources import _files
from persona_extract.sources._demo_people import Person, read_people
from persona_extract.sources.protocol import Batch, SourceKind

PEOPLE = Path(__file__).parent / "demo_people"
CORPUS = "persona_extract demo (made up)"


def planted_habits(folder: Path = PEOPLE) -> dict[str, dict[str, str]]:
    """Person -> {dimension: "high" or "low"}: what a pipeline should find in the demo."""
    return {person.name: dict(person.habits) for person in read_people(folder)}


@dataclass(frozen=True)
class Demo:
    """The made-up people of a folder as a source."""

    folder: Path = PEOPLE
    made_up: bool = True

    def fingerprint(self) -> str:
        """SHA-256 of the files."""
        return f"sha256:{self._digest}"

    def count(self) -> int | None:
        """Conversations."""
        return self._rows.height

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`."""
        start = self._offset(token)
        for offset in range(start, self._rows.height, size):
            frame = self._rows.slice(offset, size)
            yield Batch(frame, f"{self._digest[:16]}:{offset + frame.height}")

    @cached_property
    def _digest(self) -> str:
        return _files.digest(_files.find_files(str(self.folder), (".md",)))

    @cached_property
    def _rows(self) -> pl.DataFrame:
        revision = f"sha256:{self._digest[:16]}"
        rows = [
            _row(person, index, revision)
            for person in read_people(self.folder)
            for index in range(len(person.talks))
        ]
        return pl.DataFrame(rows, schema=cast(Any, RECORDS))

    def _offset(self, token: str | None) -> int:
        if token is None:
            return 0
        stamp, _, offset = token.partition(":")
        if stamp != self._digest[:16] or not offset.isdigit():
            raise SourceError("the demo has changed since it was last read; start again")
        return int(offset)


def _row(person: Person, index: int, revision: str) -> dict[str, object]:
    talk = person.talks[index]
    return {
        "source_id": f"{person.name}-{index + 1}",
        "user_id": person.name,
        "corpus": CORPUS,
        "revision": revision,
        "licence": "Apache-2.0",
        "domain": talk.domain,
        "model": "made-up assistant",
        "language": "English",
        "toxic": False,
        "redacted": False,
        "started": talk.started,
        "messages": talk.messages,
    }


SOURCE = SourceKind(
    "demo", lambda spec: spec == "demo", lambda _spec, _options: Demo(), priority=10
)
