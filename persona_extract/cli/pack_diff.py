"""`persona-extract pack diff`: what changed between two packs, and is it drift?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson

if TYPE_CHECKING:
    from persona_extract.records.diff import KindChanges, PackDiff, Part, ProfileChanges

WIDTH = 80
SHOWN = 10
"""Rows of a list on the terminal; `--json` and `--html` have them all."""


def diff(
    a: Annotated[
        Path, typer.Argument(metavar="A", help="Folder of the earlier pack.", show_default=False)
    ],
    b: Annotated[
        Path, typer.Argument(metavar="B", help="Folder of the later pack.", show_default=False)
    ],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page that needs no network.")
    ] = None,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="Exit 3 unless the verdict is: same.")
    ] = False,
    effect: Annotated[
        float, typer.Option(min=0, help="Standard deviations that a dimension must move by.")
    ] = 0.2,
    fdr: Annotated[
        float, typer.Option(min=0.001, max=1, help="False discovery rate over dimensions.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 0,
    json: AsJson = False,
) -> None:
    """Compare two packs: how people behave, what the catalogue lists, who is
    in it.

    The verdict is DRIFTED if a dimension moved by 0.2 standard deviations
    or more (with a false discovery rate below 5 % and an interval without
    0), or 10 % of the users are in other archetypes of the same list (p
    below 5 %), or more than half of the moves or of the traits vanished
    (and at least two). Else it is SAME. Packs measured with different
    versions of the dimensions CANNOT BE COMPARED; the figures are shown all
    the same.

    Users who are in both packs are compared with themselves. Intervals are
    95 % bootstraps over users.

    [dim]persona-extract pack diff may/pack june/pack
    persona-extract pack diff may/pack june/pack --html drift.html
    persona-extract pack diff may/pack june/pack --json --fail-on-drift[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.progress import watching
    from persona_extract.errors import GateRefused
    from persona_extract.fidelity.drift import THRESHOLDS, Effort
    from persona_extract.packs.place import refuse_target
    from persona_extract.pipeline.pack_diff import diff_packs

    if html is not None:
        refuse_target(html, "--html")
    thresholds = THRESHOLDS.model_copy(update={"effect": effect, "fdr": fdr})
    with watching(quiet=json) as watcher:
        found = diff_packs(a, b, thresholds=thresholds, effort=Effort(seed=seed), watcher=watcher)
    if html is not None:
        _write(found, html)
    print_json(found) if json else print_lines(_lines(found))
    if fail_on_drift and found.verdict != "same":
        raise GateRefused(f"{b} against {a}: {found.verdict}. {'; '.join(found.reasons)}.")


def _write(found: PackDiff, path: Path) -> None:
    from persona_extract.report.diff import diff_page
    from persona_extract.store.atomic import write_bytes

    write_bytes(path, diff_page(found).encode())


def _lines(found: PackDiff) -> Iterator[str]:
    yield found.verdict.upper()
    for reason in found.reasons:
        yield from _wrapped("- ", reason)
    yield ""
    for side, name in ((found.a, "A"), (found.b, "B")):
        people = f"{side.n_profiles} profiles{', made up' if side.made_up else ''}"
        yield from _wrapped(f"{name}  ", f"{side.folder} ({side.name} {side.version}, {people})")
    for note in found.notes:
        yield from _wrapped("note: ", note)
    yield from _dimension_lines(found)
    for kind in found.catalogue:
        yield from _kind_lines(kind)
    if weights := found.archetype_weights:
        yield from _wrapped(
            "archetype weights: ",
            f"{weights.variation:.1%} of the users changed place; {weights.expected:.1%} by chance"
            f" alone (p = {weights.p:.4f})"
            + (
                ""
                if weights.same_list
                else ". The packs list other archetypes: users were grouped anew, which is no drift"
            ),
        )
    yield from _profile_lines(found.profiles)


def _dimension_lines(found: PackDiff) -> Iterator[str]:
    if not found.dimensions:
        return
    moved = sum(one.moved for one in found.dimensions)
    yield ""
    yield f"{len(found.dimensions)} dimensions compared, {moved} moved; the most different:"
    yield f"  {'dimension':<22}{'A':>8}{'B':>8}   {'shift in sd, 95 %':<23}{'W1':>5}{'q':>8}"
    for one in found.dimensions[:SHOWN]:
        shift = one.effect
        cells = f"{shift.value:+.2f} [{shift.low:+.2f}, {shift.high:+.2f}]"
        means = f"{_short(one.mean_a):>8}{_short(one.mean_b):>8}"
        start = f"{'*' if one.moved else ' '} {one.dimension[:22]:<22}"
        yield f"{start}{means}   {cells:<23}{one.wasserstein:>5.2f}{one.q:>8.4f}"
    yield "* moved beyond the thresholds. sd: of A's users. W1: Wasserstein distance in sd."
    if found.left_out:
        yield from _wrapped("left out: ", ", ".join(found.left_out))


def _kind_lines(kind: KindChanges) -> Iterator[str]:
    if not kind.n_a and not kind.n_b:
        return
    yield ""
    yield f"{kind.kind}s: {kind.n_a} in A, {kind.n_b} in B"
    if kind.refused:
        yield from _wrapped("  not compared: ", kind.refused)
    for word, entries in (("vanished", kind.vanished), ("new", kind.new)):
        for one in entries[:SHOWN]:
            yield from _wrapped(f"  {word}: ", f"{one.name} ({one.id})")
        yield from _more(len(entries))
    for pair in kind.perhaps_same[:SHOWN]:
        yield from _wrapped("  perhaps the same: ", f"{pair.name} ({pair.before}, {pair.after})")
    moved = [one for one in kind.kept if one.moved]
    for one in moved[:SHOWN]:
        change = one.difference
        yield from _wrapped(
            "  moved: ",
            f"{one.name} ({one.id}): {one.share_a:.1%} -> {one.share_b:.1%} of users,"
            f" {change.value:+.1%} [{change.low:+.1%}, {change.high:+.1%}]",
        )
    yield from _more(len(moved))
    if kind.kept:
        yield f"  as before: {len(kind.kept) - len(moved)}"


def _profile_lines(found: ProfileChanges) -> Iterator[str]:
    yield ""
    yield f"profiles: {found.n_a} in A, {found.n_b} in B"
    if found.refused:
        yield from _wrapped("  not compared: ", found.refused)
        return
    changed = len(found.changed)
    yield (
        f"  added {len(found.added)}, removed {len(found.removed)}, changed {changed},"
        f" unchanged {found.unchanged}"
    )
    yield from _tally("changed parts", found.parts)
    yield from _tally("directives gained", found.gained)
    yield from _tally("directives lost", found.lost)


def _tally(what: str, counts: Mapping[Part, int] | Mapping[str, int]) -> Iterator[str]:
    if counts:
        shown = [f"{name} {n}" for name, n in list(counts.items())[:SHOWN]]
        more = [f"and {len(counts) - SHOWN} more"] if len(counts) > SHOWN else []
        yield from _wrapped(f"  {what}: ", ", ".join([*shown, *more]))


def _more(n: int) -> Iterable[str]:
    return [f"    and {n - SHOWN} more (--json, --html)"] if n > SHOWN else []


def _short(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _wrapped(start: str, text: str) -> list[str]:
    indent = " " * min(len(start), 8)
    return wrap(text, WIDTH, initial_indent=start, subsequent_indent=indent) or [start]
