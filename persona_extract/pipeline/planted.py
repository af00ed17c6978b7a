"""Are the habits found that were planted in the made-up people of the demo?"""

from __future__ import annotations

from collections.abc import Iterable

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.measured import is_personal
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.profiles import grounded_profiles
from persona_extract.records.profile import Profile, measured
from persona_extract.records.results import PlantedResult
from persona_extract.sources.demo import CORPUS, planted_habits
from persona_extract.text import salted_key

Claim = tuple[str, str, str]
"""user key, dimension, side ("high" or "low")."""


def planted(job: Job) -> PlantedResult | None:
    """How the planted habits fared in a grounded run; None if the corpus is not the demo."""
    if job.spec != "demo":
        return None
    salt = job.workspace.salt
    habits: set[Claim] = {
        (salted_key(salt, "user", CORPUS, person), dimension, side)
        for person, sides in planted_habits().items()
        for dimension, side in sides.items()
    }
    return compare_planted(habits, grounded_profiles(job))


def compare_planted(habits: Iterable[Claim], profiles: Iterable[Profile]) -> PlantedResult:
    """Planted habits against the directives of profiles."""
    users, told = _directives(profiles)
    known = {claim for claim in habits if claim[0] in users}
    tellable = {claim for claim in known if is_personal(find_dimension(claim[1]))}
    kinds = {claim[1:] for claim in tellable}
    judged = {claim for claim in told if claim[1:] in kinds}
    found = judged & tellable
    return PlantedResult(
        n_planted=len(known),
        n_tellable=len(tellable),
        n_found=len(found),
        n_told=len(judged),
        precision=_share(len(found), len(judged)),
        recall=_share(len(found), len(tellable)),
        missed=_kinds(tellable - found),
        spurious=_kinds(judged - found),
    )


def _directives(profiles: Iterable[Profile]) -> tuple[set[str], set[Claim]]:
    """User keys of the profiles, and what their directives say."""
    users: set[str] = set()
    told: set[Claim] = set()
    for profile in profiles:
        users.add(profile.source.user_key)
        told |= {
            (profile.source.user_key, one.dimension, one.level.removeprefix("very "))
            for one in measured(profile)
        }
    return users, told


def _share(n: int, of: int) -> float | None:
    return round(n / of, 4) if of else None


def _kinds(claims: set[Claim]) -> list[str]:
    return sorted(f"{dimension}={side}" for _, dimension, side in claims)
