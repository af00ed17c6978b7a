"""The User-Sim Index of a candidate against a reference, with what its numbers can bear."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.fields import Record
from persona_extract.records.results import Interval


class Bounds(Record):
    """A 95 % bootstrap interval."""

    low: float
    high: float


class FeatureScore(Record):
    """One of the nineteen features on both sides, means over conversations."""

    reference: float
    candidate: float
    dice: float  # 0 to 1, of the means
    interval: Bounds  # of dice
    js: float  # Jensen-Shannon distance of the distributions, 0 alike to 1 apart
    wasserstein: float  # in standard deviations of the reference


class DistanceSummary(Record):
    """Means over the features, and what the reference has against itself."""

    js: float
    js_floor: float
    wasserstein: float
    wasserstein_floor: float


class TwoSampleResult(Record):
    """How well a classifier tells the sides apart; 0.5 is not at all."""

    auc: float
    p: float
    null_low: float  # 95 % of the AUCs of shuffled sides
    null_high: float
    group: Literal["task", "user", "conversation"]  # kept whole between folds
    n_groups: int
    n_conversations: int
    permutations: int


class BatchScores(Record):
    """Scores over pairs of human batches and simulator runs: mean and population deviation."""

    n: int
    mean: dict[str, float]
    std: dict[str, float]


class UsiResult(Record):
    """One candidate. Scores run from 0 to 100, but ECE, which runs from 0 to 1.

    `interval`, `self_ceiling` and `resolution` have the keys that there are of D1, D2, D3, D4,
    USI_D1_D4, Eval, ECE and USI.
    """

    name: str
    reference_name: str
    n_reference: int  # conversations with a user turn
    n_candidate: int
    n_skipped_reference: int  # conversations without one
    n_skipped_candidate: int
    drawn: Literal["users", "conversations"]  # what the bootstrap resamples in the reference
    variant: str  # "USI", or the name of a variant whose scores compare with no published number
    index: str  # what there is enough data for: "USI", "USI without survey" or "USI D1-D4"
    D1: float
    D2: float
    D3: float
    D4: float
    Eval: float | None
    ECE: float | None
    USI: float  # the mean of what there is, which `index` names; of D1 to D4 with turns alone
    USI_D1_D4: float  # mean of the four
    interval: dict[str, Bounds]
    self_ceiling: dict[str, Interval]  # of the reference against itself at the same n
    resolution: dict[str, float]  # 95 % of equally good candidates differ by less
    features: dict[str, FeatureScore]
    distances: DistanceSummary
    two_sample: TwoSampleResult | None  # null where a side has too few groups
    batches: BatchScores | None  # where a side has several
    human_pairs: BatchScores | None  # batches of people against each other


class RankedNames(Record):
    """Candidates on one rank: ties are those that the data cannot tell apart."""

    rank: int
    names: list[str]


class Contrast(Record):
    """A candidate against the best of a rank, on the same resamples of the reference."""

    name: str
    against: str
    difference: Interval


class UsiRanking(Record):
    """Several candidates against one reference."""

    ranked_by: Literal["USI", "USI_D1_D4"]
    candidates: list[UsiResult]  # in the order given
    ranking: list[RankedNames]  # best first
    contrasts: list[Contrast]  # of each with the best of its own rank and of those above


class FeatureRow(Record):
    """One conversation's features, as `usi-features --json` prints them."""

    id: str
    features: dict[str, float]  # the nineteen and n_turns
    task_id: str | None
    trial: int | None
    batch: str | None
    reward: float | None
    variant: str
