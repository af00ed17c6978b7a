"""`persona-extract run`: the main job."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from persona_extract.pipeline.summary import RunSummary
    from persona_extract.records.settings import Settings

app = typer.Typer()

MODELS = "Language models (all optional)"


@app.command(
    epilog="Killed or interrupted? Run the same command again: it continues where it stopped and "
    "ends with the same bytes."
)
def run(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="demo | wildchat | wildchat:4.8M | a file, folder or glob of WildChat records "
            "(Parquet, JSONL, .jsonl.gz) or of any chat log.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Workspace folder: new, empty, or of an earlier run.", show_default=False
        ),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read the first N conversations only.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="What is kept: default | realusersim.")] = None,
    until: Annotated[
        str,
        typer.Option(
            metavar="STAGE",
            help="Last stage: pull, curate, measure, read, cluster, label, compile, ground, "
            "pack, simulate, compare or report.",
        ),
    ] = "report",
    encoder: Annotated[
        str | None,
        typer.Option(help="auto | lsa | sentence-transformers[:model id or path]."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of everything that is drawn.")
    ] = None,
    salt: Annotated[
        str | None,
        typer.Option(
            envvar="PERSONA_EXTRACT_SALT",
            help="Secret of the user keys; the workspace's own, random one unless given. "
            "The same salt gives the same bytes.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Show short masked quotes in the report.")
    ] = False,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE=MODEL",
            help="Language model of a role (reader, labeler), e.g. reader=gpt-4o-mini or "
            "labeler=openai/qwen3@http://localhost:8000/v1. May be given several times.",
            show_default="none",
            rich_help_panel=MODELS,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Read and curate, then say what the models would be asked and cost. Asks none.",
            rich_help_panel=MODELS,
        ),
    ] = False,
    budget: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="USD",
            help="Stop before more than this is spent; what was answered is kept.",
            show_default="none",
            rich_help_panel=MODELS,
        ),
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Ask again what was answered before, and keep nothing.",
            rich_help_panel=MODELS,
        ),
    ] = False,
    with_demographics: Annotated[
        bool,
        typer.Option(
            "--with-demographics",
            help="The reader also notes age, gender, education, occupation, location, income "
            "and marital status, as said or inferred. Off for good reasons: see docs/models.md.",
            rich_help_panel=MODELS,
        ),
    ] = False,
    config: Annotated[
        Path | None, typer.Option(help="Settings file instead of ./persona_extract.toml.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Extract behaviour profiles from conversations: a pack and a report.

    A stage is skipped if nothing that it depends on has changed.

    [dim]persona-extract run demo --out runs/demo
    persona-extract run 'chats/*.jsonl.gz' --out runs/chats --encoder lsa
    persona-extract run wildchat --limit 20000 --preset realusersim --out runs/wildchat
    persona-extract run chats.jsonl --out runs/chats --model reader=gpt-4o-mini --dry-run[/dim]
    """
    from persona_extract.cli.roles import role_overrides
    from persona_extract.cli.settings import load_settings

    overrides = {
        "pull.limit": limit,
        "cluster.encoder": encoder,
        "seed": seed,
        "report.examples": examples or None,
        "models.budget": budget,
        "models.use_cache": False if no_cache else None,
        "read.demographics": with_demographics or None,
        **role_overrides(model or ()),
    }
    settings = load_settings(config, preset=preset, overrides=overrides)
    if dry_run:
        _forecast(source, out, salt, settings, quiet=quiet, as_json=json)
    else:
        _show(_run(source, out, salt, settings, until, quiet=quiet), as_json=json)


def _forecast(
    source: str, out: Path, salt: str | None, settings: Settings, *, quiet: bool, as_json: bool
) -> None:
    from persona_extract.cli.forecast import forecast_lines
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.forecast import forecast_run
    from persona_extract.pipeline.job import Job
    from persona_extract.pipeline.run import check
    from persona_extract.pipeline.steps import InProcess
    from persona_extract.store.workspace import open_workspace

    check(source, out, settings)
    with watching(quiet=quiet) as watcher:
        job = Job(open_workspace(out, salt), source, settings)
        found = forecast_run(job, InProcess(watcher), watcher)
    if as_json:
        print_json(found)
    else:
        print_lines(forecast_lines(found.forecasts))


def _run(
    source: str, out: Path, salt: str | None, settings: Settings, until: str, *, quiet: bool
) -> RunSummary:
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.job import Job
    from persona_extract.pipeline.run import check, run
    from persona_extract.pipeline.steps import InProcess
    from persona_extract.pipeline.summary import summarise
    from persona_extract.store.workspace import open_workspace

    began = time.monotonic()
    check(source, out, settings, until)
    with watching(quiet=quiet) as watcher:
        job = Job(open_workspace(out, salt), source, settings)
        run(job, InProcess(watcher), watcher, until)
    return summarise(job, time.monotonic() - began, until)


def _show(summary: RunSummary, *, as_json: bool) -> None:
    from persona_extract.cli.output import aligned, print_json, print_lines
    from persona_extract.cli.summary import summary_rows

    if as_json:
        print_json(summary)
    else:
        print_lines(aligned(summary_rows(summary)))
