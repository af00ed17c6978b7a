"""pack build: the profiles of a finished run, packed again elsewhere under a name and version."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from persona_extract.errors import StoreError, UsageError
from persona_extract.packs.place import refuse_foreign
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.packing import SHOWN, refuse_title, uncredited_lines, write_pack
from persona_extract.pipeline.steps import Watcher
from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest
from persona_extract.records.settings import Settings
from persona_extract.store.atomic import reporting
from persona_extract.store.workspace import locked, open_workspace

_READ = ("measure", "label", "ground")
"""Stages whose tables go into a pack."""


class Built(Record):
    """What `pack build --json` prints."""

    pack: str
    name: str
    version: str
    digest: str
    n_profiles: int
    n_directives: int
    attribution: list[str]


class _Stage(BaseModel):
    digest: str


class _Run(BaseModel):
    """What a run notes of itself in its workspace, as far as it is needed here."""

    model_config = ConfigDict(extra="ignore")

    source: str
    made_up: bool
    settings: Settings
    stages: dict[str, _Stage]


def build_from(root: Path, out: Path, said: dict[str, str], watcher: Watcher) -> Built:
    """Packs the grounded profiles of a workspace.

    Args:
        root: the workspace; nothing in it is changed.
        out: folder of the pack: new, empty, or a pack, which is replaced.
        said: keys of [pack] that are to differ from what the run was told.
        watcher: who is told what is missing.

    Raises:
        UsageError: no workspace, a wrong value, or `out` is in the workspace or holds other things.
        StoreError: the run is not finished up to "ground", or its tables were changed since.
        TooFewUsers: the run kept no conversation.
    """
    ran = _ran(root)
    target = _apart(root, out)
    if not target.parent.is_dir():
        raise UsageError(f"--out {out}: the folder {target.parent} does not exist; make it first.")
    refuse_foreign(target)
    workspace = open_workspace(root)
    job = Job(workspace, ran.source, _told(ran.settings, said))
    with locked(workspace):
        _refuse_unfinished(job, ran)
        manifest = _packed(job, target, ran)
    for line in uncredited_lines(manifest, job.settings.pack):
        watcher.say(line)
    return Built(
        pack=str(out),
        **manifest.model_dump(
            include={"name", "version", "digest", "n_profiles", "n_directives", "attribution"}
        ),
    )


def _packed(job: Job, target: Path, ran: _Run) -> PackManifest:
    try:
        return write_pack(job, target, made_up=ran.made_up)
    except ValidationError as error:
        raise StoreError(_of_another_version(job.workspace.root)) from error


def _apart(root: Path, out: Path) -> Path:
    """Where the pack goes, resolved: neither in the workspace nor around it."""
    with reporting(out):
        target, inside = out.resolve(), root.resolve()
    if target.is_relative_to(inside) or inside.is_relative_to(target):
        raise UsageError(
            f"--out {out} lies in the workspace {root}, or the workspace in it. A run keeps its "
            "own pack in WORKSPACE/pack; choose a folder elsewhere."
        )
    return target


def _ran(root: Path) -> _Run:
    if not (root / "workspace.json").is_file():
        raise UsageError(f"{root} is no workspace of a run (`persona-extract run ... --out DIR`).")
    path = root / "manifest.json"
    if not path.is_file():
        raise StoreError(f"{root} holds no finished run. {_RUN_AGAIN}")
    with reporting(path):
        written = path.read_bytes()
    try:
        return _Run.model_validate_json(written)
    except ValidationError as error:
        raise StoreError(_of_another_version(root)) from error


def _told(settings: Settings, said: dict[str, str]) -> Settings:
    try:
        changed = type(settings.pack).model_validate(settings.pack.model_dump() | said)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "--" + ".".join(str(part) for part in wrong["loc"])
        expected = "a version such as 1.2.0" if name == "--version" else wrong["msg"]
        raise UsageError(
            f"{name}: {str(wrong['input'])[:SHOWN]!r} is not good: {expected}"
        ) from None
    refuse_title(changed)
    return settings.model_copy(update={"pack": changed})


def _refuse_unfinished(job: Job, ran: _Run) -> None:
    """Each stage must be there, unchanged, and of the same run as the others."""
    for stage in _READ:
        left, noted = job.workspace.finished(FOLDERS[stage]), ran.stages.get(stage)
        if left is None or noted is None or left.digest != noted.digest:
            raise StoreError(
                f"{job.workspace.root}: the stage {stage!r} is not finished, or was changed or "
                f"begun anew since. {_RUN_AGAIN}"
            )


_RUN_AGAIN = (
    "Run `persona-extract run SOURCE --out WORKSPACE` again: it continues where it stopped "
    "(`--until ground` is enough)."
)


def _of_another_version(root: Path) -> str:
    return f"{root} was made by another version of this program. {_RUN_AGAIN}"
