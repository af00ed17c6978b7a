"""The profile: what one user's conversations say about how that user behaves, as JSON (schema 1).

A profile holds numbers, directives and keyed hashes, never text of the user. See
`docs/profile.schema.json` for the generated JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from persona_extract.text import content_hash

SCHEMA_VERSION = "1.0"

DIGITS = 6
"""Decimals of every number in a profile."""

Level = Literal["very low", "low", "typical", "high", "very high"]

LEVELS: tuple[Level, ...] = ("very low", "low", "typical", "high", "very high")
CUTS = (0.10, 0.25, 0.75, 0.90)
"""Percentiles that part the levels. A value that many users share stands in the middle of them,
so that what most people do is typical."""

Share = Annotated[float, Field(ge=0, le=1)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
TraitId = Annotated[str, Field(pattern=r"^t_[0-9a-f]{8}$")]
ArchetypeId = Annotated[str, Field(pattern=r"^a_[0-9a-f]{8}$")]


class Record(BaseModel):
    """Base of every record at a border: immutable, and no field that the schema does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(Record):
    """First and last day (ISO 8601) of the conversations read, where the corpus says."""

    first: str | None
    last: str | None


class ProfileSource(Record):
    """Where the profile comes from. Keys are salted: they lead nowhere without the workspace."""

    corpus: str
    revision: str
    licence: str
    user_key: Key
    conversations: Annotated[list[Key], Field(min_length=1)]
    n_turns: Annotated[int, Field(ge=1)]
    window: Window


class Reading(Record):
    """One dimension of one user against the population of the same run."""

    dimension: str
    value: float
    spread: Annotated[float, Field(ge=0)]
    n: Annotated[int, Field(ge=1)]
    n_conversations: Annotated[int, Field(ge=1)]
    percentile: Share
    level: Level


class Evidence(Record):
    """One quote that shows a directive or trait: the turn, its characters from `start` up to `end`,
    and a keyed hash of these. A measured directive cites whole turns."""

    conversation: Key
    turn: Annotated[int, Field(ge=0)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote_key: Key


class Support(Record):
    """In n of the `of` turns in which it could have been shown, it was."""

    n: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=1)]


class Check(Record):
    """A test that a program can run on simulated turns: mean of the dimension on one side."""

    dimension: str
    operator: Literal[">=", "<="]
    threshold: float
    min_turns: Annotated[int, Field(ge=1)]


class Directive(Record):
    """One instruction to a simulator, with what it rests on and how to test it.

    `strength` is |z| / (1 + |z|) of the shrunk deviation z from the population, in standard
    deviations between users.
    """

    dimension: str
    level: Level
    text: str
    strength: Share
    support: Support
    evidence: list[Evidence]
    check: Check


class MoveRate(Record):
    """Share of the user's follow-up turns in moves of the catalogue that make this one: n of them.
    Turns in clusters that are not listed (`catalogue.Left`) are not counted, so rates sum to 1."""

    move: str
    label: str
    rate: Share
    n: Annotated[int, Field(ge=1)]


class TraitSeen(Record):
    """A trait of the catalogue that the user shows: seen in n conversations of those read in which
    it could have been. Name, directive and condition are the catalogue's; evidence cites what a
    reader quoted."""

    trait: TraitId
    name: str
    directive: str  # empty without a labeler
    condition: str | None
    support: Support
    evidence: list[Evidence]


class Belonging(Record):
    """The archetype a user belongs to. `fit` is the silhouette of the user, -1 to 1; None where
    there is no other archetype to be compared with."""

    archetype: ArchetypeId
    name: str
    fit: Annotated[float, Field(ge=-1, le=1)] | None


class Background(Record):
    """What the user says, or lets suppose, about their person. Only where it was asked for.

    `n_conversations` are those with this value and source, `confidence` the reader's mean over
    them.
    """

    attribute: Literal[
        "age", "gender", "education", "occupation", "location", "income", "marital_status"
    ]
    value: str
    source: Literal["extracted", "inferred"]
    confidence: Share
    n_conversations: Annotated[int, Field(ge=1)]


class Policy(Record):
    """What an executable simulator needs: typical length of the opening and of follow-ups in words,
    median user turns of a conversation, share of conversations that end with thanks."""

    opening_words: Annotated[int, Field(ge=1)]
    followup_words: Annotated[int, Field(ge=1)]
    conversation_turns: Annotated[int, Field(ge=1)]
    thanks_at_end: Share


class Provenance(Record):
    """What made the profile: code version, digest of the dimensions, encoder, digest of the
    settings; without models no `models` (role -> model) and no `prompts` (as `Prompt.id` says)."""

    code: str
    dimensions: str
    encoder: str
    settings: str
    models: dict[str, str] = {}
    prompts: list[str] = []


class Profile(Record):
    """One user, ready to condition a simulator."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    id: Annotated[str, Field(pattern=r"^p_[0-9a-f]{16}$")]
    source: ProfileSource
    readings: list[Reading]
    directives: list[Directive]
    traits: list[TraitSeen] = []
    moves: list[MoveRate]
    archetype: Belonging | None = None
    policy: Policy
    background: list[Background] = []
    provenance: Provenance


def level_of(percentile: float) -> Level:
    """The band in which a percentile lies."""
    for cut, level in zip(CUTS, LEVELS, strict=False):
        if percentile <= cut:
            return level
    return LEVELS[-1]


def profile_id(profile: Profile) -> str:
    """Content hash of everything in a profile but its id."""
    return "p_" + content_hash(profile.model_dump_json(exclude={"id"}))
