"""What became of all directives and policies of one arm, counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from persona_extract.records.checks import (
    ArmChecked,
    DimensionChecked,
    Followed,
    Kept,
    PolicyKept,
    ProfileChecked,
    Verdict,
)


def tally_arm(arm: str | None, checked: Sequence[ProfileChecked]) -> ArmChecked:
    """Counts over the profiles that were played under an arm."""
    every = [one for profile in checked for one in profile.directives]
    counts: dict[Verdict, int] = {}
    for one in every:
        counts[one.verdict] = counts.get(one.verdict, 0) + 1
    passed = counts.get("followed", 0) + counts.get("over-acted", 0)
    tested = passed + counts.get("ignored", 0)
    return ArmChecked(
        arm=arm,
        n_profiles=len({one.profile for one in checked}),
        n_conversations=sum(one.n_conversations for one in checked),
        followed=round(passed / tested, 6) if tested else None,
        counts=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        policy=_policy(row for profile in checked for row in profile.policy),
        dimensions=_by_dimension(every),
    )


def _policy(rows: Iterator[PolicyKept]) -> dict[str, dict[Kept, int]]:
    found: dict[str, dict[Kept, int]] = {}
    for row in rows:
        tally = found.setdefault(row.field, {})
        tally[row.verdict] = tally.get(row.verdict, 0) + 1
    return found


def _by_dimension(every: list[Followed]) -> list[DimensionChecked]:
    """Those that are ignored most first."""
    groups: dict[tuple[str, str], list[Followed]] = {}
    for one in every:
        if one.kind == "measured" and one.operator is not None:
            groups.setdefault((one.about, one.operator), []).append(one)
    made = [_dimension(name, operator, some) for (name, operator), some in groups.items()]
    return sorted(made, key=lambda d: (-d.ignored, -d.n, d.dimension, d.side))


def _dimension(name: str, operator: str, some: list[Followed]) -> DimensionChecked:
    counts: Mapping[Verdict, int] = {
        verdict: sum(one.verdict == verdict for one in some)
        for verdict in ("followed", "ignored", "over-acted", "too few turns")
    }
    ratios = [one.ratio for one in some if one.ratio is not None and one.verdict != "too few turns"]
    return DimensionChecked(
        dimension=name,
        side="high" if operator == ">=" else "low",
        n=len(some),
        followed=counts["followed"],
        ignored=counts["ignored"],
        over_acted=counts["over-acted"],
        too_few=counts["too few turns"],
        ratio=round(median(ratios), 6) if ratios else None,
    )
