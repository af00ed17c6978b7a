"""report: everything the run found -> one results document, drawn as HTML and Markdown."""

from __future__ import annotations

from pathlib import Path

import orjson
import polars as pl

from persona_extract import __version__
from persona_extract.curate import REASONS
from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.levels import population
from persona_extract.pipeline.cluster import clustering
from persona_extract.pipeline.comparing import Compared, compared
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.label import catalogue
from persona_extract.pipeline.models import spent
from persona_extract.pipeline.planted import planted
from persona_extract.pipeline.profiles import grounded_profiles
from persona_extract.pipeline.pull import FORGOTTEN, opened
from persona_extract.pipeline.steps import Steps
from persona_extract.pipeline.user_map import archetypes_found, place_users
from persona_extract.records.catalogue import Catalogue, Move
from persona_extract.records.profile import Profile
from persona_extract.records.results import (
    ClusterResult,
    Counted,
    DimensionResult,
    DropCount,
    MovePoint,
    MoveResult,
    ReadResult,
    Results,
    SpentResult,
    StageResult,
    UserResult,
)
from persona_extract.records.spent import Spent
from persona_extract.records.tables import USER_READINGS
from persona_extract.report.html import html_report
from persona_extract.report.markdown import markdown_summary
from persona_extract.report.plain import without_places
from persona_extract.store.atomic import file_digest, read_table, write_bytes, write_json
from persona_extract.store.workspace import Counts
from persona_extract.traits.cluster import MAP, MEMBERS
from persona_extract.traits.label import PUBLIC_USERS, exemplars
from persona_extract.traits.number import CRITERION

FORGOTTEN_MEANING = "It, or its user, is to be forgotten (`persona-extract pack forget`)."
REPEATED_MEANING = "The corpus lists the same conversation id again."
DIRECTIVES_SHOWN = 5
EXAMPLES_SHOWN = 3
EXAMPLE_CHARS = 120


def report(job: Job, steps: Steps) -> Counts:
    """Writes report.html, report.json with the same content, and a summary in Markdown."""
    return steps.once("report", report_all, job)


def report_all(job: Job) -> Counts:
    """Writes the results of a finished run."""
    found = results(job)
    write_json(job.report.with_suffix(".json"), found.model_dump(mode="json"))
    write_bytes(job.folder("report") / "summary.md", markdown_summary(found).encode())
    write_bytes(job.report, html_report(found).encode())
    written = {path.name: file_digest(path) for path in _outputs(job)}
    write_json(job.folder("report") / "report.json", written)
    return {"dimensions": len(found.dimensions), "users": len(found.users)}


def intact(job: Job) -> bool:
    """Whether the report that the run wrote is still there, unchanged."""
    noted = orjson.loads((job.folder("report") / "report.json").read_bytes())
    there = {path.name: file_digest(path) for path in _outputs(job) if path.is_file()}
    return noted == there


def results(job: Job) -> Results:
    """Collects what the stages left into one document."""
    counts = stage_counts(job)
    shown = sorted(
        ((profile.source, _user(profile)) for profile in grounded_profiles(job)),
        key=lambda pair: pair[0].user_key,
    )
    sources = [source for source, _ in shown]
    found: Compared = compared(job)
    made_up = opened(job).made_up
    listed = catalogue(job)
    return Results(
        title=f"Behaviour profiles from {', '.join(sorted({s.corpus for s in sources}))}",
        made_up=made_up,
        code=f"persona_extract {__version__}",
        source=Path(job.spec).name if "/" in job.spec else job.spec,
        corpora=sorted({source.corpus for source in sources}),
        revisions=sorted({source.revision for source in sources}),
        licences=sorted({source.licence for source in sources}),
        settings=without_places(job.settings),
        stages=_stages(job, counts),
        n_conversations=counts["pull"]["conversations"],
        n_kept=counts["curate"]["kept"],
        n_turns=counts["curate"]["turns"],
        n_users=counts["curate"]["users"],
        n_profiles=len(shown),
        n_directives=counts["ground"]["directives"],
        n_directives_withheld=counts["ground"]["ungrounded"],
        skipped=_kinds(counts["pull"], "skipped: "),
        dropped=drops(counts["pull"], counts["curate"]),
        repairs=_kinds(counts["curate"], "repair: "),
        masked=_kinds(counts["curate"], "mask: "),
        dimensions=_dimensions(job, [source.user_key for source in sources]),
        users=place_users(job, [user for _, user in shown]),
        clusters=_clusters(
            job, listed, examples=made_up or job.settings.report.examples, made_up=made_up
        ),
        identity=found.identity,
        identity_note=found.identity_note,
        strata=found.strata,
        arms_note=found.arms_note,
        archetypes=archetypes_found(job, listed),
        traits=listed.traits,
        k_users=listed.k_users,
        left=listed.left,
        changes=listed.changes,
        accuracy=listed.accuracy,
        reading=_reading(job, counts.get("read", {})),
        spent=_spent(job),
        planted=planted(job),
    )


def _spent(job: Job) -> list[SpentResult]:
    """What each stage asked of each model in all runs of the workspace; none without a model."""
    sums: dict[tuple[str, str], list[Spent]] = {}
    for one in spent(job):
        sums.setdefault((one.stage, one.model), []).append(one)
    return [_spent_by(stage, model, rows) for (stage, model), rows in sums.items()]


def _spent_by(stage: str, model: str, rows: list[Spent]) -> SpentResult:
    costs = [one.cost for one in rows]
    known = [cost for cost in costs if cost is not None]
    return SpentResult(
        stage=stage,
        model=model,
        n_calls=sum(one.calls + one.from_cache for one in rows),
        n_cached=sum(one.from_cache for one in rows),
        n_failed=sum(one.failed for one in rows),
        prompt_tokens=sum(one.prompt_tokens for one in rows),
        completion_tokens=sum(one.completion_tokens for one in rows),
        cost=sum(known) if len(known) == len(costs) else None,
    )


def _outputs(job: Job) -> tuple[Path, ...]:
    return job.report, job.report.with_suffix(".json")


def stage_counts(job: Job) -> dict[str, Counts]:
    """What each finished stage counted."""
    left = {stage: job.workspace.finished(folder) for stage, folder in FOLDERS.items()}
    return {stage: finished.counts for stage, finished in left.items() if finished is not None}


def drops(pulled: Counts, curated: Counts) -> list[DropCount]:
    """Reasons for which conversations were dropped, the most frequent first."""
    meanings = {**REASONS, "repeated_id": REPEATED_MEANING, FORGOTTEN: FORGOTTEN_MEANING}
    found = [
        DropCount(reason=c.kind, meaning=meanings[c.kind], n=c.n)
        for c in (*_kinds(pulled, "dropped: "), *_kinds(curated, "dropped: "))
        if c.n
    ]
    return sorted(found, key=lambda drop: (-drop.n, drop.reason))


def _kinds(counts: Counts, prefix: str) -> list[Counted]:
    return [
        Counted(kind=kind.removeprefix(prefix), n=n)
        for kind, n in counts.items()
        if n and kind.startswith(prefix)
    ]


def _stages(job: Job, counts: dict[str, Counts]) -> list[StageResult]:
    found = {stage: job.workspace.finished(FOLDERS[stage]) for stage in counts}
    return [
        StageResult(stage=stage, digest=left.digest, counts=left.counts)
        for stage, left in found.items()
        if left is not None
    ]


def _dimensions(job: Job, users: list[str]) -> list[DimensionResult]:
    readings = job.tables("measure", "users", USER_READINGS)
    place = {user: i for i, user in enumerate(users)}
    quantiles = {row["dimension"]: row for row in population(readings).iter_rows(named=True)}
    by_dimension = {
        str(key[0]): rows.sort("user_key")
        for key, rows in readings.partition_by("dimension", as_dict=True).items()
    }
    return [
        DimensionResult(
            name=dimension.name,
            group=dimension.group,
            definition=dimension.definition,
            unit=dimension.unit,
            median=round(quantiles[dimension.name]["q50"], 5),
            q25=round(quantiles[dimension.name]["q25"], 5),
            q75=round(quantiles[dimension.name]["q75"], 5),
            mean=round(quantiles[dimension.name]["mean"], 5),
            values=by_dimension[dimension.name]["value"].round(5).to_list(),
            users=[place[user] for user in by_dimension[dimension.name]["user_key"]],
        )
        for dimension in all_dimensions()
        if dimension.name in by_dimension and dimension.directives
    ]


def _user(profile: Profile) -> UserResult:
    return UserResult(
        user_key=profile.source.user_key,
        profile=profile.id,
        n_conversations=len(profile.source.conversations),
        n_turns=profile.source.n_turns,
        directives=[directive.text for directive in profile.directives[:DIRECTIVES_SHOWN]],
    )


def _reading(job: Job, counts: Counts) -> ReadResult | None:
    reader = job.settings.models.reader.model
    if not reader:
        return None
    return ReadResult(
        model=reader,
        n_conversations=counts.get("conversations", 0),
        n_calls=counts.get("calls", 0),
        n_failed=counts.get("failed", 0),
        n_accepted=counts.get("statements", 0),
        n_ungrounded=counts.get("ungrounded", 0),
        n_refused=counts.get("refused", 0),
    )


def _clusters(job: Job, catalogue: Catalogue, *, examples: bool, made_up: bool) -> ClusterResult:
    how, folder = clustering(job), job.folder("cluster")
    members = read_table(folder / "members.parquet", MEMBERS)
    points = read_table(folder / "map.parquet", MAP)
    return ClusterResult(
        encoder=how.encoder,
        encoder_line=how.encoder_line,
        criterion_name=CRITERION,
        criterion=how.criterion,
        chosen=how.chosen,
        silhouette=how.silhouette,
        stability=how.stability,
        n_texts=members["form"].n_unique(),
        n_follow_ups=how.n_follow_ups,
        longest=job.settings.cluster.max_words,
        moves=[
            _move(move, members, examples=examples, made_up=made_up) for move in catalogue.moves
        ],
        points=[
            MovePoint(x=round(x, 4), y=round(y, 4), move=move, text=form or "")
            for x, y, move, form in points.select("x", "y", "move", "form").iter_rows()
        ],
    )


def _move(move: Move, members: pl.DataFrame, *, examples: bool, made_up: bool) -> MoveResult:
    note = f"wordings that at least {PUBLIC_USERS} users share"
    shown = move.exemplars
    if examples:
        note = "made-up corpus" if made_up else "masked quotes, shown because they were asked for"
        shown = [_cut(text) for text in exemplars(members, move.id, EXAMPLES_SHOWN)]
    return MoveResult(
        id=move.id,
        label=move.label.name,
        phrases=move.phrases,
        n_turns=move.n_turns,
        n_users=move.n_users,
        share=move.share,
        exemplars=shown,
        exemplar_note=note,
        stability=move.stability,
        made_by=move.label.made_by,
        directive=move.label.directive,
    )


def _cut(text: str) -> str:
    return text if len(text) <= EXAMPLE_CHARS else text[:EXAMPLE_CHARS].rstrip() + "…"
