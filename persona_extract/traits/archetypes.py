"""Archetypes: of what kinds the users are, what marks each kind, and a map of users and traits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from persona_extract.records.catalogue import Archetype, Label, Left
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import USER_ARCHETYPES, conform
from persona_extract.text import content_hash
from persona_extract.traits.mark_words import name_kinds
from persona_extract.traits.marks import find_marks, place_marks
from persona_extract.traits.space import Floats, Ints
from persona_extract.traits.user_groups import UserGroups, find_groups
from persona_extract.traits.user_map import place_users, silhouettes
from persona_extract.traits.user_order import in_order_of_values
from persona_extract.traits.user_space import user_space
from persona_extract.traits.user_vectors import Axis, UserVectors

CRITERION = (
    "adjusted Rand index with groupings of bootstrap samples of users, above that of clouds "
    "without groups, in standard deviations of these"
)
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Archetypes:
    """The kinds of users of a corpus.

    Attributes:
        users: `USER_ARCHETYPES`, sorted by user.
        found: what is published, the most frequent first. Ids come from the members alone.
        places: `marks.PLACES`.
        centres: id of an archetype -> mean of its users, by `axes`.
        axes: of the vectors.
        criterion: (number of archetypes, `CRITERION`) of each number tried.
        chosen: the number taken, before anything is merged or dropped; None if there are none.
        stability: adjusted Rand index of the number chosen; None if nothing was tried.
        p: how often a cloud without groups has some as good.
        variance: share of the whole variance that each of the two directions of the map shows.
        left: what was found and is not published.
        line: one line for whoever watches the run.
    """

    users: pl.DataFrame
    found: tuple[Archetype, ...]
    places: pl.DataFrame
    centres: Mapping[str, tuple[float, ...]]
    axes: tuple[Axis, ...]
    criterion: tuple[tuple[int, float], ...]
    chosen: int | None
    stability: float | None
    p: float | None
    variance: tuple[float, float]
    left: tuple[Left, ...]
    line: str


def cluster_users(
    vectors: UserVectors, settings: ClusterSettings, *, k_users: int, seed: int
) -> Archetypes:
    """Groups users into archetypes; into none where they form no groups.

    Args:
        vectors: `user_vectors`.
        settings: max_archetypes, min_stability.
        k_users: an archetype of fewer users is not published; its users are in none.
        seed: of the bootstrap samples.
    """
    vectors = in_order_of_values(vectors)
    rng = np.random.default_rng(seed)
    space = user_space(vectors.matrix, rng)
    most = min(settings.max_archetypes, len(vectors.users) // max(k_users, 1))
    groups = find_groups(
        space.points,
        most=most,
        min_stability=settings.min_stability,
        rng=rng,
    )
    sizes: Counter[int] = Counter(groups.groups.tolist())
    shown: list[int] = sorted(
        (group for group in sizes if group >= 0 and sizes[group] >= k_users),
        key=lambda group: (-sizes[group], int(np.argmax(groups.groups == group))),
    )
    numbers = _numbered(groups.groups, shown)
    found = _described(vectors, groups, numbers, shown)
    plane, variance = place_users(space.points)
    return Archetypes(
        users=_users(vectors, found, numbers, space.points, plane),
        found=found,
        places=place_marks(vectors, [one.marks for one in found], plane, k_users),
        centres=dict(zip((a.id for a in found), _centres(vectors, numbers), strict=True)),
        axes=vectors.axes,
        criterion=tuple((one.k, one.excess) for one in groups.tried),
        chosen=groups.chosen,
        stability=groups.agreement,
        p=groups.p,
        variance=variance,
        left=_left(groups, sizes, k_users),
        line=_line(groups, found, len(vectors.users), k_users),
    )


def _numbered(groups: Ints, shown: Sequence[int]) -> Ints:
    """Place of each user's group among those shown; -1 is none."""
    numbers = np.full(len(groups), -1, dtype=np.int64)
    for at, group in enumerate(shown):
        numbers[groups == group] = at
    return numbers


def _described(
    vectors: UserVectors, groups: UserGroups, numbers: Ints, shown: Sequence[int]
) -> tuple[Archetype, ...]:
    marks = find_marks(vectors, numbers)
    counts: list[int] = np.bincount(numbers[numbers >= 0], minlength=len(shown)).tolist()
    return tuple(
        Archetype(
            id=_id(vectors, numbers, at),
            label=Label(name=name, made_by="marks"),
            n_users=counts[at],
            weight=round(counts[at] / len(vectors.users), _DECIMALS),
            stability=groups.jaccards[group],
            marks=marks[at],
        )
        for at, (group, name) in enumerate(zip(shown, name_kinds(marks), strict=True))
    )


def _id(vectors: UserVectors, numbers: Ints, at: int) -> str:
    keys = sorted(key for key, own in zip(vectors.users, numbers, strict=True) if own == at)
    return f"a_{content_hash('archetype', *keys, length=8)}"


def _centres(vectors: UserVectors, numbers: Ints) -> Iterator[tuple[float, ...]]:
    for at in range(int(numbers.max(initial=-1)) + 1):
        means = vectors.matrix[numbers == at].mean(axis=0)
        yield tuple(round(float(mean), _DECIMALS) + 0.0 for mean in means)


def _users(
    vectors: UserVectors, found: Sequence[Archetype], numbers: Ints, points: Floats, plane: Floats
) -> pl.DataFrame:
    places: list[int] = numbers.tolist()
    ids = [found[at].id if at >= 0 else None for at in places]
    frame = pl.DataFrame(
        {
            "user_key": pl.Series(vectors.users, dtype=pl.String),
            "archetype": pl.Series(ids, dtype=pl.String),
            "fit": pl.Series(silhouettes(points, numbers), dtype=pl.Float64),
            "x": pl.Series(plane[:, 0], dtype=pl.Float64),
            "y": pl.Series(plane[:, 1], dtype=pl.Float64),
        }
    )
    sorted_users = frame.with_columns(pl.col("fit").fill_nan(None)).sort("user_key")
    return conform(sorted_users, USER_ARCHETYPES)


def _left(groups: UserGroups, sizes: Mapping[int, int], k_users: int) -> tuple[Left, ...]:
    few = [n for group, n in sizes.items() if group >= 0 and n < k_users]
    counts = {
        "too few users": (len(few), sum(few)),
        "unstable, merged": groups.merged,
        "unstable, dropped": groups.dropped,
    }
    return tuple(
        Left.model_validate(
            {"kind": "archetype", "reason": reason, "n_clusters": n, "n_members": members}
        )
        for reason, (n, members) in counts.items()
        if n
    )


def _line(groups: UserGroups, found: Sequence[Archetype], n_users: int, k_users: int) -> str:
    if not groups.tried:
        return f"no archetypes: {n_users} users are too few or too alike for groups of {k_users}"
    numbers = f"{groups.tried[0].k} to {groups.tried[-1].k}"
    shown = [one for one in groups.tried if one.k == groups.chosen] or groups.tried
    best = max(shown, key=lambda one: (one.excess, -one.k))
    compared = (
        f"(adjusted Rand index {best.agreement:.2f} with {best.k} groups; {best.by_chance:.2f} in "
        "clouds without groups)"
    )
    if not groups.jaccards:
        return (
            f"no archetypes: users form a continuum; no number of groups from {numbers} is found "
            f"again clearly better than in a cloud without groups {compared}"
        )
    inside = sum(archetype.n_users for archetype in found)
    return (
        f"archetypes: {len(found)}, with {inside} of {n_users} users; of {numbers} groups "
        f"{groups.chosen} are the fewest that draws cannot tell from the best"
        f"{_other_draws(groups)} {compared}"
    )


def _other_draws(groups: UserGroups) -> str:
    least, most = groups.likely or (groups.chosen, groups.chosen)
    return "" if least == most else f", {least} to {most} with other draws"
