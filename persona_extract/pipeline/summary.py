"""What a run came to, in the few numbers that a command prints."""

from __future__ import annotations

from collections.abc import Iterable

from persona_extract.pipeline.cluster import clustering
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.models import USED, spent
from persona_extract.pipeline.planted import planted
from persona_extract.pipeline.reporting import drops, stage_counts
from persona_extract.records.fields import Record
from persona_extract.records.results import PlantedResult
from persona_extract.records.spent import Spent


class RunSummary(Record):
    """What `persona-extract run --json` prints. What was not reached is null.

    Attributes:
        n_statements: of the reader, accepted; null without one.
        n_refused: of the reader, ungrounded or about the task; null without one.
        n_moves: groups of follow-ups that are listed.
        n_traits: groups of statements that are published; null without a reader.
        n_archetypes: kinds of users that are listed.
        spent_usd: by this command; null if a price is unknown, or no model is configured.
        n_asked: requests of this command, those without an answer too; null without a model.
        n_answers_kept: calls that an answer of an earlier command served; null without a model.
        planted: of the demo, how the habits planted in its people were found.
    """

    workspace: str
    pack: str | None
    report: str | None
    n_conversations: int
    n_kept: int | None
    dropped: dict[str, int] | None
    n_users: int | None
    n_statements: int | None
    n_refused: int | None
    n_moves: int | None
    n_traits: int | None
    n_archetypes: int | None
    n_profiles: int | None
    planted: PlantedResult | None
    spent_usd: float | None
    n_asked: int | None
    n_answers_kept: int | None
    encoder: str | None
    seconds: float


def summarise(job: Job, seconds: float, until: str = "report") -> RunSummary:
    """Reads the counts that the stages up to `until` left; later ones may be of an older run."""
    reached = list(FOLDERS)[: list(FOLDERS).index(until) + 1]
    counts = {stage: n for stage, n in stage_counts(job).items() if stage in reached}
    curated, labelled = counts.get("curate"), counts.get("label")
    listed = counts.get("pack", labelled)
    models = job.settings.models
    said = counts.get("read") if models.reader.model else None
    paid = spent(job, job.run) if any(models.of(role).model for role in USED) else None
    return RunSummary(
        workspace=str(job.workspace.root),
        pack=str(job.pack) if "pack" in counts else None,
        report=str(job.report) if "report" in counts else None,
        n_conversations=counts["pull"]["conversations"],
        n_kept=curated["kept"] if curated else None,
        dropped={drop.reason: drop.n for drop in drops(counts["pull"], curated)}
        if curated
        else None,
        n_users=curated["users"] if curated else None,
        n_statements=said["statements"] if said else None,
        n_refused=said["ungrounded"] + said["refused"] if said else None,
        n_moves=labelled["moves"] if labelled else None,
        n_traits=listed["traits"] if listed and models.reader.model else None,
        n_archetypes=labelled["archetypes"] if labelled else None,
        n_profiles=counts["ground"]["profiles"] if "ground" in counts else None,
        planted=planted(job) if "ground" in counts else None,
        spent_usd=_paid(paid) if paid is not None else None,
        n_asked=sum(one.calls for one in paid) if paid is not None else None,
        n_answers_kept=sum(one.from_cache for one in paid) if paid is not None else None,
        encoder=clustering(job).encoder if "cluster" in counts else None,
        seconds=round(seconds, 2),
    )


def _paid(spent: Iterable[Spent]) -> float | None:
    """USD; None as soon as one price is unknown."""
    costs = [one.cost for one in spent]
    return None if None in costs else sum(cost or 0.0 for cost in costs)
