"""pack: grounded profiles -> a pack folder, without what too few of them show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import orjson

from persona_extract.dimensions.levels import population
from persona_extract.errors import TooFewUsers, UsageError
from persona_extract.packs.attribution import uncredited
from persona_extract.packs.build import CHECKSUMS, FILES, Population, build_pack
from persona_extract.packs.texts import Text
from persona_extract.packs.wording import wording_doubts
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.label import catalogue
from persona_extract.pipeline.profiles import grounded_profiles, with_demographics
from persona_extract.pipeline.pull import opened
from persona_extract.pipeline.steps import Steps
from persona_extract.profile.compile import with_claims
from persona_extract.records.catalogue import Catalogue
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.records.settings import PackSettings
from persona_extract.records.tables import DROPPED, USER_READINGS
from persona_extract.store.atomic import file_digest, write_json
from persona_extract.store.workspace import Counts
from persona_extract.text import fold_space

SHOWN = 60
"""Characters that are shown of a name that cannot be taken."""


def pack(job: Job, steps: Steps) -> Counts:
    """Writes the pack of the run."""
    counts = steps.once("pack", pack_all, job)
    made = PackManifest.model_validate_json((job.pack / "manifest.json").read_bytes())
    for line in uncredited_lines(made, job.settings.pack):
        steps.say(line)
    return counts


def pack_all(job: Job) -> Counts:
    """Writes the pack, and the digests of its files into the workspace.

    Raises:
        TooFewUsers: no conversation was kept.
    """
    listed = catalogue(job)
    manifest = write_pack(job, job.pack, made_up=opened(job).made_up)
    write_json(job.folder("pack") / "pack.json", _digests(job))
    return {
        "profiles": manifest.n_profiles,
        "directives": manifest.n_directives,
        "traits": len(manifest.traits),
        "traits withheld": len(listed.traits) - len(manifest.traits),
    }


def write_pack(job: Job, folder: Path, *, made_up: bool) -> PackManifest:
    """Writes the grounded profiles of a run as a pack, as the settings of [pack] say.

    Raises:
        TooFewUsers: no conversation was kept.
        UsageError: see `refuse_title`.
        StoreError: it cannot be written.
    """
    listed, about = catalogue(job), job.settings.pack
    refuse_title(about)
    withheld = _withheld(job, listed)
    profiles = _without(grounded_profiles(job), withheld)
    first = next(profiles, None)
    if first is None:
        raise TooFewUsers(_nothing_kept(job))
    people = Population(
        population(job.tables("measure", "users", USER_READINGS)),
        _listing(listed, withheld),
        with_demographics(job.settings),
    )
    return build_pack(
        folder,
        about.name or f"Behaviour profiles from {first.source.corpus}",
        chain([first], profiles),
        people,
        made_up=made_up,
        version=about.version,
        attribution=[fold_space(about.attribution)] if about.attribution else (),
    )


def refuse_title(about: PackSettings) -> None:
    """Refuses a name or credits that would make a pack that nobody can read.

    Raises:
        UsageError: what is wrong, and where it was said.
    """
    for key in ("name", "attribution"):
        said = fold_space(getattr(about, key) or "")
        doubt = next(wording_doubts([Text(key, said, "name")]), None)
        if doubt is not None:
            shown = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
            raise UsageError(
                f"--{key} (or {key} under [pack]): {shown!r} cannot stand in a pack, since "
                f"{doubt.problem.partition(': ')[2]}. Give plain words, without markup and "
                "addresses of e-mail."
            )


def uncredited_lines(manifest: PackManifest, about: PackSettings) -> Iterator[str]:
    """What to say where nobody knows whom to credit."""
    unknown = uncredited(manifest.corpora)
    if unknown and not about.attribution:
        yield (
            f"who collected {', '.join(unknown)} is not known: say whom the pack is to credit with "
            "attribution under [pack] (or `pack build --attribution`)"
        )


def intact(job: Job) -> bool:
    """Whether the pack that the run wrote is still there, unchanged."""
    noted = orjson.loads((job.folder("pack") / "pack.json").read_bytes())
    return noted == _digests(job)


def _withheld(job: Job, listed: Catalogue) -> set[str]:
    """Traits that fewer profiles show than may be published, now that they were grounded."""
    if not listed.traits:
        return set()  # spares reading all profiles
    shown = Counter(seen.trait for one in grounded_profiles(job) for seen in one.traits)
    return {trait.id for trait in listed.traits if shown[trait.id] < listed.k_users}


def _without(profiles: Iterator[Profile], withheld: set[str]) -> Iterator[Profile]:
    for profile in profiles:
        kept = [seen for seen in profile.traits if seen.trait not in withheld]
        same = len(kept) == len(profile.traits)
        told = [d for d in profile.directives if getattr(d, "trait", None) not in withheld]
        yield profile if same else with_claims(profile, told, kept)


def _listing(listed: Catalogue, withheld: set[str]) -> Catalogue:
    archetypes = [
        one.model_copy(update={"marks": [m for m in one.marks if m.name not in withheld]})
        for one in listed.archetypes
    ]
    traits = [trait for trait in listed.traits if trait.id not in withheld]
    return listed.model_copy(update={"traits": traits, "archetypes": archetypes})


def _digests(job: Job) -> dict[str, str]:
    """Digest of each file of the pack that is there."""
    paths = [job.pack / name for name in (*FILES, CHECKSUMS)]
    return {path.name: file_digest(path) for path in paths if path.is_file()}


def _nothing_kept(job: Job) -> str:
    """What was dropped and why, and what can be done about it."""
    read = job.tables("curate", "dropped", DROPPED)
    reasons = read.group_by("reason").len().sort(["len", "reason"], descending=[True, False])
    said = ", ".join(f"{reason} {n}" for reason, n in reasons.iter_rows())
    return (
        f"no conversation was kept, so there is nothing to put into a pack (dropped for "
        f"{said or 'nothing: there was none to read'}). Each is listed in "
        f"{job.folder('curate')}/dropped. Another --preset, or settings of [curate] such as "
        "min_turns and languages, may keep more (`persona-extract config` lists them)."
    )
