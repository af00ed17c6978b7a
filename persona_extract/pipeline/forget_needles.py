"""What is known in a workspace and in packs, and by what somebody can be found in their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl
from pydantic import ValidationError

from persona_extract.errors import PackError
from persona_extract.packs.read import read_pack
from persona_extract.pipeline.forget_tables import pulled
from persona_extract.pipeline.forgotten import is_forgotten
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.profiles import read_profiles
from persona_extract.pipeline.traces import Needles, among, folded, runs, said_by_program
from persona_extract.records.directives import Evidence
from persona_extract.records.forgotten import Forgotten
from persona_extract.records.profile import Profile
from persona_extract.records.settings import Settings
from persona_extract.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Known:
    """Conversations that stand somewhere, and whose they are.

    Attributes:
        owners: conversation key -> user key.
        users: all user keys.
        pulled: keys of the conversations that a workspace keeps.
        corpora: names of the corpora that they come from.
    """

    owners: dict[str, str]
    users: frozenset[str]
    pulled: frozenset[str]
    corpora: frozenset[str]

    @property
    def conversations(self) -> frozenset[str]:
        """All conversation keys."""
        return frozenset(self.owners)


def known_keys(workspace: Workspace | None, packs: Sequence[Path]) -> Known:
    """The keys that stand in a workspace and in packs."""
    owners: dict[str, str] = {}
    corpora: set[str] = set()
    for rows in pulled(workspace) if workspace else ():
        owners.update(rows.select("conversation_id", "user_key").iter_rows())
        corpora.update(rows["corpus"].unique().to_list())
    kept = frozenset(owners)
    users = set(owners.values())
    for profile in profiles_of(workspace, packs):
        users.add(profile.source.user_key)
        owners.update(dict.fromkeys(profile.source.conversations, profile.source.user_key))
    return Known(owners, frozenset(users), kept, frozenset(corpora))


def concerned(known: Known, asked: Forgotten) -> frozenset[str]:
    """Keys of the conversations that are to go."""
    users, conversations = set(asked.users), set(asked.conversations)
    return frozenset(
        one for one, user in known.owners.items() if user in users or one in conversations
    )


def gather(
    workspace: Workspace | None, packs: Sequence[Path], asked: Forgotten, mine: frozenset[str]
) -> Needles:
    """By what somebody can be found: keys; keyed hashes of what they are quoted with; what they
    were told and said. What others share is left out, and what the program says by itself."""
    cited: dict[bool, set[str]] = {True: set(), False: set()}
    for profile in profiles_of(workspace, packs):
        whole = profile.source.user_key in asked.users
        for one in _evidence(profile):
            cited[whole or one.conversation in mine].add(one.quote_key)
    return Needles(
        {
            "keys": frozenset({*asked.users, *asked.conversations, *mine}),
            "quote keys": frozenset(cited[True] - cited[False]),
            "text runs": _own_runs(workspace, asked) if workspace else frozenset(),
        },
        conversations=mine | set(asked.conversations),
    )


def profiles_of(workspace: Workspace | None, packs: Sequence[Path]) -> Iterator[Profile]:
    """Every profile in the tables of a run and in packs. A damaged pack of a workspace has none."""
    for stage in ("compile", "ground", "simulate") if workspace else ():
        assert workspace is not None
        for path in sorted(workspace.folder(FOLDERS[stage]).glob("*.jsonl")):
            try:
                yield from read_profiles(path)
            except ValidationError:
                continue  # other records, or of another version: their bytes are scanned
    for folder in packs:
        try:
            yield from read_pack(folder).profiles
        except PackError:
            if workspace is None or folder != workspace.root / "pack":
                raise


def last_run(workspace: Workspace | None) -> Job | None:
    """The last whole run of a workspace; None if its settings cannot be read back."""
    path = workspace.root / "manifest.json" if workspace else None
    if workspace is None or path is None or not path.is_file():
        return None
    try:
        found = orjson.loads(path.read_bytes())
        settings = Settings.model_validate(found["settings"])
        return Job(workspace, str(found["source"]), settings)
    except (ValueError, KeyError, TypeError):
        return None


def _own_runs(workspace: Workspace, asked: Forgotten) -> frozenset[str]:
    """Runs of words in the conversations that are to go, and in no other."""
    found = frozenset[str]().union(
        *(runs(_texts(rows.filter(is_forgotten(asked)))) for rows in pulled(workspace))
    )
    for rows in pulled(workspace):
        found -= among(found, folded(_texts(rows.filter(~is_forgotten(asked)))))
    return found - said_by_program(found)


def _texts(rows: pl.DataFrame) -> pl.Series:
    return rows["messages"].explode().struct.field("content").drop_nulls().cast(pl.String)


def _evidence(profile: Profile) -> Iterator[Evidence]:
    for told in (*profile.directives, *profile.traits):
        yield from getattr(told, "evidence", ())
