"""What a pack says of its profiles as a whole, counted while they pass by one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from persona_extract.records.profile import Profile


@dataclass(slots=True)
class Tally:
    """Sums over profiles. Holds their ids and user keys, and nothing else of them.

    `shown` counts the profiles that hold each move, trait or archetype, by kind and id.
    """

    n_conversations: int = 0
    n_turns: int = 0
    n_directives: int = 0
    corpora: set[str] = field(default_factory=set[str])
    revisions: set[str] = field(default_factory=set[str])
    licences: set[str] = field(default_factory=set[str])
    ids: list[str] = field(default_factory=list[str])
    users: set[str] = field(default_factory=set[str])
    shown: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    @property
    def n_profiles(self) -> int:
        """How many were added."""
        return len(self.ids)

    def add(self, profile: Profile) -> None:
        """Counts one more."""
        source = profile.source
        self.n_conversations += len(source.conversations)
        self.n_turns += source.n_turns
        self.n_directives += len(profile.directives)
        self.corpora.add(source.corpus)
        self.revisions.add(source.revision)
        self.licences.add(source.licence)
        self.ids.append(profile.id)
        self.users.add(source.user_key)
        self.shown.update({(kind, one) for kind, one, _ in held(profile)})


def held(profile: Profile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What a profile holds of the catalogue: "move", "trait" or "archetype", id, wording."""
    for move in profile.moves:
        yield "move", move.move, (move.label,)
    for trait in profile.traits:
        yield "trait", trait.trait, (trait.name,)
    if profile.archetype is not None:
        yield (
            "archetype",
            profile.archetype.archetype,
            (
                profile.archetype.name,
                f"{profile.archetype.weight:g}",
            ),
        )
