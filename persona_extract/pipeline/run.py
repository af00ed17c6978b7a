"""The pipeline, written once: which stages there are, what each depends on, which are skipped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from persona_extract import __version__
from persona_extract.encoders import check_encoder
from persona_extract.errors import UsageError
from persona_extract.pipeline import (
    cluster,
    comparing,
    curate,
    label,
    measure,
    packing,
    profiles,
    pull,
    read,
)
from persona_extract.pipeline import reporting as reports
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.models import check_roles
from persona_extract.pipeline.remember import lent_by
from persona_extract.pipeline.steps import Steps, Watcher
from persona_extract.records.models import Role
from persona_extract.records.settings import Settings
from persona_extract.sources import open_source, reads_folder
from persona_extract.store.atomic import write_json
from persona_extract.store.workspace import Counts, Finished, locked
from persona_extract.text import content_hash


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes:
        name: as in `FOLDERS`.
        run: does the work and counts it.
        needs: stages whose tables it reads.
        settings: the part of the settings, and what it is resolved to, that changes its outcome.
        role: whose model it asks, if one is configured.
    """

    name: str
    run: Callable[[Job, Steps], Counts]
    needs: tuple[str, ...]
    settings: Callable[[Job], object]
    role: Role | None = None


STAGES = (
    Stage("pull", pull.pull, (), lambda job: job.settings.pull),
    Stage("curate", curate.curate, ("pull",), lambda job: job.settings.curate),
    Stage("measure", measure.measure, ("curate",), lambda job: None),
    Stage("read", read.read, ("curate",), read.read_settings, "reader"),
    Stage("cluster", cluster.cluster, ("curate", "measure", "read"), cluster.cluster_settings),
    Stage("label", label.label, ("curate", "read", "cluster"), label.label_settings, "labeler"),
    Stage(
        "compile",
        profiles.compile_users,
        ("curate", "measure", "read", "cluster", "label"),
        lambda job: profiles.profile_settings(job.settings),
    ),
    Stage("ground", profiles.ground_users, ("curate", "measure", "compile"), lambda job: None),
    Stage("pack", packing.pack, ("measure", "label", "ground"), lambda job: job.settings.pack),
    Stage(
        "simulate",
        comparing.simulate,
        ("curate", "measure"),
        lambda job: (job.settings.simulate, job.settings.profile, job.settings.seed),
    ),
    Stage(
        "compare",
        comparing.compare,
        ("curate", "measure", "simulate"),
        lambda job: (job.settings.simulate, job.settings.seed),
    ),
    Stage("report", reports.report, tuple(FOLDERS)[:-1], lambda job: job.settings),
)


def run(job: Job, steps: Steps, watcher: Watcher, until: str = "report") -> None:
    """Runs the stages up to `until`; skips what is finished, resumes what was interrupted.

    Raises:
        UsageError: `until` is no stage, or `cluster.previous` no workspace.
        PersonaExtractError: a stage failed; what was finished before stays.
    """
    _refuse_unknown_stage(until)
    lent_by(job)  # refuses a workspace that cannot lend ids before anything is paid
    done: dict[str, Finished] = {}
    with locked(job.workspace):
        start = _root_digest(job)
        for stage in STAGES:
            done[stage.name] = _run_stage(stage, job, steps, watcher, start, done)
            if stage.name == until:
                break
        write_json(job.workspace.root / "manifest.json", _manifest(job, start, done))


def check(spec: str, out: Path, settings: Settings, until: str = "report") -> None:
    """Finds out before anything is written whether a run can be meant as it is.

    Raises:
        UsageError: no such stage, encoder or model, a missing key, a title of the pack that cannot
            stand, or `out` lies in what is read.
        SourceError: the source is missing or unreadable.
    """
    _refuse_unknown_stage(until)
    check_encoder(settings.cluster.encoder)
    check_roles(settings.models)
    packing.refuse_title(settings.pack)
    open_source(spec, pull.source_options(settings))
    if reads_folder(spec, out):
        raise UsageError(
            f"--out {out} lies in what {spec} reads: the run would read its own files. "
            "Choose a folder elsewhere."
        )


def _refuse_unknown_stage(until: str) -> None:
    if until not in FOLDERS:
        near = get_close_matches(until.lower(), FOLDERS, n=1, cutoff=0.5)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"no stage is named {until!r}.{guess} Stages: {', '.join(FOLDERS)}.")


def _run_stage(
    stage: Stage,
    job: Job,
    steps: Steps,
    watcher: Watcher,
    start: str,
    done: dict[str, Finished],
) -> Finished:
    digest = content_hash(
        stage.name,
        start,
        repr(stage.settings(job)),
        *(repr(sorted(done[name].files.items())) for name in stage.needs),
        length=64,
    )
    folder = FOLDERS[stage.name]
    left = job.workspace.finished(folder)
    same = left is not None and left.digest == digest and not _asks_again(stage, job)
    if left is not None and same and _delivered(stage.name, job):
        watcher.end(stage.name, "unchanged, skipped")
        return left
    job.workspace.begin(folder, digest)
    return job.workspace.finish(folder, digest, stage.run(job, steps))


def _asks_again(stage: Stage, job: Job) -> bool:
    """Whether answers that are there do not count: what they made is an answer kept, too."""
    models = job.settings.models
    return stage.role is not None and not models.use_cache and bool(models.of(stage.role).model)


def _delivered(stage: str, job: Job) -> bool:
    """Whether what a stage puts outside its own folder is still there and unchanged."""
    if stage == "pack":
        return packing.intact(job)
    return stage != "report" or reports.intact(job)


def _root_digest(job: Job) -> str:
    return content_hash(
        job.spec,
        pull.opened(job).fingerprint(),
        hashlib.sha256(job.workspace.salt).hexdigest(),
        code_digest(),
        length=64,
    )


@cache
def code_digest() -> str:
    """SHA-256 of the package's own files: other code, other results."""
    digest = hashlib.sha256()
    root = Path(str(files("persona_extract")))
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".txt", ".jinja", ".css", ".js"):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _manifest(job: Job, start: str, done: dict[str, Finished]) -> dict[str, object]:
    return {
        "code": f"persona_extract {__version__}",
        "code_digest": code_digest(),
        "input_digest": start,
        "source": job.spec,
        "made_up": pull.opened(job).made_up,
        "settings": job.settings.model_dump(mode="json"),
        "stages": {
            name: {"digest": left.digest, "counts": left.counts, "files": left.files}
            for name, left in done.items()
        },
    }
