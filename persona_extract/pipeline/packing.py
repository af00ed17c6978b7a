"""pack: grounded profiles -> a pack folder."""

from __future__ import annotations

from itertools import chain

import orjson

from persona_extract.dimensions.levels import population
from persona_extract.errors import TooFewUsers
from persona_extract.packs.build import CHECKSUMS, Population, build_pack
from persona_extract.packs.read import changed_files
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.moves import catalogue
from persona_extract.pipeline.profiles import grounded_profiles
from persona_extract.pipeline.pull import opened
from persona_extract.pipeline.steps import Steps
from persona_extract.records.tables import USER_READINGS
from persona_extract.store.atomic import file_digest, write_json
from persona_extract.store.workspace import Counts


def pack(job: Job, steps: Steps) -> Counts:
    """Writes the pack of the run."""
    return steps.once("pack", pack_all, job)


def pack_all(job: Job) -> Counts:
    """Writes the pack, and its checksums' digest into the workspace.

    Raises:
        TooFewUsers: no conversation was kept.
    """
    profiles = grounded_profiles(job)
    first = next(profiles, None)
    if first is None:
        raise TooFewUsers(
            "No conversation was kept, so there is nothing to put into a pack. The reasons are in "
            f"{job.folder('curate')}/dropped; another preset or a lower curate.min_turns may keep "
            "more."
        )
    people = Population(population(job.tables("measure", "users", USER_READINGS)), catalogue(job))
    name = f"Behaviour profiles from {first.source.corpus}"
    manifest = build_pack(
        job.pack, name, chain([first], profiles), people, made_up=opened(job).made_up
    )
    sums = {CHECKSUMS: file_digest(job.pack / CHECKSUMS)}
    write_json(job.folder("pack") / "pack.json", sums)
    return {"profiles": manifest.n_profiles, "directives": manifest.n_directives}


def intact(job: Job) -> bool:
    """Whether the pack that the run wrote is still there, unchanged."""
    noted = job.folder("pack") / "pack.json"
    sums = job.pack / CHECKSUMS
    if not (noted.is_file() and sums.is_file()):
        return False
    same = orjson.loads(noted.read_bytes()) == {CHECKSUMS: file_digest(sums)}
    return same and not changed_files(job.pack)
