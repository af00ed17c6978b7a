"""WildChat on the Hugging Face hub, streamed at one commit."""

# `datasets` has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

from persona_extract.errors import SourceError, SourceUnavailable, UsageError
from persona_extract.sources._stream import (
    ROWS,
    Part,
    Stream,
    arrow_reader,
    read_parts,
    without_torch,
)
from persona_extract.sources._wildchat_rows import HUB_COLUMNS, Origin, frame_rows
from persona_extract.sources.protocol import Batch

_COMMIT = re.compile("[0-9a-f]{40}")
_ELSEWHERE = "check the network, or give a local copy (Parquet or JSON Lines) as SOURCE"


@dataclass(frozen=True)
class HubCorpus:
    """A corpus on the hub at one commit."""

    hub_id: str
    commit: str
    made_up: bool = False

    def fingerprint(self) -> str:
        """Hub id and commit."""
        return f"{self.hub_id}@{self.commit}"

    def count(self) -> int | None:
        """Conversations, as the corpus's card says; None if it does not."""
        from datasets import load_dataset_builder

        _look_up(self.hub_id, self.commit)
        with _reaching(self.hub_id):
            splits = load_dataset_builder(self.hub_id, revision=self.commit).info.splits
        return (splits["train"].num_examples or None) if splits else None

    def batches(self, *, size: int, token: str | None = None) -> Iterator[Batch]:
        """See `Source`.

        Raises:
            SourceUnavailable: the hub is out of reach; the token of the last batch still holds.
        """
        _look_up(self.hub_id, self.commit)
        reads = arrow_reader(partial(frame_rows, origin=Origin(self.hub_id, self.commit)))
        part = Part(self._stream, reads)
        with _reaching(self.hub_id):
            yield from read_parts([part], stamp=self.fingerprint(), size=size, token=token)

    def _stream(self) -> Stream:
        from datasets import load_dataset

        without_torch()
        found = load_dataset(
            self.hub_id,
            revision=self.commit,
            split="train",
            streaming=True,
            columns=HUB_COLUMNS,
            batch_size=ROWS,
        )
        return cast(Stream, found.with_format("arrow"))


def open_hub(hub_id: str, revision: str) -> HubCorpus:
    """The corpus at a commit, or at the commit that a tag or branch names now.

    A commit is taken as it is, so that a run whose corpus is already pulled needs no network.

    Raises:
        UsageError: there is no such revision.
        SourceUnavailable: the hub is out of reach.
    """
    if _COMMIT.fullmatch(revision):
        return HubCorpus(hub_id, revision)
    return HubCorpus(hub_id, _look_up(hub_id, revision) or revision)


def _look_up(hub_id: str, revision: str) -> str | None:
    """The commit of a revision, asked of the hub with one short question."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    with _reaching(hub_id):
        try:
            return HfApi().dataset_info(hub_id, revision=revision, timeout=10).sha
        except RevisionNotFoundError as error:
            raise UsageError(f"{hub_id} has no revision {revision!r}") from error
        except RepositoryNotFoundError as error:
            raise SourceError(f"{hub_id}: not on the hub for you; {_ELSEWHERE}") from error


@contextmanager
def _reaching(hub_id: str) -> Generator[None]:
    """Says in one line that the hub is out of reach, instead of the client's traceback."""
    import httpx

    try:
        yield
    except (OSError, httpx.HTTPError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise SourceUnavailable(
            f"{hub_id}: the hub is out of reach ({why}); {_ELSEWHERE}"
        ) from error
