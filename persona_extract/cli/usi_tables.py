"""Results of the User-Sim Index for people: tables and plots of characters, 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from persona_extract.cli.output import inert
from persona_extract.records.usi import Bounds, UsiRanking, UsiResult

WIDTH = 80
MOST = 6
"""Candidates beside each other in the table of features."""

_MEANING = {
    "D1": "conversation",
    "D2": "information",
    "D3": "clarification",
    "D4": "reaction",
    "USI_D1_D4": "mean of D1 to D4",
    "Eval": "survey",
    "ECE": "agent's success; 0 is best",
    "USI": "index",
}
_BAR = 40  # characters from 0 to 100


def show(parts: Iterable[RenderableType]) -> None:
    """Print to stdout, at most 80 columns wide."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=min(WIDTH, console.width))
    for part in parts:
        console.print(part)


def one(found: UsiResult) -> Iterator[RenderableType]:
    """One candidate: scores, what they can bear, features, test."""
    yield f"[bold]{_name(found.name)}[/bold], {_counted(found.n_candidate, found.n_skipped_candidate)}"
    yield (
        f"against {_name(found.reference_name)},"
        f" {_counted(found.n_reference, found.n_skipped_reference)}"
    )
    yield f"{found.index}{_missing(found)}"
    yield ""
    yield _scores(found)
    yield ""
    yield from _bearing(found)
    yield ""
    yield _features(found)
    yield ""
    yield from _distribution(found)
    yield from _batches(found)


def several(found: UsiRanking) -> Iterator[RenderableType]:
    """Ranked table, plot, ties, features."""
    by = {each.name: each for each in found.candidates}
    first = by[found.ranking[0].names[0]]
    yield (
        f"against [bold]{_name(first.reference_name)}[/bold],"
        f" {_counted(first.n_reference, first.n_skipped_reference)}"
    )
    yield ""
    yield _ranks(found, by)
    yield ""
    yield _plot(found, by)
    yield ""
    yield from _ties(found)
    yield from _bearing(first)
    yield ""
    yield _dice(found, by)
    yield ""
    yield "By feature: Dice of means, 100 is alike. All else is in --json."


def feature_means(rows: Mapping[str, float], dimensions: Mapping[str, Sequence[str]]) -> Table:
    """The mean row of a file."""
    table = _table(("", "left"), ("feature", "left"), ("mean", "right"))
    for dimension, names in dimensions.items():
        for i, name in enumerate(names):
            table.add_row("" if i else dimension, name, f"{rows[name]:.4f}")
    table.add_row("", "n_turns (not scored)", f"{rows['n_turns']:.1f}")
    return table


def _scores(found: UsiResult) -> Table:
    table = _table(
        ("", "left"),
        ("", "left"),
        ("score", "right"),
        ("95 % interval", "right"),
        ("ceiling", "right"),
        ("short of it", "right"),
    )
    for name, meaning in _MEANING.items():
        value: float | None = getattr(found, name)
        if value is None:
            continue
        own = found.self_ceiling.get(name)
        cells = ("", "") if own is None else (f"{own.value:.1f}", f"{own.value - value:+.1f}")
        told = f"{value:.3f}" if name == "ECE" else f"{value:.1f}"
        shown = "" if name == "USI_D1_D4" else name
        table.add_row(shown, meaning, told, _range(found.interval[name], name == "ECE"), *cells)
    return table


def _bearing(found: UsiResult) -> Iterator[str]:
    least = found.resolution
    parts = ", ".join(f"{name} {least[name]:.0f}" for name in ("D1", "D2", "D3", "D4"))
    yield (
        "Ceiling: what the reference scores against itself at these numbers of conversations."
        " Read scores as differences to it."
    )
    yield (
        f"[bold]Differences under about {max(1, round(least['USI_D1_D4']))} points of the mean"
        f" are not evidence[/bold] ({parts})."
    )


def _features(found: UsiResult) -> Table:
    table = _table(
        ("feature", "left"),
        ("reference", "right"),
        ("candidate", "right"),
        ("Dice", "right"),
        ("95 %", "right"),
        ("JS", "right"),
        ("W", "right"),
    )
    for name, each in found.features.items():
        table.add_row(
            name,
            _short(each.reference),
            _short(each.candidate),
            f"{each.dice:.2f}",
            f"{each.interval.low:.2f}-{each.interval.high:.2f}",
            f"{each.js:.2f}",
            f"{each.wasserstein:.2f}",
        )
    return table


def _distribution(found: UsiResult) -> Iterator[str]:
    apart = found.distances
    yield (
        f"JS: Jensen-Shannon distance, mean {apart.js:.2f} (the reference to itself"
        f" {apart.js_floor:.2f}). W: Wasserstein distance in deviations of the reference, mean"
        f" {apart.wasserstein:.2f} (to itself {apart.wasserstein_floor:.2f})."
    )
    test = found.two_sample
    if test is None:
        yield "Told apart by a classifier: too few conversations to test."
        return
    verdict = "cannot be told apart" if test.auc <= test.null_high else "can be told apart"
    yield (
        f"The sides {verdict}: AUC {test.auc:.2f}, shuffled sides {test.null_low:.2f} to"
        f" {test.null_high:.2f}, p {test.p:.3f} (cross-validated by {test.group},"
        f" {test.n_groups})."
    )


def _batches(found: UsiResult) -> Iterator[str]:
    for label, held in (
        ("pairs of batches", found.batches),
        ("pairs of people", found.human_pairs),
    ):
        if held is not None:
            told = ", ".join(
                f"{name} {held.mean[name]:.3f}±{held.std[name]:.3f}"
                if name == "ECE"
                else f"{name} {held.mean[name]:.1f}±{held.std[name]:.1f}"
                for name in _MEANING
                if name in held.mean
            )
            yield f"Over {held.n} {label}: {told}."


def _ranks(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    columns = [("", "right"), ("candidate", "left"), ("n", "right")]
    columns += [("USI" if found.ranked_by == "USI" else "D1-D4", "right"), ("95 %", "right")]
    table = _table(*columns, *[(name, "right") for name in ("D1", "D2", "D3", "D4", "AUC")])
    for place in found.ranking:
        for name in place.names:
            each = by[name]
            table.add_row(
                f"{place.rank}{'=' if len(place.names) > 1 else ' '}",
                _name(name),
                f"{each.n_candidate}",
                f"{_score(each, found.ranked_by):.1f}",
                _range(each.interval[found.ranked_by]),
                *[f"{getattr(each, d):.0f}" for d in ("D1", "D2", "D3", "D4")],
                f"{each.two_sample.auc:.2f}" if each.two_sample else "-",
            )
    own = by[found.ranking[0].names[0]].self_ceiling
    cells = [f"{own[d].value:.0f}" for d in ("D1", "D2", "D3", "D4")]
    four = own["USI_D1_D4"]
    top = (f"{four.value:.1f}", f"{four.low:.0f}-{four.high:.0f}")
    mean = top if found.ranked_by == "USI_D1_D4" else ("", "")
    table.add_row("", "[dim]the reference itself[/dim]", "", *mean, *cells, "0.50", style="dim")
    return table


def _plot(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    table = _table(("", "left"), (f"0{'100':>{_BAR}}", "left"))
    for place in found.ranking:
        for name in place.names:
            table.add_row(_name(name), _bar(by[name], found.ranked_by))
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
            names = ", ".join(_name(name) for name in place.names)
            yield f"Tie on rank {place.rank}: {names}. The data do not tell them apart."
    yield "AUC: how well a classifier tells candidate and reference apart; 0.50 is not at all."


def _dice(found: UsiRanking, by: Mapping[str, UsiResult]) -> Table:
    names = [name for place in found.ranking for name in place.names][:MOST]
    table = _table(("feature", "left"), ("", "right"), *[("", "right") for _ in names])
    table.columns[1].header = "reference"
    for column, name in zip(table.columns[2:], names, strict=True):
        column.header = _name(name)
        column.overflow, column.no_wrap, column.max_width = "ellipsis", True, 7
    for feature, held in by[names[0]].features.items():
        dice = [f"{100 * by[name].features[feature].dice:.0f}" for name in names]
        table.add_row(feature, _short(held.reference), *dice)
    return table


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header, side in columns:
        right = side == "right"
        table.add_column(
            header, justify="right" if right else "left", no_wrap=True, overflow="ellipsis"
        )
    return table


def _missing(found: UsiResult) -> str:
    """Why there is less than the whole index."""
    if found.index == "USI":
        return ""
    if found.index == "USI without survey":
        return ": no survey that both sides answered"
    return ": turns alone. USI needs success of people and candidate on its tasks"


def _counted(n: int, skipped: int) -> str:
    return f"{n:,} conversations" + (f" ({skipped:,} without user turn skipped)" if skipped else "")


def _range(bounds: Bounds, share: bool = False) -> str:
    return f"{bounds.low:.3f}-{bounds.high:.3f}" if share else f"{bounds.low:.1f}-{bounds.high:.1f}"


def _score(each: UsiResult, by: str) -> float:
    value: float | None = getattr(each, by)
    return 0.0 if value is None else value


def _place(value: float) -> int:
    return min(_BAR, max(0, round(value * _BAR / 100)))


def _short(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _name(text: str) -> str:
    return escape(inert(text))
