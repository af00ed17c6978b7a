"""Several candidates' User-Sim Index for people to read: table, plot of characters, ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.table import Table

from persona_extract.cli.tables import bearing, counted, plain, short, table_of
from persona_extract.records.results import Interval
from persona_extract.records.usi import Bounds, UsiRanking, UsiResult

MOST = 6
"""Candidates beside each other in the table of features."""

_FOUR = ("D1", "D2", "D3", "D4")
_NAME = 26  # characters in the table of ranks
_BAR = 40  # characters from 0 to 100


def several(found: UsiRanking) -> Iterator[RenderableType]:
    """Ranked table, plot, ties, features."""
    by = {each.name: each for each in found.candidates}
    first = by[found.ranking[0].names[0]]
    yield (
        f"against [bold]{plain(first.reference_name)}[/bold],"
        f" {counted(first.n_reference, first.n_skipped_reference)}"
    )
    yield ""
    yield _ranks(found, by)
    yield ""
    yield _plot(found, by)
    yield ""
    yield from _ties(found)
    yield from bearing(found.candidates)
    yield ""
    yield _dice(found, by)
    yield ""
    yield "By feature: Dice of means, 100 is alike. All else is in --json."


def _ranks(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    columns = [("", "right"), ("candidate", "left"), ("n", "right")]
    columns += [("USI" if found.ranked_by == "USI" else "D1-D4", "right"), ("95 %", "right")]
    known = {
        "Eval": any(each.Eval is not None for each in by.values()),
        "ECE": any(each.ECE is not None for each in by.values()),
    }
    outcomes = [name for name in known if known[name]]
    columns += [(name, "right") for name in (*_FOUR, *outcomes, "AUC")]
    table = table_of(*columns)
    for place in found.ranking:
        for name in place.names:
            each = by[name]
            table.add_row(
                f"{place.rank}{'=' if len(place.names) > 1 else ' '}",
                plain(_clipped(name, _NAME - 5 * len(outcomes))),
                f"{each.n_candidate}",
                f"{_score(each, found.ranked_by):.1f}",
                _points(each.interval[found.ranked_by]),
                *[f"{getattr(each, dimension):.0f}" for dimension in _FOUR],
                *[_outcome(each, outcome) for outcome in outcomes],
                f"{each.two_sample.auc:.2f}" if each.two_sample else "-",
            )
    table.add_row(*_itself(found, by[found.ranking[0].names[0]], len(outcomes)), style="dim")
    return table


def _itself(found: UsiRanking, first: UsiResult, n_outcomes: int) -> list[str]:
    """The row of the reference against itself, at the size of the first candidate."""
    own = first.self_ceiling
    four = own["USI_D1_D4"]
    whole = [f"{four.value:.1f}", _points(four)] if found.ranked_by == "USI_D1_D4" else ["", ""]
    head = ["", "reference itself", "", *whole]
    return [*head, *[f"{own[d].value:.0f}" for d in _FOUR], *[""] * n_outcomes, "0.50"]


def _points(bounds: Bounds | Interval) -> str:
    return f"{bounds.low:.0f}-{bounds.high:.0f}"


def _clipped(name: str, length: int) -> str:
    """The whole name stands in the plot below."""
    return name if len(name) <= length else f"{name[: length - 1]}…"


def _outcome(each: UsiResult, name: str) -> str:
    value: float | None = getattr(each, name)
    if value is None:
        return "-"
    return f"{value:.2f}" if name == "ECE" else f"{value:.0f}"


def _plot(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    table = table_of(("", "left"), (f"0{'100':>{_BAR}}", "left"))
    for place in found.ranking:
        for name in place.names:
            table.add_row(plain(name), _bar(by[name], found.ranked_by))
    return table


def _bar(each: UsiResult, by: str) -> str:
    """`├──●──┤`, and `┊` where the ceiling is."""
    bounds, own = each.interval[by], each.self_ceiling.get(by)
    cells = [" "] * (_BAR + 1)
    low, high = _place(bounds.low), _place(bounds.high)
    cells[low : high + 1] = "─" * (high - low + 1)
    cells[low], cells[high] = "├", "┤"
    if own is not None:
        cells[_place(own.value)] = "┊"
    cells[_place(_score(each, by))] = "●"
    return "".join(cells)


def _ties(found: UsiRanking) -> Iterator[str]:
    for place in found.ranking:
        if len(place.names) > 1:
            names = ", ".join(plain(name) for name in place.names)
            yield f"Tie on rank {place.rank}: {names}. The data do not tell them apart."
    yield "AUC: how well a classifier tells candidate and reference apart; 0.50 is not at all."


def _dice(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    names = [name for place in found.ranking for name in place.names][:MOST]
    table = table_of(("feature", "left"), ("", "right"), *[("", "right") for _ in names])
    table.columns[1].header = "reference"
    for column, name in zip(table.columns[2:], names, strict=True):
        column.header = plain(name)
        column.overflow, column.no_wrap, column.max_width = "ellipsis", True, 7
    for feature, held in by[names[0]].features.items():
        dice = [f"{100 * by[name].features[feature].dice:.0f}" for name in names]
        table.add_row(feature, short(held.reference), *dice)
    return table


def _score(each: UsiResult, by: str) -> float:
    value: float | None = getattr(each, by)
    return 0.0 if value is None else value


def _place(value: float) -> int:
    return min(_BAR, max(0, round(value * _BAR / 100)))
