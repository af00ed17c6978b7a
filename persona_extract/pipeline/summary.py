"""What a run came to, in the few numbers that a command prints."""

from __future__ import annotations

from persona_extract.pipeline.cluster import clustering
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.reporting import drops, stage_counts
from persona_extract.records.profile import Record


class RunSummary(Record):
    """What `persona-extract run --json` prints. What was not reached is null."""

    workspace: str
    pack: str | None
    report: str | None
    n_conversations: int
    n_kept: int | None
    dropped: dict[str, int] | None
    n_users: int | None
    n_profiles: int | None
    encoder: str | None
    seconds: float


def summarise(job: Job, seconds: float, until: str = "report") -> RunSummary:
    """Reads the counts that the stages up to `until` left; later ones may be of an older run."""
    reached = list(FOLDERS)[: list(FOLDERS).index(until) + 1]
    counts = {stage: n for stage, n in stage_counts(job).items() if stage in reached}
    curated = counts.get("curate")
    return RunSummary(
        workspace=str(job.workspace.root),
        pack=str(job.pack) if "pack" in counts else None,
        report=str(job.report) if "report" in counts else None,
        n_conversations=counts["pull"]["conversations"],
        n_kept=curated["kept"] if curated else None,
        dropped={drop.reason: drop.n for drop in drops(curated)} if curated else None,
        n_users=curated["users"] if curated else None,
        n_profiles=counts["ground"]["profiles"] if "ground" in counts else None,
        encoder=clustering(job).encoder if "cluster" in counts else None,
        seconds=round(seconds, 2),
    )
