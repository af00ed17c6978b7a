"""Which cluster of a run is which of the last: ids stay put while a corpus grows (ADR 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from persona_extract.records.catalogue import Change
from persona_extract.traits.pairing import Pairing
from persona_extract.traits.remembered import KINDS, Group, Kind, Remembered

__all__ = ["KINDS", "Group", "Kind", "Matching", "Remembered", "comparable", "match"]


@dataclass(frozen=True, slots=True)
class Matching:
    """Which cluster is which.

    Attributes:
        ids: id that a cluster of the new run came with -> id that it goes by.
        changes: every id of either run stands in exactly one, but for ids that came back, which
            are told as new.
        now: the new run under its new ids, as the next one should remember it.
    """

    ids: Mapping[str, str]
    changes: tuple[Change, ...]
    now: Remembered


def match(before: Remembered | None, now: Remembered) -> Matching:
    """Gives the clusters of a run the ids of the last one where they are the same clusters.

    Args:
        before: the last run; None if there was none.
        now: the run, under ids of its own that depend on nothing but the clusters themselves.
    """
    if before is None:
        return Matching({group.id: group.id for group in now.groups}, (), now)
    ids: dict[str, str] = {}
    changes: list[Change] = []
    for kind in KINDS:
        matched = Pairing(kind, before, now)
        ids |= matched.ids
        changes += matched.changes()
    given = set(ids.values())
    renamed = tuple(replace(group, id=ids[group.id]) for group in now.groups)
    gone = tuple(
        group if group.kind == "archetype" or before.encoder == now.encoder else _blind(group)
        for group in before.groups + before.gone
        if group.id not in given
    )
    return Matching(ids, tuple(changes), replace(now, groups=renamed, gone=gone))


def comparable(before: Remembered, now: Remembered) -> bool:
    """Whether moves and traits of two runs can be compared at all."""
    return before.salt == now.salt or (before.encoder != "" and before.encoder == now.encoder)


def _blind(group: Group) -> Group:
    """Without a centre that means nothing to another encoder."""
    return replace(group, axes=(), centre=())
