"""WildChat from the Hugging Face hub, or any local copy in the same shape (Zhao et al., ICLR 2024).

Corpora: https://huggingface.co/datasets/allenai/WildChat-1M and .../WildChat-4.8M (ODC-BY).
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import cast

import polars as pl

from persona_extract.errors import SourceError, UsageError
from persona_extract.sources import _files, _json_text, jsonl
from persona_extract.sources._stream import (
    Part,
    json_part,
    parquet_part,
    read_parts,
    reporting_damage,
)
from persona_extract.sources._wildchat_hub import open_hub
from persona_extract.sources._wildchat_rows import (
    COLUMNS,
    Origin,
    frame_rows,
    json_rows,
    message_fields,
)
from persona_extract.sources.protocol import Batch, Source, SourceKind, SourceOptions

CORPORA = {
    "wildchat:1M": ("allenai/WildChat-1M", "7d6490e462285cf85d91eabea0f9a954fbddcd1f"),
    "wildchat:4.8M": ("allenai/WildChat-4.8M", "c827c6df8fcf008219ffaffa4d1dd77491099367"),
}
"""Hub id and pinned commit of each corpus. `wildchat` alone is the first."""

_NAMES = _files.JSON_NAMES + _files.PARQUET_NAMES


@dataclass(frozen=True)
class LocalCopy:
    """Files in WildChat's shape, in the order of their names."""

    files: list[Path]
    made_up: bool = False

    def fingerprint(self) -> str:
        """SHA-256 of the content."""
        return f"sha256:{self._digest}"

    def count(self) -> int | None:
        """Records, from Parquet's footer or by counting lines; None for whole `.json` files."""
        counts = [_count(path) for path in self.files]
        return None if None in counts else sum(cast(list[int], counts))

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`."""
        stamp = self._digest[:16]
        parts = _parts(self.files, Origin("WildChat (local copy)", f"sha256:{stamp}"))
        with reporting_damage():
            yield from read_parts(parts, stamp=stamp, size=size, token=token)

    @cached_property
    def _digest(self) -> str:
        return _files.digest(self.files)


def _recognises(spec: str) -> bool:
    if _is_hub(spec):
        return True
    if not _files.is_path(spec):
        return False
    try:
        first = _files.find_files(spec, _NAMES)[0]
    except SourceError:
        return False
    if _is_parquet(first):
        return True
    record = _json_text.first_record(first)
    return isinstance(record, dict) and {"conversation_hash", "conversation"} <= record.keys()


def _open(spec: str, options: SourceOptions) -> Source:
    if not _is_hub(spec):
        if options.fields:  # a local copy with ids of one's own: read as any chat log
            return jsonl.SOURCE.opens(spec, options)
        return LocalCopy(_files.find_files(spec, _NAMES))
    names = list(CORPORA)
    name = names[0] if spec == "wildchat" else spec
    if name not in CORPORA:
        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
        known = ", ".join(["wildchat", *names])
        raise UsageError(f"{spec}: no such corpus; did you mean {nearest}? Known: {known}")
    hub_id, pinned = CORPORA[name]
    return open_hub(hub_id, options.revision or pinned)


def _is_hub(spec: str) -> bool:
    return spec == "wildchat" or spec.startswith("wildchat:")


def _is_parquet(path: Path) -> bool:
    return path.name.lower().endswith(_files.PARQUET_NAMES)


def _parts(files: list[Path], origin: Origin) -> list[Part]:
    """Runs of files that one reader can take: JSON, or Parquet of one schema."""
    schemas = {path: _parquet_schema(path) if _is_parquet(path) else None for path in files}
    parts: list[Part] = []
    for schema, run in itertools.groupby(files, key=lambda path: schemas[path]):
        if schema is None:
            parts.append(json_part(list(run), partial(json_rows, origin=origin)))
        else:
            reads = partial(frame_rows, origin=origin)
            parts.append(parquet_part(list(run), list(schema), reads))
    return parts


def _parquet_schema(path: Path) -> dict[str, pl.DataType]:
    """Name and type of the columns that are read."""
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        why = (str(error).splitlines() or [""])[0][:120]
        raise SourceError(f"{path}: is not a readable Parquet file ({why})") from error
    held = message_fields(schema.get("conversation"))
    if held.get("role") != pl.String or held.get("content") != pl.String:
        seen = ", ".join(list(schema)[:12])
        raise SourceError(
            f"{path}: not in WildChat's shape: no column `conversation` that lists messages with"
            f" role and content (seen: {seen}). Other chat logs are read from JSON or JSON Lines"
        )
    return {name: dtype for name, dtype in schema.items() if name in COLUMNS}


def _count(path: Path) -> int | None:
    if not _is_parquet(path):
        return _json_text.count_lines(path)
    _parquet_schema(path)
    return cast(int, pl.scan_parquet(path).select(pl.len()).collect().item())


SOURCE = SourceKind("wildchat", _recognises, _open, priority=20)
