"""pack validate: what a pack alone allows to be checked, and what only its workspace allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from persona_extract.curate.presidio import mask_presidio
from persona_extract.curate.privacy import mask_expr
from persona_extract.errors import UsageError
from persona_extract.packs.examine import MANIFEST, Examined, examine
from persona_extract.packs.findings import (
    MAX_FINDINGS,
    Check,
    Doubt,
    Finding,
    Verdict,
    finding,
    verdict,
)
from persona_extract.packs.texts import manifest_texts
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.pack_texts import Kept, Placed, by_a_model, card_lines, is_ours
from persona_extract.pipeline.reproving import reprove
from persona_extract.pipeline.source_runs import runs_of_source
from persona_extract.pipeline.steps import Silent, Watcher
from persona_extract.records.pack import PackManifest
from persona_extract.records.settings import Settings
from persona_extract.store.workspace import open_workspace

_CARDS = ("README.md", "croissant.json")
_BROKEN: frozenset[Check] = frozenset(("files", "version", "schema"))
_NEEDED = ("curate", "measure")


def validate(folder: Path, workspace: Path | None, watcher: Watcher | None = None) -> Verdict:
    """Checks a pack.

    Args:
        folder: the pack.
        workspace: of the run that made it; without it the source is not looked at.
        watcher: who is told how far it is.

    Raises:
        PackError: it is no folder.
        StoreError: the system does not let one read it.
        UsageError: `workspace` is no workspace, or its run is not as far as "measure".
    """
    job = None if workspace is None else _opened(workspace)
    kept = Kept()
    seen = examine(folder, kept.add)
    damaged = any(one.check in _BROKEN for one in seen.findings)
    if damaged or seen.manifest is None or not kept.n:
        later: tuple[Check, ...] = ("privacy scan", "Presidio", "5-word runs", "workspace")
        skipped = dict.fromkeys(later, "the pack is damaged") | seen.skipped
        return verdict(str(folder), seen.findings, skipped)
    return _validate_read(folder, seen, seen.manifest, kept, job, watcher or Silent())


def _validate_read(
    folder: Path,
    seen: Examined,
    manifest: PackManifest,
    kept: Kept,
    job: Job | None,
    watcher: Watcher,
) -> Verdict:
    for text in manifest_texts(manifest):
        kept.note(Placed(MANIFEST, "", text))
    for placed in card_lines(folder, manifest, kept.counted):
        kept.note(placed)
    texts = list(kept.texts.values())
    findings, skipped, noted = list(seen.findings), dict(seen.skipped), dict[Check, str]()
    findings += _scan(texts)
    noted["privacy scan"] = f"{len(texts):,} distinct texts"
    spoken = [one for one in texts if by_a_model(one)]
    try:
        findings += _presidio(spoken)
        noted["Presidio"] = f"{len(spoken):,} texts"
    except UsageError:
        skipped["Presidio"] = 'not installed (pip install "persona-extract[presidio]")'
    if job is None:
        skipped["5-word runs"] = skipped["workspace"] = "no --workspace"
        return verdict(str(folder), findings, skipped, noted)
    copied = runs_of_source(job, [one for one in texts if not is_ours(one, manifest)], watcher)
    findings += copied.findings
    noted["5-word runs"] = f"{copied.runs:,} runs against {copied.turns:,} turns"
    if manifest.imported:
        skipped["workspace"] = "imported profiles rest on no workspace"
    else:
        proven = reprove(folder, manifest, job, watcher)
        findings += proven.findings[:MAX_FINDINGS]
        noted["workspace"] = (
            f"claims verified against the workspace: {proven.claims:,} "
            f"(of {proven.quotes:,} quotes, {proven.readings:,} readings)"
        )
    return verdict(str(folder), findings, skipped, noted)


def _opened(root: Path) -> Job:
    if not (root / "workspace.json").is_file():
        raise UsageError(f"{root} is no workspace of a run (`persona-extract run ... --out DIR`).")
    job = Job(open_workspace(root), "", Settings())
    for stage in _NEEDED:
        if job.workspace.finished(FOLDERS[stage]) is None:
            raise UsageError(
                f"{root}: the stage {stage!r} is not finished, or was changed since. Run "
                "`persona-extract run SOURCE --out WORKSPACE` again: it continues where it stopped."
            )
    return job


def _scan(texts: Sequence[Placed]) -> Iterator[Finding]:
    """What the privacy scan of `curate` would mask."""
    said = pl.DataFrame({"text": [one.text.text for one in texts]}, schema={"text": pl.String})
    marked = said.select(mask_expr(pl.col("text")) != pl.col("text")).to_series()
    for one in _marked(texts, marked):
        yield _about(one, Doubt("privacy scan", "the privacy scan would mask some of it"))


def _presidio(texts: Sequence[Placed]) -> Iterator[Finding]:
    """What Presidio takes for names.

    Raises:
        UsageError: it, or its language model, is not installed.
    """
    said = pl.Series([one.text.text for one in texts], dtype=pl.String)
    marked = mask_presidio(said) != said
    return (_about(one, Doubt("Presidio", "it may hold a name")) for one in _marked(texts, marked))


def _marked(texts: Sequence[Placed], marked: pl.Series) -> list[Placed]:
    places: list[int] = marked.arg_true().head(MAX_FINDINGS).to_list()
    return [texts[at] for at in places]


def _about(one: Placed, doubt: Doubt) -> Finding:
    about = f"{one.text.about}: " if one.text.about else ""
    return finding(one.file, one.place, Doubt(doubt.check, f"{about}{doubt.problem}"))
