"""`persona-extract fidelity formalism`: do simulated users write more formally than people?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.output import MOST_READ

if TYPE_CHECKING:
    from persona_extract.records.meters import (
        CandidateReading,
        DimensionFormalism,
        Formalism,
    )
    from persona_extract.records.results import Interval

ROWS = 10
"""Dimensions that are printed, unless all are asked for."""

_NAME = 27


def formalism(
    candidates: Annotated[
        list[str],
        typer.Argument(
            metavar="CANDIDATE...",
            help="Recorded conversations of simulated users: tau-bench, tau2, tau-trait or tau-usi"
            " files, or any chat log. NAME=FILE gives it a name.",
            show_default=False,
        ),
    ],
    people: Annotated[
        list[str],
        typer.Option(
            metavar="SOURCE",
            help="Conversations of people, as for `run`; SimulatorArena and STAR too. May be given"
            " several times: every source then counts the same.",
            show_default=False,
        ),
    ],
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_READ, help="Read the first N conversations of each only."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw it: a file ending in .png, .svg or .html.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All dimensions, also those without a formal side.")
    ] = False,
    resamples: Annotated[int, typer.Option(min=20, help="Bootstrap draws.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Hold simulated users against people: how varied are they, and how formal?

    Simulated users tend to write like letters whatever they are told. Two
    numbers say so. VARIED: the share of people's spread that a candidate
    covers, as a part of what equally many conversations of people cover; 1
    is as varied as people, 0 always the same. FORMAL: how far its mean lies
    on the formal side of people's, in standard deviations between people's
    conversations; 0 is as formal as people. Both are means over the
    dimensions with a formal side.

    The unit is one conversation on both sides; intervals are 95 %
    bootstraps over people, and over tasks of a benchmark. Nothing is
    curated away and nothing is written.

    [dim]persona-extract fidelity formalism gpt4o.json --people chats.jsonl
    persona-extract fidelity formalism old=a.json new=b.json --people chats.jsonl
        --people star:dialogues --plot formal.png[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.formalism import formalism_of
    from persona_extract.report.pictures import check_kind

    if plot is not None:
        check_kind(plot)
    with watching(quiet=quiet) as watcher:
        found = formalism_of(
            candidates, people, watcher, limit=limit, resamples=resamples, seed=seed
        )
    if json:
        print_json(found)
    else:
        print_lines(_lines(found, everything))
    if plot is not None:
        _draw(found, plot, everything)


def _draw(found: Formalism, plot: Path, everything: bool) -> None:
    from persona_extract.report.formalism import draw_formalism
    from persona_extract.report.pictures import save_picture

    save_picture(draw_formalism(found, everything=everything), plot)


def _lines(found: Formalism, everything: bool) -> Iterator[str]:
    people = found.people
    yield (
        f"{people.n_conversations:,} conversations of {people.n_users:,} people against"
        f" {len(found.candidates)} candidate{'s' * (len(found.candidates) != 1)}"
    )
    yield ""
    yield f"{'':<{_NAME}}{'conv.':>7}  {'VARIED (people 1)':<20}{'FORMAL (people 0)':<20}"
    yield _row("people, half against half", people.n_conversations, people.coverage, people.shift)
    for each in found.candidates:
        yield _row(each.candidate, each.n_conversations, each.coverage, each.shift)
    yield ""
    yield from _shares(found)
    yield ""
    yield from _dimensions(found, everything)
    for note in found.notes:
        yield from textwrap.wrap(f"note: {note}", 80, subsequent_indent="      ")


def _row(name: str, n: int, coverage: Interval, shift: Interval) -> str:
    return f"{short(name):<{_NAME}}{n:>7,}  {bounds(coverage):<20}{bounds(shift):<20}".rstrip()


def _shares(found: Formalism) -> Iterator[str]:
    from persona_extract.fidelity.headlines import HEADLINES

    yield (
        f"{'share of turns that':<{_NAME}}"
        + "".join(f"{h.title:>21}" for h in HEADLINES[:1])
        + ("".join(f"{h.title:>16}" for h in HEADLINES[1:]))
    )
    for each in found.shares:
        name = f"people: {each.name}" if each.people else each.name
        cells = [_share(each.shares[h.name]) for h in HEADLINES]
        yield f"{short(name):<{_NAME}}{cells[0]:>21}" + "".join(f"{c:>16}" for c in cells[1:])


def _share(found: Interval) -> str:
    return f"{found.value:.0%} [{found.low * 100:.0f}, {found.high * 100:.0f}]"


def _dimensions(found: Formalism, everything: bool) -> Iterator[str]:
    from persona_extract.report.formalism import by_distance

    sided = by_distance([d for d in found.dimensions if d.formal])
    shown = by_distance(found.dimensions) if everything else sided[:ROWS]
    what = "dimensions" if everything else "dimensions with a formal side"
    of = len(found.dimensions) if everything else len(sided)
    yield f"{len(shown)} of {of} {what}, farthest first" + (
        "" if everything else "; --all shows all"
    )
    yield (f"{'':<{_NAME}}  {'mean, 95 % interval':<23}{'to formal side, sd':<20}covers")
    for d in shown:
        yield from _dimension(d)


def _dimension(d: DimensionFormalism) -> Iterator[str]:
    from persona_extract.report.words import level

    p = d.people
    more = {1: "; more is more formal", -1: "; more is less formal", 0: ""}[d.formal]
    yield f"{d.dimension} ({d.unit}{more})"
    ends = f"{level(p.q10, d.unit)} to {level(p.q90, d.unit)}"
    yield f"{'  people':<{_NAME}}  {level(p.mean, d.unit):<7}80 % within {ends}"
    for each in d.candidates:
        yield _candidate(d, each)


def _candidate(d: DimensionFormalism, each: CandidateReading) -> str:
    from persona_extract.report.words import level

    values = [level(x, d.unit) for x in (each.mean.value, each.mean.low, each.mean.high)]
    mean = f"{values[0]} [{values[1]}, {values[2]}]"
    shift = bounds(each.shift, sign=d.formal or 1)
    name = f"  {short(each.candidate, _NAME - 3)}"
    return f"{name:<{_NAME}}  {mean:<23}{shift:<20}{each.coverage.value:>6.0%}"


def bounds(found: Interval, sign: int = 1) -> str:
    """Value [low, high] to a hundredth; to a tenth from ten on."""
    low, high = sorted((sign * found.low, sign * found.high))
    digits = 1 if max(abs(low), abs(high)) >= 10 else 2
    rounded = (round(x, digits) + 0.0 for x in (sign * found.value, low, high))
    value, least, most = (f"{x:.{digits}f}" for x in rounded)
    return f"{value} [{least}, {most}]"


def short(name: str, width: int = _NAME - 2) -> str:
    """The name, its beginning left out where it is too long."""
    return name if len(name) <= width else f"…{name[-width + 1 :]}"
