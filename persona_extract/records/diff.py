"""What differs between two packs, as one JSON document."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.fields import Record, Share
from persona_extract.records.results import Interval

Verdict = Literal["same", "drifted", "cannot be compared"]
Kind = Literal["move", "trait", "archetype"]
Part = Literal[
    "conversations",
    "readings",
    "standing",
    "directives",
    "traits",
    "moves",
    "archetype",
    "policy",
    "background",
    "examples",
    "provenance",
]
"""Parts of a profile. "conversations" are those read, with their turns and days; "provenance" takes
in corpus, revision and licence; "standing" is what hangs on the other users as well
(percentiles, levels, strengths, weights): a user who did nothing new gets another one when others
come and go."""


class Thresholds(Record):
    """Beyond which two packs are called drifted.

    Attributes:
        effect: a dimension counts if its mean moved by so many standard deviations of A's users
            or more, and
        fdr: its false discovery rate among all dimensions compared is below this, and its interval
            does not hold 0.
        variation: archetype weights count if both packs list the same archetypes, so much of all
            weight changed place, or more, and
        chance: fewer than this share of random relabellings move as much.
        vanished: a larger share of the moves, or of the traits, of A is not in B.
    """

    effect: float
    fdr: float
    variation: float
    chance: float
    vanished: float


class Side(Record):
    """One of the two packs."""

    folder: str
    name: str
    version: str
    digest: str
    made_up: bool
    corpora: list[str]
    n_profiles: int
    dimensions: str  # digest of the dimensions that it was measured with
    code: str


class DimensionShift(Record):
    """One dimension in both packs.

    Attributes:
        n_a, n_b: users who have a reading of it.
        effect: mean of B less mean of A in units; a 95 % bootstrap interval over users.
        unit: standard deviation of A's users; of all users where A's do not differ.
        wasserstein: area between the two distributions in units. Never negative, so that random
            halves of one pack have some of it too.
        p: share of random relabellings of users that move the mean as much.
        q: p after Benjamini and Hochberg over all dimensions.
        moved: beyond both thresholds, and the interval does not hold 0.
    """

    dimension: str
    n_a: int
    n_b: int
    mean_a: float
    mean_b: float
    unit: float
    effect: Interval
    wasserstein: float
    p: float
    q: float
    moved: bool


class Entry(Record):
    """A move, trait or archetype that one pack lists."""

    id: str
    name: str


class PerhapsSame(Record):
    """Two ids under one name: vanished from A and new in B."""

    before: str
    after: str
    name: str


class EntryShift(Record):
    """A move, trait or archetype that both packs list: share of the profiles that hold it.

    Attributes:
        difference: B less A; a 95 % bootstrap interval over users.
        p, q: as of a dimension, q over everything of its kind that both list.
        moved: q is below the threshold, and the interval does not hold 0.
    """

    id: str
    name: str
    renamed: str | None  # its name in B, where that is another
    share_a: Share
    share_b: Share
    difference: Interval
    p: float
    q: float
    moved: bool


class KindChanges(Record):
    """What became of one part of the catalogue.

    Attributes:
        refused: why ids cannot be held against each other; empty where they can.
        new, vanished: empty where it is refused.
    """

    kind: Kind
    refused: str
    n_a: int
    n_b: int
    new: list[Entry]
    vanished: list[Entry]
    perhaps_same: list[PerhapsSame]
    kept: list[EntryShift]


class WeightShift(Record):
    """How much weight changed place between archetypes, "in none" among them.

    Attributes:
        variation: total variation distance, half the sum of the absolute differences: 0 to 1.
        expected: its mean over random relabellings of users: what chance alone gives.
        p: share of these that move as much.
        same_list: whether both packs list the same archetypes. If not, users were grouped anew,
            and that they are in other groups says nothing of how they behave.
        moved: beyond the thresholds, with the same list.
    """

    variation: Share
    expected: Share
    p: float
    same_list: bool
    moved: bool


class ProfileChange(Record):
    """One user who is in both packs with another profile."""

    before: str
    after: str
    parts: list[Part]
    gained: list[str]  # directives
    lost: list[str]


class ProfileChanges(Record):
    """Who came, went and changed; lists of ids of profiles.

    Attributes:
        refused: why users cannot be told; empty where they can.
        parts: of how many users each part changed.
        gained, lost: how many users got or lost each directive, the most frequent first.
    """

    refused: str
    n_a: int
    n_b: int
    added: list[str]
    removed: list[str]
    unchanged: int
    changed: list[ProfileChange]
    parts: dict[Part, int]
    gained: dict[str, int]
    lost: dict[str, int]


class PackDiff(Record):
    """Everything that differs between pack A and pack B.

    Attributes:
        reasons: of the verdict, one sentence each.
        n_shared: users who are in both.
        dimensions: the most moved first.
        left_out: dimensions that are not compared -> why.
        archetype_weights: None where archetypes cannot be compared.
    """

    verdict: Verdict
    reasons: list[str]
    thresholds: Thresholds
    a: Side
    b: Side
    n_shared: int
    dimensions: list[DimensionShift]
    left_out: dict[str, str]
    catalogue: list[KindChanges]
    archetype_weights: WeightShift | None
    profiles: ProfileChanges
    permutations: int
    resamples: int
    seed: int
    notes: list[str]
