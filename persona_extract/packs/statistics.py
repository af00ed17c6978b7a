"""What the card of a pack says of its profiles in figures, counted while they pass by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median_low

from persona_extract.records.fields import Record, Share
from persona_extract.records.profile import Profile, measured

RELIABLE = 0.7
"""Reliability from which a reading is counted as reliable."""


class Spread(Record):
    """Least, median and most of a count over the profiles."""

    least: int
    median: int
    most: int


class Statistics(Record):
    """Figures of a pack.

    Attributes:
        first: day of the first conversation; None unless every profile says its time.
        last: day of the last one, likewise.
        n_single: profiles that rest on one conversation.
        n_without_directive: profiles that instruct nothing, because nothing stands out reliably.
        kinds: number of directives of each kind.
        reliable: share of all readings with a reliability of at least `RELIABLE`; None without any.
        reliable_told: the same of those readings that a directive rests on.
    """

    n_profiles: int
    n_conversations: int
    n_turns: int
    first: str | None
    last: str | None
    conversations: Spread
    turns: Spread
    directives: Spread
    n_single: int
    n_without_directive: int
    kinds: dict[str, int]
    reliable: Share | None
    reliable_told: Share | None


@dataclass(slots=True)
class Counted:
    """Counts over profiles; `statistics` sums them up. Holds nothing of any single one."""

    conversations: Counter[int] = field(default_factory=Counter[int])
    turns: Counter[int] = field(default_factory=Counter[int])
    directives: Counter[int] = field(default_factory=Counter[int])
    kinds: Counter[str] = field(default_factory=Counter[str])
    readings: Counter[bool] = field(default_factory=Counter[bool])
    told: Counter[bool] = field(default_factory=Counter[bool])
    first: str | None = None
    last: str | None = None
    timeless: int = 0
    examples: int = 0

    def add(self, profile: Profile) -> None:
        """Counts one more."""
        self.conversations[len(profile.source.conversations)] += 1
        self.turns[profile.source.n_turns] += 1
        self.directives[len(profile.directives)] += 1
        self.kinds.update(told.kind for told in profile.directives)
        self.examples += len(profile.examples)
        reliable = {one.dimension: one.reliability >= RELIABLE for one in profile.readings}
        self.readings.update(reliable.values())
        self.told.update(reliable.get(one.dimension, False) for one in measured(profile))
        self._spans(profile.source.window.first, profile.source.window.last)

    def statistics(self) -> Statistics:
        """The figures of all that were added: at least one."""
        timed = not self.timeless
        return Statistics(
            n_profiles=self.turns.total(),
            n_conversations=sum(n * times for n, times in self.conversations.items()),
            n_turns=sum(n * times for n, times in self.turns.items()),
            first=self.first if timed else None,
            last=self.last if timed else None,
            conversations=_spread(self.conversations),
            turns=_spread(self.turns),
            directives=_spread(self.directives),
            n_single=self.conversations[1],
            n_without_directive=self.directives[0],
            kinds=dict(sorted(self.kinds.items())),
            reliable=_share(self.readings),
            reliable_told=_share(self.told),
        )

    def _spans(self, first: str | None, last: str | None) -> None:
        if first is None or last is None:
            self.timeless += 1
            return
        self.first = min(first, self.first or first)
        self.last = max(last, self.last or last)


def _spread(counts: Counter[int]) -> Spread:
    return Spread(least=min(counts), median=median_low(counts.elements()), most=max(counts))


def _share(counts: Counter[bool]) -> float | None:
    return round(counts[True] / counts.total(), 4) if counts else None
