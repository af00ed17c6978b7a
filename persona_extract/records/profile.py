"""The profile: what one user's conversations say about how that user behaves, as JSON (schema 1).

A profile holds numbers, directives and keyed hashes, never text of the user. See
`docs/profile.schema.json` for the generated JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.directives import Directive, Evidence, MeasuredDirective, Support
from persona_extract.records.fields import ArchetypeId, Key, Level, Record, Share, TraitId
from persona_extract.records.policy import Policy
from persona_extract.text import content_hash

SCHEMA_VERSION = "1.0"


class Window(Record):
    """First and last day (ISO 8601) of the conversations read, where the corpus says."""

    first: str | None
    last: str | None


class ProfileSource(Record):
    """Where the profile comes from. Keys are salted: they lead nowhere without the workspace. Only
    a profile that was imported may have no conversations and no turns."""

    corpus: str
    revision: str
    licence: str
    user_key: Key
    conversations: list[Key]
    n_turns: Annotated[int, Field(ge=0)]
    window: Window


class Reading(Record):
    """One dimension of one user against the population of the same run.

    Attributes:
        value: mean over the `n` turns of `n_conversations` on which the dimension is defined.
        spread: standard deviation over these turns.
        reliability: share of the variance of such a mean that is between users and no noise, 0..1.
        percentile: mid-rank share of the population below it.
        level: the band in which the percentile lies.
    """

    dimension: str
    value: float
    spread: Annotated[float, Field(ge=0)]
    n: Annotated[int, Field(ge=1)]
    n_conversations: Annotated[int, Field(ge=1)]
    reliability: Share
    percentile: Share
    level: Level


class MoveRate(Record):
    """Share of the user's follow-up turns in moves of the catalogue that make this one: n of them.
    Turns in clusters that are not listed (`catalogue.Left`) are not counted, so rates sum to 1."""

    move: str
    label: str
    rate: Share
    n: Annotated[int, Field(ge=1)]


class Transition(Record):
    """Of the user's follow-ups just after a turn with the move `before` (None: the opening), the
    share `rate` that make the move `after`: `n` of them. Rates of one `before` sum to 1."""

    before: str | None
    after: str
    rate: Share
    n: Annotated[int, Field(ge=1)]


class TraitSeen(Record):
    """A trait of the catalogue that the user shows: seen in n conversations of those read in which
    it could have been. The name is the catalogue's; evidence cites what a reader quoted."""

    trait: TraitId
    name: str
    support: Support
    evidence: list[Evidence]


class Belonging(Record):
    """The archetype a user belongs to. `weight` is its share of all users of the pack; `fit` is the
    silhouette of the user, -1 to 1; None where there is no other archetype to be compared with."""

    archetype: ArchetypeId
    name: str
    weight: Share
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


class Example(Record):
    """A form of one of the user's turns that shows a dimension: only words of the program's own
    lists are left in it, at most four in a row; "…" stands for everything else."""

    dimension: str
    text: str
    conversation: Key
    turn: Annotated[int, Field(ge=0)]


class Provenance(Record):
    """What made the profile.

    Attributes:
        code: program and version.
        dimensions: digest of all dimensions.
        encoder: of moves and traits.
        settings: digest.
        seed: all randomness follows from it.
        models: role -> model; empty without.
        prompts: as `Prompt.id` says; empty without models.
        cost_usd: what the answers that were used cost when they were first given, for the whole
            run; None where a price is unknown.
    """

    code: str
    dimensions: str
    encoder: str
    settings: str
    seed: int = 0
    models: dict[str, str] = {}
    prompts: list[str] = []
    cost_usd: Annotated[float, Field(ge=0)] | None = 0.0


class Profile(Record):
    """One user, ready to condition a simulator. An imported profile has no readings and no policy.

    `directives` are sorted by kind (measured, read, imported), then strongest first.
    """

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    id: Annotated[str, Field(pattern=r"^p_[0-9a-f]{16}$")]
    source: ProfileSource
    readings: list[Reading]
    directives: list[Directive]
    traits: list[TraitSeen] = []
    moves: list[MoveRate]
    transitions: list[Transition] = []
    archetype: Belonging | None = None
    policy: Policy | None
    background: list[Background] = []
    examples: list[Example] = []
    provenance: Provenance


def measured(profile: Profile) -> list[MeasuredDirective]:
    """The directives that rest on dimensions."""
    return [one for one in profile.directives if isinstance(one, MeasuredDirective)]


def profile_id(profile: Profile) -> str:
    """Content hash of everything in a profile but its id, and what its making cost: that differs
    with every failure of a provider."""
    excluded = {"id": True, "provenance": {"cost_usd"}}
    return "p_" + content_hash(profile.model_dump_json(exclude=excluded))


def profile_schema() -> dict[str, object]:
    """The published JSON Schema of a profile (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:persona-extract:profile:{SCHEMA_VERSION}",
        **Profile.model_json_schema(),
    }
