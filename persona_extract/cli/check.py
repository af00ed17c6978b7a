"""`persona-extract check`: does a simulation do what the directives of its profile say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.records.checks import ArmChecked, CheckResult, Followed, ProfileChecked

app = typer.Typer()

WIDTH = 80
FIRST = 12
"""Dimensions and profiles that are printed unless all are asked for."""


@app.command()
def check(
    folder: PackFolder,
    transcripts: Annotated[
        list[Path],
        typer.Argument(
            metavar="TRANSCRIPTS...",
            help="Transcripts of a run, or with --profile any recorded conversations.",
            show_default=False,
        ),
    ],
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Only this profile; the beginning of its id is enough.",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        str | None, typer.Option(help="Only transcripts of this arm.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print the directives of every profile.")
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            help="Exit with 3 if a smaller share of the directives is followed.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    json: AsJson = False,
) -> None:
    """Check which directives simulated users follow, ignore or over-act.

    RATIO is 0 for turns like those of the median user, 1 for turns like those
    of the profile's own user. A directive is followed from 0.5 on, and
    over-acted above 1.5 where that is no noise. Directives that were read by a
    model need a judge, imported ones cannot be tested. Arms are counted apart;
    a transcript that is given twice is counted once.

    [dim]persona-extract check profiles/demo transcripts.jsonl
    persona-extract check profiles/demo chats.jsonl --profile p_3f
    persona-extract check profiles/demo transcripts.jsonl --fail-under 0.7[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.checking import check_transcripts

    with watching(quiet=quiet) as watcher:
        found = check_transcripts(folder, transcripts, watcher, profile=profile, arm=arm)
    if json:
        print_json(found)
    else:
        print_lines(_lines(found, everything=everything))
    if fail_under is not None:
        _refuse(found, fail_under)


def _refuse(found: CheckResult, least: float) -> None:
    from persona_extract.errors import GateRefused, UsageError

    if len(found.arms) > 1:
        names = ", ".join(_arm_name(each) for each in found.arms)
        raise UsageError(f"--fail-under is for one arm; name it with --arm. Played were: {names}.")
    if found.followed is None:
        raise GateRefused("No directive could be measured on enough turns (--fail-under).")
    if found.followed < least:
        raise GateRefused(f"{found.followed:.1%} are followed, less than {least:.1%}.")


def _lines(found: CheckResult, *, everything: bool) -> Iterator[str]:
    from persona_extract.report.words import counted

    profiles = counted(len({each.profile for each in found.profiles}), "profile")
    yield f"{found.pack}: {profiles} played"
    for note in found.notes:
        yield from wrap(f"note: {note}", WIDTH, subsequent_indent="      ")
    yield ""
    several = len(found.arms) > 1
    for arm in found.arms:
        yield from _headline(arm, f"arm {_arm_name(arm)}" if several else "directives")
    if several and not everything:
        yield ""
        yield "--arm NAME prints dimensions, policy and profiles of one arm, --all of every one"
        return
    for arm in found.arms:
        if several:
            yield ""
            yield f"arm {_arm_name(arm)}"
        played = [each for each in found.profiles if each.arm == arm.arm]
        yield from _arm_lines(arm, played, everything=everything)


def _headline(arm: ArmChecked, title: str) -> Iterator[str]:
    share = "none could be measured" if arm.followed is None else f"{arm.followed:.1%} followed"
    counts = ", ".join(f"{n:,} {verdict}" for verdict, n in arm.counts.items())
    yield f"{title}: {share}"
    yield from wrap(f"  {counts or 'none'}", WIDTH, subsequent_indent="  ")


def _arm_name(arm: ArmChecked) -> str:
    return arm.arm or "(no arm)"


def _arm_lines(arm: ArmChecked, played: list[ProfileChecked], *, everything: bool) -> Iterator[str]:
    yield from _dimension_lines(arm, everything=everything)
    yield from _policy_lines(arm)
    one = len(played) == 1
    if not one:
        yield from _profile_lines(played, everything=everything)
    if one or everything:
        for each in played:
            yield ""
            yield from _directive_lines(each)


def _dimension_lines(found: ArmChecked, *, everything: bool) -> Iterator[str]:
    """Ignored most first, then over-acted most."""
    if not found.dimensions:
        return
    ignored = [each for each in found.dimensions if each.ignored]
    over = sorted(
        (each for each in found.dimensions if each.over_acted),
        key=lambda each: (-each.over_acted, each.dimension),
    )
    groups = [("ignored most", ignored), ("over-acted most", over)]
    if everything:
        groups = [("all", found.dimensions)]
    for title, rows in groups:
        if not rows:
            continue
        yield ""
        yield (
            f"{title:<24}{'side':<6}{'told':>5}{'followed':>10}{'ignored':>9}{'over':>6}"
            f"{'too few':>9}{'RATIO':>8}"
        )
        for each in rows if everything else rows[:FIRST]:
            yield (
                f"  {each.dimension[:21]:<22}{each.side:<6}{each.n:>5,}{each.followed:>10,}"
                f"{each.ignored:>9,}{each.over_acted:>6,}{each.too_few:>9,}{_ratio(each.ratio):>8}"
            )
        if not everything and len(rows) > FIRST:
            yield f"  and {len(rows) - FIRST} more; --all prints all"


def _policy_lines(found: ArmChecked) -> Iterator[str]:
    if not found.policy:
        return
    yield ""
    yield f"{'policy':<24}{'kept':>10}{'below':>9}{'above':>9}{'too few':>9}"
    for field, tally in found.policy.items():
        cells = [tally.get("kept", 0), tally.get("below", 0), tally.get("above", 0)]
        few = tally.get("too few turns", 0)
        yield f"  {field:<22}{cells[0]:>10,}{cells[1]:>9,}{cells[2]:>9,}{few:>9,}"


def _profile_lines(played: list[ProfileChecked], *, everything: bool) -> Iterator[str]:
    """Those that are followed least first."""
    rows = sorted(played, key=lambda each: (_share(each), each.profile))
    yield ""
    yield (
        f"{'profile':<20}{'turns':>7}{'followed':>10}{'ignored':>9}{'over-acted':>12}{'too few':>9}"
        f"{'other':>7}"
    )
    for each in rows if everything else rows[:FIRST]:
        n = {v: sum(d.verdict == v for d in each.directives) for v in ("followed", "ignored")}
        over = sum(d.verdict == "over-acted" for d in each.directives)
        few = sum(d.verdict == "too few turns" for d in each.directives)
        other = len(each.directives) - sum(n.values()) - over - few
        yield (
            f"{each.profile:<20}{each.n_turns:>7,}{n['followed']:>10}{n['ignored']:>9}{over:>12}"
            f"{few:>9}{other:>7}"
        )
    if not everything and len(rows) > FIRST:
        yield f"and {len(rows) - FIRST} more that are followed better; --profile ID prints one"


def _share(each: ProfileChecked) -> float:
    passed = sum(d.verdict in ("followed", "over-acted") for d in each.directives)
    tested = passed + sum(d.verdict == "ignored" for d in each.directives)
    return passed / tested if tested else 1.0


def _directive_lines(each: ProfileChecked) -> Iterator[str]:
    from persona_extract.report.words import counted

    by = f", played by {each.simulator}" if each.simulator else ""
    turns = f"{counted(each.n_conversations, 'conversation')}, {counted(each.n_turns, 'turn')}"
    yield f"{each.profile}: {turns}{by}"
    yield f"  {'directive':<25}{'verdict':<15}{'value':>8}{'asked':>8}{'check':>12}{'RATIO':>8}"
    for one in each.directives:
        yield from _directive(one)
    for row in each.policy:
        value = "-" if row.value is None else f"{row.value:.2f}"
        asked = "-" if row.asked is None else f"{row.asked:.2f}"
        yield f"  {'policy: ' + row.field:<27}{row.verdict:<13}{value:>8}{asked:>8}"


def _directive(one: Followed) -> Iterator[str]:
    if one.kind != "measured":
        yield f"  {(one.about or 'imported')[:24]:<25}{one.verdict}"
        yield from wrap(one.text, WIDTH, initial_indent="    ", subsequent_indent="    ")
        return
    value, asked = _amount(one.about, one.value), _amount(one.about, one.asked)
    limit = f"{one.operator} {_amount(one.about, one.threshold)}"
    yield (
        f"  {one.about[:24]:<25}{one.verdict:<15}{value:>8}{asked:>8}{limit:>12}"
        f"{_ratio(one.ratio):>8}"
    )


def _amount(dimension: str, value: float | None) -> str:
    """A share as per cent, a logarithm as the number behind it."""
    from persona_extract.report.profile_words import bare_amount

    return "-" if value is None else bare_amount(dimension, value)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
