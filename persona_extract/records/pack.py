"""The pack: a folder of profiles with a manifest that says what, from where and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.catalogue import Archetype, Move, Trait
from persona_extract.records.fields import Record
from persona_extract.records.profile import Provenance

PACK_VERSION = "1.2"
"""1.1 holds traits and archetypes, and says how many users show at least what is listed. 1.2 has a
version of its own, profiles with reliability, transitions and reactions, and Croissant metadata."""

SEMANTIC = r"^\d+\.\d+\.\d+$"
"""Versions of packs, by Semantic Versioning."""


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
    """`manifest.json` of a pack. Same conversations, settings and salt: same bytes.

    Attributes:
        version: of this pack, by Semantic Versioning; a refresh raises it.
        attribution: who is to be credited, a line each; how to cite them where that is known.
        imported: whether the directives are somebody else's, without measured support.
        examples: whether profiles may hold scrubbed forms of turns.
        demographics: whether age, gender and the like were read, and may stand in profiles.
        k_users: what fewer users show is not listed.
        moves: `n_users` is the number of profiles that hold it; so it is of archetypes.
        traits: at most `n_users` profiles hold it, and at least `k_users`: where the evidence of a
            user did not hold, the profile lacks it.
    """

    pack_version: Literal["1.2"] = PACK_VERSION
    name: str
    version: Annotated[str, Field(pattern=SEMANTIC)] = "0.1.0"
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of profiles.jsonl
    made_up: bool
    imported: bool = False
    corpora: list[str]
    revisions: list[str]
    licences: list[str]
    attribution: list[str] = []
    n_profiles: int
    n_conversations: int
    n_turns: int
    n_directives: int
    provenance: Provenance
    demographics: bool
    examples: bool = False
    population: dict[str, Quantiles]
    k_users: Annotated[int, Field(ge=1)]
    moves: list[Move]
    traits: list[Trait]
    archetypes: list[Archetype]
