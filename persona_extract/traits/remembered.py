"""What is remembered of the clusters of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["move", "trait", "archetype"]
KINDS: tuple[Kind, ...] = ("move", "trait", "archetype")


@dataclass(frozen=True, slots=True)
class Group:
    """One cluster as it is remembered.

    Attributes:
        kind: clusters of different kinds never match.
        id: "m_...", "t_..." or "a_...".
        members: keys of turns, statements or users.
        axes: names of the coordinates of the centre.
        centre: mean of the members; empty where it means nothing in another run.
    """

    kind: Kind
    id: str
    members: frozenset[str]
    axes: tuple[str, ...] = ()
    centre: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """The clusters of a run.

    Attributes:
        salt: by what the salt of the members' keys is known; members of two salts do not compare.
        encoder: encoder of texts whose vectors do not depend on the other texts, else "";
            centres of moves and traits compare only where it is the same.
        groups: the clusters; their ids are unique.
        others: members that the run knows and that are in no cluster.
        gone: clusters of earlier runs that vanished. They get their ids back if they return.
    """

    salt: str
    encoder: str = ""
    groups: tuple[Group, ...] = ()
    others: Mapping[Kind, frozenset[str]] = field(default_factory=dict[Kind, frozenset[str]])
    gone: tuple[Group, ...] = ()

    def of(self, *kinds: Kind) -> Remembered:
        """The part about some kinds."""
        return replace(
            self,
            groups=tuple(group for group in self.groups if group.kind in kinds),
            others={kind: keys for kind, keys in self.others.items() if kind in kinds},
            gone=tuple(group for group in self.gone if group.kind in kinds),
        )

    def joined(self, other: Remembered) -> Remembered:
        """This and what is remembered of other kinds of the same run."""
        return replace(
            self,
            groups=self.groups + other.groups,
            others={**self.others, **other.others},
            gone=self.gone + other.gone,
        )
