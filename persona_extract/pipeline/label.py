"""label: clusters -> the trait catalogue that names them."""

from __future__ import annotations

from persona_extract.pipeline.job import Job
from persona_extract.pipeline.steps import Steps
from persona_extract.records.catalogue import Catalogue
from persona_extract.store.atomic import read_table, write_json
from persona_extract.store.workspace import Counts
from persona_extract.traits.cluster import MEMBERS
from persona_extract.traits.label import describe


def label(job: Job, steps: Steps) -> Counts:
    """Names the clusters by key phrases."""
    return steps.once("label", label_all, job)


def label_settings(job: Job) -> object:
    """What the names depend on."""
    return job.settings.models.outcome("labeler"), job.settings.seed


def label_all(job: Job) -> Counts:
    """Writes the catalogue."""
    members = read_table(job.folder("cluster") / "members.parquet", MEMBERS)
    found = Catalogue(
        moves=list(describe(members)),
        traits=[],
        archetypes=[],
        k_users=1,
        left=[],
        changes=[],
        accuracy=[],
    )
    write_json(job.folder("label") / "catalogue.json", found.model_dump(mode="json"))
    return {"moves": len(found.moves)}


def catalogue(job: Job) -> Catalogue:
    """The catalogue of a labelled run."""
    return Catalogue.model_validate_json((job.folder("label") / "catalogue.json").read_bytes())
