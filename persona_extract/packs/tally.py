"""What a pack says of its profiles as a whole, counted while they pass by one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from persona_extract.records.profile import Profile


@dataclass(slots=True)
class Tally:
    """Sums over profiles. Holds their ids and user keys, and nothing else of them."""

    n_conversations: int = 0
    n_turns: int = 0
    n_directives: int = 0
    corpora: set[str] = field(default_factory=set[str])
    revisions: set[str] = field(default_factory=set[str])
    licences: set[str] = field(default_factory=set[str])
    ids: list[str] = field(default_factory=list[str])
    users: set[str] = field(default_factory=set[str])

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
