"""`persona-extract fidelity usi` and `usi-features`: the User-Sim Index of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.output import MOST_READ

if TYPE_CHECKING:
    from persona_extract.records.usi import UsiRanking

FILES = (
    "A file (or NAME=FILE): tau-bench, tau-trait or tau2 results, tau-usi or SimulatorArena "
    "sessions, WildChat records, any chat log."
)
Limit = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_READ, help="Read the first N conversations of a file only."),
]
Kind = Annotated[
    str,
    typer.Option(
        metavar="usi|usi-f",
        help="usi is the published index. usi-f also finds words with curly apostrophes and counts "
        "identifiers only; its scores compare with no published number.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]


def usi(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=FILES, show_default=False)],
    candidates: Annotated[
        list[str],
        typer.Argument(
            metavar="CANDIDATE...", help="Who is compared with it, as above.", show_default=False
        ),
    ],
    survey: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="JSON of a candidate's survey answers by task; NAME=FILE if there are several "
            "candidates.",
            show_default=False,
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw scores and intervals into FILE.svg, .png or .html."),
    ] = None,
    limit: Limit = None,
    variant: Kind = "usi",
    resamples: Annotated[
        int, typer.Option(min=100, max=10_000, help="Resamples of every interval.")
    ] = 1000,
    permutations: Annotated[
        int, typer.Option(min=20, max=10_000, help="Shufflings of the two-sample test.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything that is drawn.")] = 0,
    quiet: Quiet = False,
    json: AsJson = False,
) -> None:
    """Score how near simulated users are to people: the User-Sim Index (arXiv 2603.11245).

    D1 to D4 compare how users write, from 0 to 100. Rewards on known tasks add ECE and USI,
    surveys add Eval. Read scores against the ceiling: what the reference scores against itself
    at the same numbers of conversations.

    Several candidates are ranked; those that the data do not tell apart are ties.

    [dim]persona-extract fidelity usi people.jsonl simulated.json
    persona-extract fidelity usi people.json a=run1.json b=run2.json --plot u.svg[/dim]
    """
    from persona_extract.cli.output import print_json
    from persona_extract.cli.progress import watching
    from persona_extract.cli.tables import show
    from persona_extract.cli.usi_one import one
    from persona_extract.cli.usi_ranked import several
    from persona_extract.pipeline.usi import compare_files
    from persona_extract.report.pictures import check_kind

    if plot is not None:
        check_kind(plot)
    with watching(quiet=quiet) as watcher:
        found = compare_files(
            reference,
            candidates,
            surveys=survey or [],
            limit=limit,
            resamples=resamples,
            permutations=permutations,
            seed=seed,
            variant=variant,
            watcher=watcher,
        )
    alone = found.candidates[0] if len(found.candidates) == 1 else None
    if json:
        print_json(alone or found)
    else:
        show(one(alone) if alone else several(found))
    if plot is not None:
        _draw(found, plot)


def usi_features(
    file: Annotated[str, typer.Argument(metavar="FILE", help=FILES, show_default=False)],
    limit: Limit = None,
    variant: Kind = "usi",
    json: Annotated[bool, typer.Option("--json", help="One JSON line a conversation.")] = False,
) -> None:
    """The nineteen features of the User-Sim Index: by conversation, or their means.

    Conversations without a user turn are left out.

    [dim]persona-extract fidelity usi-features run.json --json > features.jsonl[/dim]
    """
    from persona_extract.cli.output import print_lines
    from persona_extract.cli.tables import show
    from persona_extract.cli.usi_one import feature_means
    from persona_extract.errors import TooFewUsers
    from persona_extract.fidelity.usi.scores import FEATURES, mean_row
    from persona_extract.pipeline.usi import feature_records, measure_file

    measured = measure_file(file, limit, variant)
    if json:
        for record in feature_records(measured.rows):
            typer.echo(record.model_dump_json())
        if measured.n_skipped:
            typer.echo(f"{measured.n_skipped:,} without user turn left out", err=True)
        return
    if measured.rows.is_empty():
        raise TooFewUsers(
            f"{file}: no conversation with a user turn ({measured.n_skipped} without); there is"
            " nothing to measure. Give a file in which a user says something"
        )
    skipped = f", {measured.n_skipped:,} without user turn left out" if measured.n_skipped else ""
    print_lines([f"{measured.rows.height:,} conversations{skipped}; means over conversations"])
    show([feature_means(mean_row(measured.rows), FEATURES)])


def _draw(found: UsiRanking, path: Path) -> None:
    from persona_extract.report.pictures import save_picture
    from persona_extract.report.usi import draw_usi

    save_picture(draw_usi(found), path)
