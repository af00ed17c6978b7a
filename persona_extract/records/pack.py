"""The pack: a folder of profiles with a manifest that says what, from where and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.catalogue import Move
from persona_extract.records.profile import Provenance, Record

PACK_VERSION = "1.0"


class Quantiles(Record):
    """One dimension over the users of the pack."""

    n_users: int
    mean: float
    sd: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float


class PackManifest(Record):
    """`manifest.json` of a pack. Same conversations, settings and salt: same bytes."""

    pack_version: Literal["1.0"] = PACK_VERSION
    name: str
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of profiles.jsonl
    made_up: bool
    corpora: list[str]
    revisions: list[str]
    licences: list[str]
    n_profiles: int
    n_conversations: int
    n_turns: int
    n_directives: int
    provenance: Provenance
    population: dict[str, Quantiles]
    moves: list[Move]
