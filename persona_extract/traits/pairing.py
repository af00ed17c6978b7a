"""The clusters of one kind of two runs: which is which, and what became of them.

Thresholds are stated here; the assignment is optimal (Kuhn 1955; scipy's
`linear_sum_assignment`), first on members, then, for clusters whose members tell nothing, on
centres.
"""

# scipy ships no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np

from persona_extract.records.catalogue import Change
from persona_extract.text import content_hash
from persona_extract.traits.remembered import Group, Kind, Remembered

MIN_JACCARD = 0.25
"""Two clusters are one if at least this part of the members that either has, of those that both
runs know, is shared."""

MIN_COSINE = 0.8
"""They are one if their centres are at least this close and their members tell nothing."""

MIN_COMMON = 3
"""Of fewer members known to both runs a cluster's members tell nothing."""

FIRST = 0.5
"""So much more alike must a cluster be that had vanished before the last run, to get its id back
from one that is there."""

SUBSTANTIAL = 0.25
"""A cluster was split if several new ones took at least this share of its members each."""

MOSTLY = 0.5
"""... and consist of them for at least this share. Merged is the reverse."""

_TRIFLE = 1e-6
_DECIMALS = 9  # so that sums taken in another order choose the same pairs


class Pairing:
    """The clusters of one kind of two runs, in an order that depends on nothing but themselves."""

    def __init__(self, kind: Kind, before: Remembered, now: Remembered) -> None:
        self.kind: Kind = kind
        self.old, self.gone = _ordered(before.groups, kind), _ordered(before.gone, kind)
        self.new = _ordered(now.groups, kind)
        self._shared: frozenset[str] = frozenset()
        if before.salt == now.salt:
            known = _known(now, self.new, kind)
            self._shared = known & (
                _known(before, self.old, kind) | _known(before, self.gone, kind)
            )
        same = before.encoder != "" and before.encoder == now.encoder
        self._centres = kind == "archetype" or same
        self._common = {id(g): g.members & self._shared for g in self.old + self.new + self.gone}
        self._pairs = self._paired()
        self.ids = self._named({group.id for group in before.groups + before.gone})

    def changes(self) -> list[Change]:
        """What became of the clusters, by the first id of each change."""
        told: list[Change] = []
        left = list(self.old)
        fresh = list(self.new)
        for one in self.old:
            parts = [n for n in fresh if self._went(one, n, SUBSTANTIAL, MOSTLY)]
            if len(parts) > 1:
                told.append(self._change("split", [one], parts))
                left.remove(one)
                fresh = [n for n in fresh if n not in parts]
        for one in list(fresh):
            parts = [o for o in left if self._went(o, one, MOSTLY, SUBSTANTIAL)]
            if len(parts) > 1:
                told.append(self._change("merged", parts, [one]))
                fresh.remove(one)
                left = [o for o in left if o not in parts]
        before = {o.id for o in left}
        kept = [n for n in fresh if self.ids[n.id] in before]
        after = {self.ids[n.id] for n in kept}
        told += [self._change("kept", [o], [n]) for n in kept for o in left if self._same(o, n)]
        told += [self._change("new", [], [n]) for n in fresh if n not in kept]
        told += [self._change("vanished", [o], []) for o in left if o.id not in after]
        return sorted(told, key=lambda change: (_PLACES[change.what], change.before, change.after))

    def _same(self, old: Group, new: Group) -> bool:
        return self.ids[new.id] == old.id

    def _change(self, what: _What, before: list[Group], after: list[Group]) -> Change:
        return Change(
            kind=self.kind,
            what=what,
            before=sorted(group.id for group in before),
            after=sorted(self.ids[group.id] for group in after),
        )

    def _went(self, old: Group, new: Group, of_old: float, of_new: float) -> bool:
        """Whether the old cluster's members in the new one are such shares of either."""
        mine, its = self._common[id(old)], self._common[id(new)]
        both = len(mine & its)
        enough = both >= MIN_COMMON and both >= of_old * len(mine)
        return enough and both >= of_new * len(its)

    def _paired(self) -> dict[str, str]:
        """Own id of a new cluster -> id of an earlier one."""
        pairs: dict[str, str] = {}
        for closeness in (self._by_members, self._by_centres):
            taken = set(pairs.values())
            free = [group for group in self.old + self.gone if group.id not in taken]
            asking = [group for group in self.new if group.id not in pairs]
            pairs |= _assigned(free, asking, closeness)
        return pairs

    def _by_members(self, old: Group, new: Group) -> float:
        """Jaccard similarity, and half the closeness of the centres; 0 if not alike."""
        if not self._tell(old, new):
            return 0.0
        mine, its = self._common[id(old)], self._common[id(new)]
        jaccard = len(mine & its) / len(mine | its)
        if jaccard < MIN_JACCARD:
            return 0.0
        return jaccard + max(0.0, self._cosine(old, new)) / 2 + self._first(old)

    def _by_centres(self, old: Group, new: Group) -> float:
        """Cosine of the centres where the members tell nothing; 0 if not alike."""
        if self._tell(old, new):
            return 0.0
        cosine = self._cosine(old, new)
        return cosine + self._first(old) if cosine >= MIN_COSINE else 0.0

    def _first(self, old: Group) -> float:
        """Clusters of the last run go before those that had vanished before it."""
        return 0.0 if old in self.gone else FIRST

    def _tell(self, old: Group, new: Group) -> bool:
        """Whether the members of two clusters say if they are the same."""
        return min(len(self._common[id(old)]), len(self._common[id(new)])) >= MIN_COMMON

    def _cosine(self, old: Group, new: Group) -> float:
        """Over the coordinates that both have; 0 where centres do not compare."""
        if not self._centres or not old.centre or not new.centre:
            return 0.0
        theirs = dict(zip(new.axes, new.centre, strict=True))
        pairs = [(x, theirs[a]) for a, x in zip(old.axes, old.centre, strict=True) if a in theirs]
        if not pairs:
            return 0.0
        a, b = np.array(pairs, dtype=np.float64).T
        size = float(np.linalg.norm(a) * np.linalg.norm(b))
        return float(a @ b) / size if size > 0 else 0.0

    def _named(self, used: set[str]) -> dict[str, str]:
        """Final ids: an earlier one, else its own unless that was another cluster's already."""
        ids = dict(self._pairs)
        taken = used | {
            group.id for group in self.new if group.id not in ids and group.id not in used
        }
        for group in self.new:
            if group.id not in ids:
                ids[group.id] = group.id if group.id not in used else _fresh(group, taken)
                taken.add(ids[group.id])
        return ids


_What = Literal["kept", "new", "vanished", "split", "merged"]
_PLACES: Mapping[str, int] = {
    what: at for at, what in enumerate(("kept", "new", "vanished", "split", "merged"))
}


def _ordered(groups: Iterable[Group], kind: Kind) -> list[Group]:
    mine = [group for group in groups if group.kind == kind]
    return sorted(mine, key=lambda group: (-len(group.members), group.id))


def _known(run: Remembered, groups: Sequence[Group], kind: Kind) -> frozenset[str]:
    return frozenset[str]().union(run.others.get(kind, ()), *(group.members for group in groups))


def _assigned(
    old: Sequence[Group], new: Sequence[Group], closeness: Callable[[Group, Group], float]
) -> dict[str, str]:
    """Pairs with the greatest sum of closeness; none of closeness 0."""
    from scipy.optimize import linear_sum_assignment

    if not old or not new:
        return {}
    close = np.array([[_told_apart(closeness(o, n), o, n) for n in new] for o in old])
    rows, columns = linear_sum_assignment(close, maximize=True)
    return {
        new[j].id: old[i].id
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if close[i, j] > 0
    }


def _told_apart(close: float, old: Group, new: Group) -> float:
    """The closeness, and a trifle by the ids: equally good assignments are chosen among by the
    pairs themselves, not by which others there are."""
    trifle = int(content_hash(old.id, new.id, length=8), 16) / 16**8
    return round(close, _DECIMALS) + _TRIFLE * trifle if close > 0 else 0.0


def _fresh(group: Group, taken: set[str]) -> str:
    """An id that nobody has, from the cluster's own."""
    prefix, own = group.id[:2], group.id
    while own in taken:
        own = prefix + content_hash("again", own, length=8)
    return own
