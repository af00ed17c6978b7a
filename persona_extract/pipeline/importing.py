"""import: somebody else's profiles -> a pack, as directives without measured support."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from persona_extract import __version__
from persona_extract.dimensions import dimensions_digest
from persona_extract.errors import SourceError, UsageError
from persona_extract.exports.rows import Row, Unread, read_row
from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.place import refuse_foreign
from persona_extract.pipeline.row_files import rows_of
from persona_extract.records.catalogue import Catalogue
from persona_extract.records.directives import ImportedDirective
from persona_extract.records.fields import Record
from persona_extract.records.profile import Profile, ProfileSource, Provenance, Window, profile_id
from persona_extract.store.atomic import file_digest, refuse_stream
from persona_extract.text import content_hash, salted_key

FORMATS = ("realusersim",)

CORPUS = "RealUserSim (imported)"
LICENCE = "ODC-BY-1.0"
NOTHING = Catalogue(moves=[], traits=[], archetypes=[], k_users=1, left=[], changes=[], accuracy=[])


@dataclass(frozen=True, slots=True)
class Import:
    """What is asked for.

    Attributes:
        file: rows as JSON Lines, JSON or Parquet.
        folder: of the pack.
        name: its title; None says where it is from.
        version: its own.
        demographics: whether age, gender and the like are taken over.
        salt: secret of the user keys; None draws one that nobody keeps.
    """

    file: Path
    folder: Path
    name: str | None = None
    version: str = "0.1.0"
    demographics: bool = False
    salt: str | None = None


class UnreadRow(Record):
    """A row that is not in the pack."""

    row: int
    reason: str


class Imported(Record):
    """What `pack import --json` prints. `dropped` counts what was left out of rows that were
    read."""

    pack: str
    name: str
    version: str
    digest: str
    rows: int
    profiles: int
    directives: int
    backgrounds: int
    dropped: dict[str, int]
    unread: list[UnreadRow]


@dataclass(slots=True)
class _Notes:
    """What is counted while rows pass by."""

    rows: int = 0
    backgrounds: int = 0
    dropped: Counter[str] = field(default_factory=Counter[str])
    unread: list[UnreadRow] = field(default_factory=list[UnreadRow])


def import_realusersim(asked: Import) -> Imported:
    """Makes a pack of RealUserSim's released profiles.

    Raises:
        UsageError: the folder holds something that is no pack, or the salt is empty.
        SourceError: the file is not what it claims to be, or no row of it can be read.
        StoreError: the file is a pipe, or the pack cannot be written.
    """
    refuse_stream(asked.file)
    refuse_foreign(asked.folder)
    if asked.salt == "":
        raise UsageError("the salt is empty; leave it out for a random one.")
    salt = secrets.token_bytes(32) if asked.salt is None else asked.salt.encode()
    notes = _Notes()
    profiles = _profiles(asked, salt, notes)
    first = next(profiles, None)
    if first is None:
        why = f" Row {notes.unread[0].row}: {notes.unread[0].reason}." if notes.unread else ""
        raise SourceError(f"{asked.file} has no profile that can be read.{why}")
    manifest = build_pack(
        asked.folder,
        asked.name or "Profiles imported from RealUserSim",
        _before(first, profiles),
        Population(_no_quantiles(), NOTHING, asked.demographics),
        made_up=False,
        version=asked.version,
    )
    return Imported(
        pack=str(asked.folder),
        name=manifest.name,
        version=manifest.version,
        digest=manifest.digest,
        rows=notes.rows,
        profiles=manifest.n_profiles,
        directives=manifest.n_directives,
        backgrounds=notes.backgrounds,
        dropped=dict(sorted(notes.dropped.items())),
        unread=notes.unread,
    )


def _before(first: Profile, rest: Iterator[Profile]) -> Iterator[Profile]:
    yield first
    yield from rest


def _profiles(asked: Import, salt: bytes, notes: _Notes) -> Iterator[Profile]:
    """A profile of each row that can be read and whose user was not met before."""
    revision = f"sha256:{file_digest(asked.file)[:16]}"
    made_by = _provenance(demographics=asked.demographics)
    users: dict[str, int] = {}
    for found in rows_of(asked.file):
        notes.rows += 1
        row = found if isinstance(found, Unread) else read_row(*found)
        if isinstance(row, Unread):
            notes.unread.append(UnreadRow(row=row.number, reason=row.reason))
            continue
        key = salted_key(salt, "realusersim", row.user)
        if key in users:
            why = f"the user of row {users[key]} again"
            notes.unread.append(UnreadRow(row=row.number, reason=why))
            continue
        users[key] = row.number
        notes.dropped.update(row.dropped)
        profile = _profile(row, key, revision, made_by, demographics=asked.demographics)
        if not asked.demographics:
            notes.dropped["demographics: not asked for"] += len(row.background)
        notes.backgrounds += len(profile.background)
        yield profile
    notes.dropped = +notes.dropped  # without zeros


def _profile(
    row: Row, user_key: str, revision: str, made_by: Provenance, *, demographics: bool
) -> Profile:
    made = Profile(
        id="p_" + "0" * 16,
        source=ProfileSource(
            corpus=CORPUS,
            revision=revision,
            licence=LICENCE,
            user_key=user_key,
            conversations=[],
            n_turns=0,
            window=Window(first=None, last=None),
        ),
        readings=[],
        directives=[ImportedDirective(text=command) for command in row.commands],
        moves=[],
        policy=None,
        background=list(row.background) if demographics else [],
        provenance=made_by,
    )
    return made.model_copy(update={"id": profile_id(made)})


def _provenance(*, demographics: bool) -> Provenance:
    return Provenance(
        code=f"persona_extract {__version__}",
        dimensions=dimensions_digest(),
        encoder="none",
        settings=content_hash("import", "realusersim", str(demographics)),
    )


def _no_quantiles() -> pl.DataFrame:
    return pl.DataFrame(schema={"dimension": pl.String})
