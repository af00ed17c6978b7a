"""`persona-extract lint`: do profiles and scenarios say different things about the same user?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.records.lint import Clash, LintResult, Severity

app = typer.Typer()

WIDTH = 80
FIRST = 10
"""Groups of clashes and scenarios that are printed unless all are asked for."""


@app.command()
def lint(
    folder: PackFolder,
    scenarios: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Scenarios: our own JSON, tasks or results of tau2-bench, results of tau-bench.",
            show_default=False,
        ),
    ],
    profile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this profile (the beginning of its id is enough); may be repeated.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every clash.")] = False,
    fail_on: Annotated[
        Literal["contradiction", "interference"] | None,
        typer.Option(help="Exit with 3 if there is one as bad as this.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    json: AsJson = False,
) -> None:
    """Find where profiles and scenarios contradict each other.

    The scenario says what, the profile says how. A scenario that says how,
    too ("you are polite but brief"), that takes more turns than the profile
    has patience for, or that gives the user another age, makes a brief of two
    minds. A contradiction cannot be carried out; an interference blurs what
    is measured; a note means that both say the same.

    [dim]persona-extract lint profiles/demo --scenarios tasks.json
    persona-extract lint profiles/demo --scenarios tasks.json --profile p_3f --all
    persona-extract lint profiles/demo --scenarios tasks.json
        --fail-on contradiction[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.pipeline.linting import lint_pack

    with watching(quiet=quiet) as watcher:
        found = lint_pack(folder, scenarios, watcher, profile or ())
    if json:
        print_json(found)
    else:
        print_lines(_lines(found, everything=everything))
    if fail_on is not None:
        _refuse(found, fail_on)


def _refuse(found: LintResult, least: Severity) -> None:
    from persona_extract.errors import GateRefused
    from persona_extract.records.lint import SEVERITIES

    bad = SEVERITIES[: SEVERITIES.index(least) + 1]
    n = sum(count.clashes for count in found.counts if count.severity in bad)
    if n:
        clashes = "1 clash is" if n == 1 else f"{n:,} clashes are"
        raise GateRefused(f"{clashes} as bad as {least} (--fail-on).")


def _lines(found: LintResult, *, everything: bool) -> Iterator[str]:
    from persona_extract.report.words import counted

    yield f"{found.pack}: {counted(found.n_profiles, 'profile')}"
    yield f"{found.file}: {counted(found.n_scenarios, 'scenario')} ({found.recognised})"
    for why, n in found.skipped.items():
        yield f"  {n:,} {'entry' if n == 1 else 'entries'} skipped: {why}"
    yield ""
    if not found.clashes:
        yield "no clash"
        return
    yield f"{'kind':<10}{'severity':<15}{'clashes':>9}{'scenarios':>11}{'profiles':>10}"
    for each in found.counts:
        yield (
            f"{each.kind:<10}{each.severity:<15}{each.clashes:>9,}{each.scenarios:>11,}"
            f"{each.profiles:>10,}"
        )
    if everything:
        for clash in found.clashes:
            yield ""
            yield from _clash_lines(clash)
        return
    yield from _scenario_lines(found.clashes)
    yield from _group_lines(found.clashes, found.n_profiles)


def _scenario_lines(clashes: Sequence[Clash]) -> Iterator[str]:
    """Scenarios with the most contradictions."""
    tally: dict[str, list[int]] = {}
    for clash in clashes:
        row = tally.setdefault(clash.scenario, [0, 0])
        if clash.severity != "note":
            row[clash.severity == "interference"] += 1
    worst = sorted(tally.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    yield ""
    yield f"{'contradictions':>14}{'interferences':>15}  scenario"
    for name, (hard, soft) in worst[:FIRST]:
        yield f"{hard:>14,}{soft:>15,}  {_short(name, WIDTH - 31)}"
    if len(worst) > FIRST:
        yield f"{'':>31}and {len(worst) - FIRST:,} more"


def _group_lines(clashes: Sequence[Clash], n_profiles: int) -> Iterator[str]:
    """What is said once and clashes with many profiles, as one group; of each kind in turn, so
    that the first ones show every kind."""
    from persona_extract.records.lint import SEVERITIES

    def key(clash: Clash) -> tuple[int, str, str, str]:
        return SEVERITIES.index(clash.severity), clash.kind, clash.about, clash.said

    serious = sorted((c for c in clashes if c.severity != "note"), key=key)
    groups = [list(group) for _, group in groupby(serious, key=key)]
    shown = _spread(sorted(groups, key=lambda g: (*key(g[0])[:2], -len(g))))
    for group in shown[:FIRST]:
        yield ""
        yield from _group(group, n_profiles)
    if len(groups) > FIRST:
        yield ""
        yield f"{len(groups) - FIRST:,} more like these; --all prints every clash, --json as data"


def _spread(groups: list[list[Clash]]) -> list[list[Clash]]:
    """By severity; within it the first of every manner, then the second of every one."""
    seen: dict[tuple[str, str, str], int] = {}
    placed: list[tuple[int, int, int, list[Clash]]] = []
    for at, group in enumerate(groups):
        first = group[0]
        name = first.severity, first.kind, first.about
        seen[name] = seen.get(name, 0) + 1
        placed.append((first.severity != "contradiction", seen[name], at, group))
    return [group for _, _, _, group in sorted(placed, key=lambda row: row[:3])]


def _group(group: list[Clash], n_profiles: int) -> Iterator[str]:
    from persona_extract.report.words import counted

    first = next((clash for clash in group if clash.against), group[0])
    scenarios = sorted({clash.scenario for clash in group})
    others = counted(len(scenarios) - 1, "more scenario")
    more = f" and {others}" if len(scenarios) > 1 else ""
    profiles = len({clash.profile for clash in group})
    of = counted(n_profiles, "profile")
    yield f"{first.severity} ({first.kind}: {first.about}), {profiles:,} of {of}"
    yield from _wrapped("  scenario ", f"{_short(first.scenario, 50)}{more}")
    yield from _said(first)
    if profiles > 1 and first.against:
        n = len({clash.against for clash in group} - {first.against, ""})
        yield from [f"           and {counted(n, 'other wording')}"] * bool(n)
    yield from _wrapped("  advice   ", first.advice)


def _clash_lines(clash: Clash) -> Iterator[str]:
    yield f"{clash.severity} ({clash.kind}: {clash.about})"
    yield from _wrapped("  scenario ", _short(clash.scenario, 66))
    yield from _said(clash)
    yield from _wrapped("  advice   ", clash.advice)


def _said(clash: Clash) -> Iterator[str]:
    yield from _wrapped("  says     ", clash.said)
    if clash.against:
        yield from _wrapped(f"  {clash.profile[:8]} ", clash.against)


def _wrapped(start: str, text: str) -> list[str]:
    lines = wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    return lines or [start]


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
