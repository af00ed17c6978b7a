"""What a run found, as one JSON document: the report is drawn from this and from nothing else."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.catalogue import Archetype, Change, LabelAccuracy, Left, Trait
from persona_extract.records.fields import Record, Share
from persona_extract.records.settings import Settings


class Interval(Record):
    """An estimate with its 95 % bootstrap interval (resampled by user)."""

    value: float
    low: float
    high: float


class DropCount(Record):
    """How many conversations were dropped for a reason, and what the reason means."""

    reason: str
    meaning: str
    n: int


class Counted(Record):
    """A kind of event and how often it happened (repairs, masks, records skipped by the source)."""

    kind: str
    n: int


class DimensionResult(Record):
    """One dimension over the population: quantiles over users and one dot a user."""

    name: str
    group: str
    definition: str
    unit: str
    median: float
    q25: float
    q75: float
    mean: float
    values: list[float]  # one per user, in the order of `Results.users`; NaN-free
    users: list[int]  # positions in `Results.users`, same length as `values`


class UserResult(Record):
    """One user: short key, profile id, how much there was to read, strongest directives.

    Attributes:
        archetype: id; None if in none.
        fit: silhouette of the user, -1 to 1; None where users were not clustered.
        x, y: place on the map of users; None if there is none.
    """

    user_key: str
    profile: str
    n_conversations: int
    n_turns: int
    directives: list[str]
    archetype: str | None = None
    fit: float | None = None
    x: float | None = None
    y: float | None = None


class MoveResult(Record):
    """One cluster of follow-up turns. `share` is of all follow-ups, those of no listed move
    included."""

    id: str
    label: str
    phrases: list[str]
    n_turns: int
    n_users: int
    share: float
    exemplars: list[str]
    exemplar_note: str  # e.g. "wordings that at least 3 users share", or "made-up corpus"
    stability: float | None = None  # as in `records.catalogue.Trait`
    made_by: str = "key phrases"
    directive: str = ""  # empty without a labeler


class MovePoint(Record):
    """A dot of the 2-D map of follow-ups. `text` is empty unless examples may be shown."""

    x: float
    y: float
    move: str
    text: str


class ClusterResult(Record):
    """The clusters, how their number was chosen, and a map.

    Attributes:
        criterion: number of clusters and what it was worth, for each number that was tried.
        chosen: the number taken, before any was merged or dropped; None if none was tried.
        silhouette: mean, of the number taken; None for one cluster.
        stability: mean adjusted Rand index over bootstrap samples of users.
        n_texts: different wordings in the listed moves.
        n_follow_ups: follow-ups that were grouped, those of no listed move included.
        longest: words of the longest follow-up that was grouped.
    """

    encoder: str
    encoder_line: str
    criterion_name: str
    criterion: list[tuple[int, float]]
    chosen: int | None
    silhouette: float | None
    stability: float | None
    n_texts: int
    n_follow_ups: int
    longest: int
    moves: list[MoveResult]
    points: list[MovePoint]


class MapMark(Record):
    """Where a trait, move or dimension stands on the map of users."""

    kind: Literal["trait", "move", "dimension"]
    name: str  # id of the trait or move, name of the dimension
    label: str
    x: float
    y: float


class ArchetypeResult(Record):
    """The clusters of users, how their number was chosen, and what else stands on their map.

    Attributes:
        criterion: number of clusters and what it was worth, for each number that was tried.
        chosen: the number taken, before any was merged or dropped; None where the users form no
            groups, or too few of them were there to try.
        p: share of made-up corpora without groups in which groups are found again as well.
        stability: mean adjusted Rand index over bootstrap samples of users.
        line: how they were found, or why there are none, as one line.
        variance: share of the variance that each axis of the map holds; empty if not known.
    """

    archetypes: list[Archetype] = []
    criterion_name: str = ""
    criterion: list[tuple[int, float]] = []
    chosen: int | None = None
    p: float | None = None
    stability: float | None = None
    line: str = ""
    variance: list[float] = []
    marks: list[MapMark] = []


class ReadResult(Record):
    """What the reader model was asked and what came of it."""

    model: str
    n_conversations: int
    n_calls: int
    n_failed: int  # calls without a usable answer
    n_accepted: int  # statements
    n_ungrounded: int  # statements with a quote that is not in the turn it cites
    n_refused: int  # statements about the task instead of the behaviour, and the like


class SpentResult(Record):
    """What one stage asked of one model. `cost` is in USD, None where the price is unknown."""

    stage: str
    model: str
    n_calls: int
    n_cached: int  # of them, answered from answers kept before
    n_failed: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None


class PlantedResult(Record):
    """Habits planted in the demo against the directives of its profiles.

    A habit is one side of one dimension in one person. It is *tellable* if its dimension may
    instruct at all (`dimensions.measured.is_personal`); the others describe populations, and no
    profile ever tells them. Only people with a profile count.

    Attributes:
        n_planted: habits planted.
        n_tellable: of these, the tellable ones: the population of recall.
        n_found: of the tellable ones, those that a directive of that person says.
        n_told: directives on a kind of habit (dimension and side) that is tellable and was planted
            in at least one person: the population of precision. What was planted in nobody is not
            known of anybody, so directives on other kinds are neither right nor wrong.
        precision: n_found / n_told; None if nothing was told.
        recall: n_found / n_tellable; None if nothing was tellable.
        missed: kinds of the habits that no directive says, one entry a person, e.g.
            "turn_words=high", sorted.
        spurious: kinds of the directives that were not planted in the person, likewise.
    """

    n_planted: int
    n_tellable: int
    n_found: int
    n_told: int
    precision: Share | None
    recall: Share | None
    missed: list[str]
    spurious: list[str]


class IdentityScore(Record):
    """How well own profiles are told from others'."""

    auc: float
    auc_low: float
    auc_high: float
    top1: float


class IdentityAmount(IdentityScore):
    """Identity of the conversations of which there is so much: `least` to `most` of `what`."""

    what: str  # "held-out turns", "held-out words" or "profile turns"
    least: int
    most: int
    n_conversations: int


class IdentityResult(IdentityScore):
    """Leave-one-conversation-out identity, with text baselines under the same protocol."""

    n_users: int
    n_conversations: int
    baselines: dict[str, IdentityScore]  # "char", "word", "chance"
    by_amount: list[IdentityAmount] = []  # about a third of the conversations each


class ArmResult(Record):
    """One arm over all cases of a stratum: distance to the real person, lower is nearer."""

    arm: str
    distance: Interval  # mean absolute difference per dimension, in population standard deviations
    attribution: (
        Interval  # AUC of the right person by n-grams of the letters of the simulated turns
    )
    formal: Interval  # mean signed difference to the formal side, in standard deviations


class ArmContrast(Record):
    """A paired difference between two arms. In distance, negative means that the first is nearer
    to the person; in attribution, positive means that it is more often traced to the person."""

    arm: str
    against: str
    distance: Interval
    attribution: Interval


class Stratum(Record):
    """Arms on the same cases. Users with one conversation are never pooled with the others."""

    name: Literal["several conversations", "one conversation"]
    protocol: str
    n_cases: int
    n_users: int
    arms: list[ArmResult]
    contrasts: list[ArmContrast]
    by_dimension: dict[str, dict[str, float]]  # arm -> dimension -> mean absolute difference


class StageResult(Record):
    """One stage of the run and what it counted."""

    stage: str
    digest: str
    counts: dict[str, int]


class Results(Record):
    """The whole run."""

    title: str
    made_up: bool  # the people in the corpus never existed
    code: str
    source: str
    corpora: list[str]
    revisions: list[str]
    licences: list[str]
    settings: Settings
    stages: list[StageResult]
    n_conversations: int
    n_kept: int
    n_turns: int
    n_users: int
    n_profiles: int
    n_directives: int
    n_directives_withheld: int  # compiled, but not held up by the evidence
    skipped: list[Counted]
    dropped: list[DropCount]
    repairs: list[Counted]
    masked: list[Counted]
    dimensions: list[DimensionResult]
    users: list[UserResult]
    clusters: ClusterResult
    identity: IdentityResult | None
    identity_note: str  # why there is none, or how to read it
    strata: list[Stratum]
    arms_note: str
    archetypes: ArchetypeResult = ArchetypeResult()
    traits: list[Trait] = []
    k_users: int = 1  # a move, trait or archetype that fewer users show is not listed
    left: list[Left] = []
    changes: list[Change] = []  # empty in the first run of a workspace
    accuracy: list[LabelAccuracy] = []
    reading: ReadResult | None = None  # None without a reader
    spent: list[SpentResult] = []  # empty without a model
    planted: PlantedResult | None = None  # only of corpora whose habits are known
