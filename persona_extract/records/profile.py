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

Situation = Literal[
    "always",
    "opening",
    "follow-up",
    "after a question",
    "after an error",
    "after a refusal",
    "after a long answer",
    "ending",
    "other",
]
"""When a behaviour shows. All but "other" can be told from the conversation by rules."""

Act = Literal["question", "error", "refusal", "long answer"]
"""What the assistant did just before."""

ACTS: tuple[Act, ...] = ("question", "error", "refusal", "long answer")

Reply = Literal[
    "answers",
    "answers vaguely",
    "ignores it",
    "objects",
    "turns away",
    "asks",
    "takes it up",
    "goes on",
]
"""What a user does after an act of the assistant."""


class Record(BaseModel):
    """Base of every record at a border: immutable, and no field that the schema does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Trial(Record):
    """What a check found on the very turns that its directive cites: the mean over `n` of them."""

    value: float
    n: Annotated[int, Field(ge=1)]


class MeasuredDirective(Record):
    """An instruction that rests on a dimension, with what it rests on and how to test it.

    Attributes:
        text: complete in itself; it names its situation where it has one.
        strength: |z| / (1 + |z|) of the shrunk deviation z from the population, in standard
            deviations between users.
        support: of turns.
        evidence: whole turns, those that show it most.
        tested: its check on these.
    """

    kind: Literal["measured"] = "measured"
    dimension: str
    level: Level
    text: str
    situation: Situation
    strength: Share
    support: Support
    evidence: list[Evidence]
    check: Check
    tested: Trial


class Question(Record):
    """A test that a judge can run on simulated turns: a question to be answered with yes or no."""

    question: str


class ReadDirective(Record):
    """An instruction that rests on a trait that the user shows, in a labeler's words.

    Attributes:
        text: what to do, without its condition.
        situation: when, as a rule can tell it.
        condition: when, in words; None is always.
        strength: (n + 1) / (of + 2) of its support (Laplace's rule of succession).
        support: of conversations, as of the trait.
        evidence: quotes, as of the trait.
        check: None where the labeler gave none.
    """

    kind: Literal["read"] = "read"
    trait: TraitId
    text: str
    situation: Situation
    condition: str | None
    strength: Share
    support: Support
    evidence: list[Evidence]
    check: Question | None


class ImportedDirective(Record):
    """An instruction that somebody else wrote. Nothing measured supports it, and nothing tests
    it."""

    kind: Literal["imported"] = "imported"
    text: str


Directive = Annotated[
    MeasuredDirective | ReadDirective | ImportedDirective, Field(discriminator="kind")
]
"""One instruction to a simulator."""


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


class Reaction(Record):
    """What the user does in the `n` turns just after an act of the assistant.

    Attributes:
        words: typical length of these turns.
        rates: share of each reply; they sum to 1. All are drawn towards the other users' as far as
            this user's few turns are unreliable.
    """

    after: Act
    n: Annotated[int, Field(ge=1)]
    words: Annotated[int, Field(ge=1)]
    rates: dict[Reply, Share]


class Ending(Record):
    """How conversations end: shares of those with two turns or more, which overlap (`thanks` are
    among those that are wrapped up)."""

    thanks: Share
    wraps_up: Share
    silent: Share
    abandons: Share


class Policy(Record):
    """What an executable simulator needs, told in numbers.

    Attributes:
        opening_words: typical length of the first turn, in words outside code.
        followup_words: typical length of a later one.
        words_spread: standard deviation of ln(1+words) of a turn around these.
        conversation_turns: median user turns of a conversation.
        patience_turns: user turns within which nine of ten of them were over.
        opening_facts: mean number of facts (figures, names, quoted strings) in an opening.
        facts_per_turn: mean number in a follow-up.
        opening_share: share of a conversation's facts that its opening tells (disclosure pace); 1
            tells all at once. None where no conversation of two turns or more has a fact.
        reactions: to acts of the assistant that the user met with.
        ending: None where every conversation has one turn.
    """

    opening_words: Annotated[int, Field(ge=1)]
    followup_words: Annotated[int, Field(ge=1)]
    words_spread: Annotated[float, Field(ge=0)]
    conversation_turns: Annotated[int, Field(ge=1)]
    patience_turns: Annotated[int, Field(ge=1)]
    opening_facts: Annotated[float, Field(ge=0)]
    facts_per_turn: Annotated[float, Field(ge=0)]
    opening_share: Share | None
    reactions: list[Reaction]
    ending: Ending | None


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


def level_of(percentile: float) -> Level:
    """The band in which a percentile lies."""
    for cut, level in zip(CUTS, LEVELS, strict=False):
        if percentile <= cut:
            return level
    return LEVELS[-1]


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
