"""What a run found, as one JSON document: the report is drawn from this and from nothing else."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.profile import Record
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
    """One user: short key, profile id, how much there was to read, strongest directives."""

    user_key: str
    profile: str
    n_conversations: int
    n_turns: int
    directives: list[str]


class MoveResult(Record):
    """One cluster of follow-up turns."""

    id: str
    label: str
    phrases: list[str]
    n_turns: int
    n_users: int
    share: float
    exemplars: list[str]
    exemplar_note: str  # e.g. "wordings that at least 3 users share", or "made-up corpus"


class MovePoint(Record):
    """A dot of the 2-D map of follow-ups. `text` is empty unless examples may be shown."""

    x: float
    y: float
    move: str
    text: str


class ClusterResult(Record):
    """The clusters, how their number was chosen, and a map."""

    encoder: str
    encoder_line: str
    criterion_name: str
    criterion: list[tuple[int, float]]
    stability: float | None  # mean adjusted Rand index of clusterings of random four fifths
    n_texts: int
    moves: list[MoveResult]
    points: list[MovePoint]


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
