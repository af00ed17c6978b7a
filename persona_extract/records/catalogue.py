"""The trait catalogue: what kinds of behaviour a run found, and of what kinds its users are.

Everything here may be published: stock phrases, sentences about behaviour without topic, numbers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.directives import Situation
from persona_extract.records.fields import ArchetypeId, Record, Share, TraitId

Polarity = Literal["does", "avoids"]


class Label(Record):
    """What a cluster is called and what a simulator would be told.

    Attributes:
        name: a few words.
        directive: one imperative sentence; empty without a labeler.
        condition: when it applies, in words; None is always.
        check: a yes/no question whose answer on simulated turns shows whether it was followed;
            empty without a labeler.
        made_by: "key phrases", or the labeler's model.
    """

    name: str
    directive: str = ""
    condition: str | None = None
    check: str = ""
    made_by: str = "key phrases"


class Move(Record):
    """One cluster of follow-up turns. Holds stock phrases only: every word of a phrase stands in
    `lexicons/conversation_words.txt`, and at least three users wrote it, however small the corpus.

    Attributes:
        id: "m_" and a keyed hash; kept from run to run as long as the cluster is found again.
        label: by key phrases its name is e.g. "continue / go on", or "other wording" if no phrase
            may be shown; a number tells equal ones apart.
        phrases: key phrases, the best first.
        exemplars: forms of turns, the most frequent first; "…" stands for words that few users
            used.
        share: share of all follow-ups that were clustered, those of no listed move included.
        stability: as in `Trait`.
    """

    id: Annotated[str, Field(pattern=r"^m_[0-9a-f]{8}$")]
    label: Label
    phrases: list[str]
    n_turns: Annotated[int, Field(ge=1)]
    n_users: Annotated[int, Field(ge=1)]
    exemplars: list[str]
    share: Share
    stability: Share | None = None


class Trait(Record):
    """A named cluster of statements of the reader.

    Attributes:
        group: dimension group that most of its statements were filed under.
        phrases: key phrases of its statements, the best first.
        share: share of the users read in whom it was seen.
        stability: mean Jaccard similarity of its members with the nearest cluster of bootstrap
            samples of users (Hennig 2007).
    """

    id: TraitId
    label: Label
    group: str
    polarity: Polarity
    situation: Situation
    phrases: list[str]
    n_statements: Annotated[int, Field(ge=1)]
    n_conversations: Annotated[int, Field(ge=1)]
    n_users: Annotated[int, Field(ge=1)]
    share: Share
    stability: Share | None


class Mark(Record):
    """On what an archetype stands out: mean z of its users on a dimension (or the excess rate of a
    move or trait, in standard deviations between users)."""

    kind: Literal["dimension", "move", "trait"]
    name: str  # dimension name, or id of the move or trait
    side: Literal["low", "high"]
    z: float


class Archetype(Record):
    """A cluster of users. `weight` is its share of all users; those in no stable cluster belong to
    none."""

    id: ArchetypeId
    label: Label
    n_users: Annotated[int, Field(ge=1)]
    weight: Share
    stability: Share | None
    marks: list[Mark]


class Left(Record):
    """Clusters that were found and are not published: too few users, or not found again."""

    kind: Literal["move", "trait", "archetype"]
    reason: Literal["too few users", "unstable, merged", "unstable, dropped"]
    n_clusters: int
    n_members: int


class Change(Record):
    """What became of clusters since the last catalogue of the workspace.

    `before` and `after` hold ids: one and one ("kept"), none and one ("new"), one and none
    ("vanished"), one and several ("split"), several and one ("merged").
    """

    kind: Literal["move", "trait", "archetype"]
    what: Literal["kept", "new", "vanished", "split", "merged"]
    before: list[str]
    after: list[str]


class LabelAccuracy(Record):
    """How often a second pass picks the right label for members that the labels were not made
    from. `choices` is the number of labels to choose from, so chance is 1 / choices."""

    kind: Literal["move", "trait"]
    judge: str  # model of the labeler's second pass, or the encoder's name
    n: int
    choices: int
    accuracy: float
    low: float
    high: float  # 95 % interval, resampled by user


class Catalogue(Record):
    """What `catalogue.json` of the label stage holds, and a pack publishes in part.

    Attributes:
        k_users: a move, trait or archetype that fewer users show is not listed.
        left: what is not listed, and why.
        changes: against the last catalogue; empty where there was none.
    """

    moves: list[Move]
    traits: list[Trait]
    archetypes: list[Archetype]
    k_users: int
    left: list[Left]
    changes: list[Change]
    accuracy: list[LabelAccuracy]
