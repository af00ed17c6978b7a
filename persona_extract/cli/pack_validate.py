"""`persona-extract pack validate`: is a pack good?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.packs.findings import Outcome, Verdict

WIDTH = 80
_MARKS = {"passed": "ok    ", "failed": "FAILED", "skipped": "-     "}


def validate(
    folder: PackFolder,
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Of the run that made it: look at the source, too.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check a pack before you use or publish it. Exit 3 if it fails.

    Without more, a pack is checked as it stands: files, checksums, schema, ids
    and counts, licence and attribution, that nothing in it is shown by fewer
    than k users, that weights and rates sum to 1, that claims agree with each
    other, and that no text holds personal data or would take a model over.

    With the workspace of its run, the source is looked at as well: no five
    words in a row of any user turn may stand in the pack, each quote is hashed
    again where it is cited, each check run again, each reading measured again.

    [dim]persona-extract pack validate profiles/demo
    persona-extract pack validate runs/demo/pack --workspace runs/demo
    persona-extract pack validate PACK --json | jq .findings[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.errors import GateRefused
    from persona_extract.pipeline.validating import validate as validate_pack

    with watching(quiet=json or workspace is None) as watcher:
        found = validate_pack(folder, workspace, watcher)
    print_json(found) if json else print_lines(_lines(found))
    if not found.valid:
        n = len(found.findings)
        raise GateRefused(f"{folder} is not valid: {n} {'finding' if n == 1 else 'findings'}.")
    if not json:
        print_lines([f"{folder} is valid."])


def _lines(found: Verdict) -> Iterator[str]:
    for outcome in found.checks:
        yield from _outcome(outcome)
    if found.findings:
        yield ""
    for one in found.findings:
        place = f"{one.file}{one.place}: "
        yield from wrap(place + one.problem, WIDTH, subsequent_indent="    ") or [place]
    yield ""


def _outcome(one: Outcome) -> Iterator[str]:
    start = f"{_MARKS[one.outcome]}  {one.check:<14} "
    told = one.asks if one.outcome == "passed" else f"{one.asks}: {one.note}"
    if one.outcome == "passed" and one.note:
        told += f" ({one.note})"
    yield from wrap(told, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
