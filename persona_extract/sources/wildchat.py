"""WildChat from the Hugging Face hub, or any local copy in the same shape (Zhao et al., ICLR 2024).

Corpora: https://huggingface.co/datasets/allenai/WildChat-1M and .../WildChat-4.8M (ODC-BY).
"""

# pyarrow and `datasets` have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import difflib
import itertools
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import cast

from persona_extract.errors import SourceError, SourceUnavailable, UsageError
from persona_extract.sources import _files, jsonl
from persona_extract.sources._stream import (
    ROWS,
    Part,
    Stream,
    arrow_reader,
    json_part,
    parquet_part,
    read_parts,
)
from persona_extract.sources._wildchat_rows import COLUMNS, Origin, frame_rows, json_rows
from persona_extract.sources.protocol import Batch, Source, SourceKind, SourceOptions

CORPORA = {
    "wildchat:1M": ("allenai/WildChat-1M", "7d6490e462285cf85d91eabea0f9a954fbddcd1f"),
    "wildchat:4.8M": ("allenai/WildChat-4.8M", "c827c6df8fcf008219ffaffa4d1dd77491099367"),
}
"""Hub id and pinned commit of each corpus. `wildchat` alone is the first."""

_NAMES = _files.JSON_NAMES + _files.PARQUET_NAMES
_OPTIONAL = {"licence", "license", "_dataset"}
_ELSEWHERE = "check the network, or give a local copy (Parquet or JSON Lines) as SOURCE"


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
        origin = Origin("WildChat (local copy)", f"sha256:{self._digest[:16]}")
        stamp = self._digest[:16]
        return read_parts(_parts(self.files, origin), stamp=stamp, size=size, token=token)

    @cached_property
    def _digest(self) -> str:
        return _files.digest(self.files)


@dataclass(frozen=True)
class HubCorpus:
    """A corpus on the hub, streamed at one commit."""

    hub_id: str
    commit: str
    made_up: bool = False

    def fingerprint(self) -> str:
        """Hub id and commit."""
        return f"{self.hub_id}@{self.commit}"

    def count(self) -> int | None:
        """Conversations, as the corpus's card says."""
        with _reaching(self.hub_id):
            return _hub_size(self.hub_id, self.commit)

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`.

        Raises:
            SourceUnavailable: the hub cannot be reached; the token of the last batch still holds.
        """
        origin = Origin(self.hub_id, self.commit)
        part = Part(
            lambda: _hub_stream(self.hub_id, self.commit),
            arrow_reader(partial(frame_rows, origin=origin)),
        )
        with _reaching(self.hub_id):
            yield from read_parts([part], stamp=self.fingerprint(), size=size, token=token)


def _recognises(spec: str) -> bool:
    if spec == "wildchat" or spec.startswith("wildchat:"):
        return True
    if not _files.is_path(spec):
        return False
    try:
        first = _files.find_files(spec, _NAMES)[0]
    except SourceError:
        return False
    if _is_parquet(first):
        return True
    record = _files.first_record(first)
    return isinstance(record, dict) and {"conversation_hash", "conversation"} <= record.keys()


def _open(spec: str, options: SourceOptions) -> Source:
    if not (spec == "wildchat" or spec.startswith("wildchat:")):
        if options.fields:  # a local copy with ids of one's own: read as any chat log
            return jsonl.SOURCE.opens(spec, options)
        return LocalCopy(_files.find_files(spec, _NAMES))
    names = list(CORPORA)
    name = names[0] if spec == "wildchat" else spec
    if name not in CORPORA:
        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
        raise UsageError(f"{spec}: no such corpus; did you mean {nearest}? Known: {', '.join(names)}")
    hub_id, pinned = CORPORA[name]
    with _reaching(hub_id):
        return HubCorpus(hub_id, _commit(hub_id, options.revision or pinned))


def _is_parquet(path: Path) -> bool:
    return path.name.lower().endswith(_files.PARQUET_NAMES)


def _parts(files: list[Path], origin: Origin) -> list[Part]:
    """Runs of files that one reader can take: JSON, or Parquet of one schema."""
    columns: dict[Path, str] = {}
    for path in files:
        columns[path] = str(_parquet_schema(path)) if _is_parquet(path) else ""
    return [
        _part(list(run), columns=columns, origin=origin)
        for _, run in itertools.groupby(files, key=lambda path: columns[path])
    ]


def _part(files: list[Path], columns: dict[Path, str], origin: Origin) -> Part:
    if not columns[files[0]]:
        return json_part(files, partial(json_rows, origin=origin))
    names = [name for name in COLUMNS if name in _parquet_schema(files[0])]
    return parquet_part(files, names, partial(frame_rows, origin=origin))


def _parquet_schema(path: Path) -> dict[str, str]:
    """Name and type of the columns that are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        why = str(error).splitlines()[0][:120]
        raise SourceError(f"{path}: is not a readable Parquet file ({why})") from error
    if "conversation" not in schema.names:
        seen = ", ".join(schema.names[:12])
        raise SourceError(
            f"{path}: not in WildChat's shape: no column `conversation` (seen: {seen})."
            " Chat logs of other shapes are read from JSON or JSON Lines"
        )
    return {field.name: str(field.type) for field in schema if field.name in COLUMNS}


def _count(path: Path) -> int | None:
    if _is_parquet(path):
        import pyarrow.parquet as pq

        _parquet_schema(path)
        return pq.read_metadata(path).num_rows
    return _files.count_lines(path)


def _commit(hub_id: str, revision: str) -> str:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    try:
        return HfApi().dataset_info(hub_id, revision=revision, timeout=10).sha or revision
    except RevisionNotFoundError as error:
        raise UsageError(f"{hub_id} has no revision {revision!r}") from error
    except RepositoryNotFoundError as error:
        raise SourceError(f"{hub_id}: not on the hub, or not open to you; {_ELSEWHERE}") from error


def _hub_stream(hub_id: str, commit: str) -> Stream:
    from datasets import load_dataset

    columns = [name for name in COLUMNS if name not in _OPTIONAL]
    found = load_dataset(
        hub_id, revision=commit, split="train", streaming=True, columns=columns, batch_size=ROWS
    )
    return cast(Stream, found.with_format("arrow"))


def _hub_size(hub_id: str, commit: str) -> int | None:
    from datasets import load_dataset_builder

    splits = load_dataset_builder(hub_id, revision=commit).info.splits
    return cast(int, splits["train"].num_examples) if splits else None


@contextmanager
def _reaching(hub_id: str) -> Generator[None]:
    """Says in one line that the hub is out of reach, instead of the client's traceback."""
    import httpx

    try:
        yield
    except (OSError, httpx.HTTPError) as error:
        why = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise SourceUnavailable(f"{hub_id}: the hub is out of reach ({why}); {_ELSEWHERE}") from error


SOURCE = SourceKind("wildchat", _recognises, _open, priority=20)
