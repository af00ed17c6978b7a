"""Draws a representative panel of a pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.measured import is_personal
from persona_extract.errors import TooFewUsers, UsageError
from persona_extract.fidelity.panels import (
    N_RANDOM,
    against_random,
    allocate,
    as_points,
    choose,
    per_dimension,
    stratum_weights,
)
from persona_extract.fidelity.samples import Floats
from persona_extract.packs.read import Pack
from persona_extract.records.panel import Member, Panel
from persona_extract.records.profile import Profile

DIGITS = 12
"""Decimals of a weight: enough for the weights of any panel to sum to 1."""


def sample_panel(pack: Pack, n: int, *, by_archetype: bool = True, seed: int = 0) -> Panel:
    """The panel of `n` profiles, with weights, and how near it comes to all of them.

    Raises:
        UsageError: the pack has fewer profiles, or profiles without readings.
        TooFewUsers: there is one profile only, or nothing tells the profiles apart.
    """
    profiles = sorted(pack.profiles, key=lambda one: one.id)
    _refuse(profiles, n)
    names, values, reliability = _readings(profiles)
    points = as_points(values, _weights(names, reliability))
    if not points.shape[1]:
        raise TooFewUsers(
            f"The {len(profiles)} profiles of the pack have the same readings: no panel is nearer "
            "to them than another."
        )
    strata = [_stratum(one) if by_archetype else "" for one in profiles]
    sizes = dict(Counter(strata))
    quota = allocate(n, sizes)
    chosen = choose(points, strata, quota, seed=seed)
    rows: list[int] = chosen.tolist()
    weight = stratum_weights([strata[i] for i in rows], sizes)
    members = [
        Member(
            profile=profiles[i].id,
            archetype=_stratum(profiles[i]) or None,
            weight=round(float(own), DIGITS),
        )
        for i, own in zip(rows, weight, strict=True)
    ]
    near = against_random(points, chosen, weight, seed=seed)
    return Panel(
        pack=pack.manifest.name,
        version=pack.manifest.version,
        digest=pack.manifest.digest,
        seed=seed,
        by="archetype" if by_archetype else "none",
        n_population=len(profiles),
        members=sorted(members, key=lambda one: (one.archetype or "~", one.profile)),
        unrepresented=sorted(name for name, k in quota.items() if name and not k),
        n_random=N_RANDOM,
        n_dimensions=points.shape[1],
        per_dimension=per_dimension(values, chosen, weight, seed=seed),
        **near.model_dump(),
    )


def _refuse(profiles: Sequence[Profile], n: int) -> None:
    bare = sum(not one.readings for one in profiles)
    if bare:
        raise UsageError(
            f"{bare} of {len(profiles)} profiles have no readings (imported directives have none):"
            " nothing says how near a panel is to them. Sample a pack that `persona-extract run`"
            " made."
        )
    if len(profiles) < 2:
        raise TooFewUsers(
            f"A panel is chosen among two profiles or more, and the pack has {len(profiles)}: use "
            "it as it is."
        )
    if n > len(profiles):
        raise UsageError(
            f"The pack has {len(profiles)} profiles: ask for --n {len(profiles)} or fewer."
        )


def _readings(profiles: Sequence[Profile]) -> tuple[list[str], Floats, Floats]:
    """Names, values (NaN where there is none), and mean reliability of every dimension."""
    own = [{one.dimension: one for one in profile.readings} for profile in profiles]
    names = sorted({name for readings in own for name in readings})
    missing = float("nan")
    rows = [
        [
            (r.value, r.reliability) if (r := readings.get(name)) else (missing, missing)
            for name in names
        ]
        for readings in own
    ]
    both = np.array(rows, dtype=np.float64)
    return names, both[:, :, 0], np.nanmean(both[:, :, 1], axis=0)


def _weights(names: Sequence[str], reliability: Floats) -> Floats:
    """Reliability of the dimensions that tell people apart; of all, where a pack has none of them;
    and the same for all where nothing is reliable."""
    personal = {one.name for one in all_dimensions() if is_personal(one)}
    own = np.where([name in personal for name in names], reliability, 0.0)
    for weights in (own, reliability):
        if weights.sum() > 0:
            return weights
    return np.ones(len(names))


def _stratum(profile: Profile) -> str:
    return profile.archetype.archetype if profile.archetype else ""
