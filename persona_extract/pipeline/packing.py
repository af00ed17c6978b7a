"""pack: grounded profiles -> a pack folder."""

from __future__ import annotations

from persona_extract.dimensions.levels import population
from persona_extract.errors import TooFewUsers
from persona_extract.packs.build import CHECKSUMS, Population, build_pack
from persona_extract.packs.read import validate_pack
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
    if not profiles:
        raise TooFewUsers(
            "No conversation was kept, so there is nothing to put into a pack. The reasons are in "
            f"{job.folder('curate')}/dropped; another preset or lower --min-turns may keep more."
        )
    people = Population(population(job.tables("measure", "users", USER_READINGS)), catalogue(job))
    name = f"Behaviour profiles from {profiles[0].source.corpus}"
    manifest = build_pack(job.pack, name, profiles, people, made_up=opened(job).made_up)
    sums = {"SHA256SUMS": file_digest(job.pack / "SHA256SUMS")}
    write_json(job.folder("pack") / "pack.json", sums)
    return {"profiles": manifest.n_profiles, "directives": manifest.n_directives}


def intact(job: Job) -> bool:
    """Whether the pack that the run wrote is still there, unchanged."""
    noted = job.folder("pack") / "pack.json"
    sums = job.pack / CHECKSUMS
    if not (noted.is_file() and sums.is_file()):
        return False
    return not validate_pack(job.pack)
