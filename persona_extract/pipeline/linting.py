"""A pack against a file of scenarios: each profile with each scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from persona_extract.errors import UsageError
from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline.scenarios import read_scenarios
from persona_extract.pipeline.steps import Watcher
from persona_extract.profile.lint import lint_read, read_profile, read_scenario
from persona_extract.records.lint import KINDS, SEVERITIES, Clash, ClashCount, LintResult
from persona_extract.records.profile import Profile
from persona_extract.report.words import counted


def lint_pack(
    folder: Path, file: Path, watcher: Watcher, profiles: Sequence[str] = ()
) -> LintResult:
    """Every clash, worst first, then by scenario and profile.

    Args:
        folder: the pack.
        file: scenarios, see `scenarios.read_scenarios`.
        watcher: told of profiles compared.
        profiles: ids, or beginnings of ids; none: all profiles.

    Raises:
        PackError, SourceError: either cannot be read.
        UsageError: no profile, or several, begin like that.
    """
    pack = read_pack(folder)
    chosen = choose(pack, profiles)
    given = read_scenarios(file)
    read = [read_scenario(one) for one in given.scenarios]
    watcher.begin("lint", len(chosen))
    clashes: list[Clash] = []
    for profile in chosen:
        one = read_profile(profile)
        clashes += [clash for other in read for clash in lint_read(one, other)]
        watcher.advance("lint", 1)
    watcher.end("lint", f"{counted(len(chosen), 'profile')} with {counted(len(read), 'scenario')}")
    return LintResult(
        pack=pack.manifest.name,
        digest=pack.manifest.digest,
        file=str(file),
        recognised=given.recognised,
        n_scenarios=len(read),
        n_profiles=len(chosen),
        skipped=given.skipped,
        counts=count_clashes(clashes),
        clashes=sorted(clashes, key=lambda c: (SEVERITIES.index(c.severity), c.scenario)),
    )


def choose(pack: Pack, starts: Sequence[str]) -> list[Profile]:
    """The profiles that are named by the beginnings of their ids; all if none is.

    Raises:
        UsageError: no profile, or several, begin like that.
    """
    found: dict[str, Profile] = {}
    for start in starts:
        fitting = [one for one in pack.profiles if one.id.startswith(start)]
        if len(fitting) != 1:
            some = ", ".join(one.id for one in (fitting or pack.profiles)[:3])
            what = "Several profiles begin" if fitting else "No profile begins"
            raise UsageError(f"{what} with {start!r}. For example: {some}.")
        found[fitting[0].id] = fitting[0]
    return list(found.values()) if starts else list(pack.profiles)


def count_clashes(clashes: Sequence[Clash]) -> list[ClashCount]:
    """How many of each kind and severity, those that there are."""
    counts: list[ClashCount] = []
    for kind in KINDS:
        for severity in SEVERITIES:
            some = [c for c in clashes if c.kind == kind and c.severity == severity]
            if some:
                counts.append(
                    ClashCount(
                        kind=kind,
                        severity=severity,
                        clashes=len(some),
                        scenarios=len({c.scenario for c in some}),
                        profiles=len({c.profile for c in some}),
                    )
                )
    return counts
