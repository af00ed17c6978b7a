"""`persona-extract fidelity amplification`: are directives ignored, followed or over-acted?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.output import MOST_READ

if TYPE_CHECKING:
    from persona_extract.records.meters import Amplification, Amplified

_WRAP = 80


def amplification(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="WITH...",
            help="Recorded conversations of a simulator with a directive or trait. NAME=FILE gives"
            " a name.",
            show_default=False,
        ),
    ],
    without: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="The same simulator on the same tasks without it.",
            show_default=False,
        ),
    ],
    people: Annotated[
        list[str],
        typer.Option(
            metavar="SOURCE",
            help="Conversations of people, the yardstick; may be given several times.",
            show_default=False,
        ),
    ],
    directive: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIMENSION=TARGET",
            help="What all runs were told: please=0.4, the value that a profile names; or"
            " please:low, please:high where there is no number. Not given: the trait in the name"
            " of the run (impatience, confusion, skeptical).",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_READ, help="Read the first N conversations of each only."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw it: a file ending in .png, .svg or .html.")
    ] = None,
    resamples: Annotated[int, typer.Option(min=20, help="Bootstrap draws.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Measure whether a simulator ignores, follows or over-acts what it is told.

    RATIO is the shift that the simulator made, divided by the shift that
    was asked for: below 1 the directive is ignored or weak, about 1 it is
    followed, far above 1 it is over-acted. With a target from a profile,
    the shift asked for is the target minus what the simulator does without
    the directive. A trait without a number is read as the way from people's
    mean to their 10th or 90th percentile on a dimension that it names; the
    output marks that as our reading.

    No ratio is taken where too little was asked for; the reason is printed.
    Intervals are 95 % bootstraps; tasks that both runs played are drawn
    together.

    [dim]persona-extract fidelity amplification polite.json --without plain.json
        --people chats.jsonl --directive please=0.4
    persona-extract fidelity amplification impatience_telecom.json
        --without telecom_none.json --people chats.jsonl --plot amplification.png[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.amplification import amplification_of, read_directive
    from persona_extract.report.pictures import check_kind

    if plot is not None:
        check_kind(plot)
    asked = [read_directive(each) for each in directive or []]
    with watching(quiet=quiet) as watcher:
        found = amplification_of(
            runs,
            without,
            people,
            watcher,
            directives=asked,
            limit=limit,
            resamples=resamples,
            seed=seed,
        )
    if json:
        print_json(found)
    else:
        print_lines(_lines(found))
    if plot is not None:
        _draw(found, plot)


def _draw(found: Amplification, plot: Path) -> None:
    from persona_extract.report.amplification import draw_amplification
    from persona_extract.report.pictures import save_picture

    save_picture(draw_amplification(found), plot)


def _lines(found: Amplification) -> Iterator[str]:
    yield f"without: {found.without}; people: {', '.join(found.people)}"
    yield ""
    yield (
        f"{'dimension':<20}{'without':>7}{'with':>7}{'asked':>7}  {'sd':<7}"
        f"{'RATIO, 95 % interval':<22}"
    )
    run = ""
    for each in found.directives:
        if each.run != run:
            run = each.run
            yield f"{run} ({each.n_with} against {each.n_without}, {each.n_paired} tasks in both)"
        yield from _line(each)
    yield "sd: the shift in standard deviations of people"
    for note in found.notes:
        yield from textwrap.wrap(f"note: {note}", _WRAP, subsequent_indent="      ")


def _line(each: Amplified) -> Iterator[str]:
    from persona_extract.cli.formalism import bounds

    sign = "+" if each.asked.value >= 0 else "-"
    cells = [_level(each, each.without_mean), _level(each, each.with_mean)]
    asked = f"{sign}{_level(each, abs(each.asked.value))}" if each.ratio else "none"
    shift = f"{each.shift_sd.value:+.2f}" if each.shift_sd else ""
    start = f"  {each.dimension[:18]:<18}{cells[0]:>7}{cells[1]:>7}{asked:>7}  {shift:<7}"
    if each.ratio is None:
        yield f"{start}no ratio"
        yield from textwrap.wrap(
            each.refused, _WRAP - 6, initial_indent=" " * 6, subsequent_indent=" " * 6
        )
    else:
        yield f"{start}{bounds(each.ratio)} {each.verdict}"
        if each.ended_within and not each.began_within:
            yield "      began outside the range of 80 % of people and ended inside it"


def _level(each: Amplified, value: float) -> str:
    from persona_extract.report.words import level

    return level(value, each.unit)
