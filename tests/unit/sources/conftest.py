import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.records.tables import RECORDS, conform
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

Write = Callable[..., Path]
Read = Callable[..., pl.DataFrame]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes records (or raw bytes) under a name; `.gz` is packed."""

    def write_file(name: str, records: list[Any] | bytes) -> Path:
        raw = records if isinstance(records, bytes) else lines(records)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return path

    return write_file


@pytest.fixture
def read() -> Read:
    """All rows of a source, each batch checked against the schema."""

    def read_all(spec: Path | str, *, size: int = 3, fields: dict[str, str] | None = None):
        source = open_source(str(spec), SourceOptions(fields=fields or {}))
        frames = [conform(batch.frame, RECORDS) for batch in source.batches(size=size)]
        return pl.concat(frames)

    return read_all


def lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)
