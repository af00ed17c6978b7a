"""pack: grounded profiles -> a pack folder."""

from __future__ import annotations

from itertools import chain

import orjson

from persona_extract.dimensions.levels import population
from persona_extract.errors import TooFewUsers
from persona_extract.packs.build import CHECKSUMS, FILES, Population, build_pack
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.label import catalogue
from persona_extract.pipeline.profiles import grounded_profiles
from persona_extract.pipeline.pull import opened
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import DROPPED, USER_READINGS
from persona_extract.store.atomic import file_digest, write_json
from persona_extract.store.workspace import Counts


def pack(job: Job, steps: Steps) -> Counts:
    """Writes the pack of the run."""
    return steps.once("pack", pack_all, job)


def pack_all(job: Job) -> Counts:
    """Writes the pack, and the digests of its files into the workspace.

    Raises:
        TooFewUsers: no conversation was kept.
    """
    profiles = grounded_profiles(job)
    first = next(profiles, None)
    if first is None:
        raise TooFewUsers(_nothing_kept(job))
    people = Population(
        population(job.tables("measure", "users", USER_READINGS)), tuple(catalogue(job).moves)
    )
    name = f"Behaviour profiles from {first.source.corpus}"
    manifest = build_pack(
        job.pack, name, chain([first], profiles), people, made_up=opened(job).made_up
    )
    write_json(job.folder("pack") / "pack.json", _digests(job))
    return {"profiles": manifest.n_profiles, "directives": manifest.n_directives}


def intact(job: Job) -> bool:
    """Whether the pack that the run wrote is still there, unchanged."""
    noted = orjson.loads((job.folder("pack") / "pack.json").read_bytes())
    return noted == _digests(job)


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
