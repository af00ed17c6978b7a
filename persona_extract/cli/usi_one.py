"""One candidate's User-Sim Index for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table

from persona_extract.cli.tables import bearing, counted, plain, range_of, short, table_of
from persona_extract.records.usi import UsiResult

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


def one(found: UsiResult) -> Iterator[RenderableType]:
    """One candidate: scores, what they can bear, features, test."""
    theirs = counted(found.n_candidate, found.n_skipped_candidate)
    yield f"[bold]{plain(found.name)}[/bold], {theirs}"
    yield (
        f"against {plain(found.reference_name)},"
        f" {counted(found.n_reference, found.n_skipped_reference)}"
    )
    yield f"{found.index}{_missing(found)}"
    yield ""
    yield _scores(found)
    yield ""
    yield from bearing([found])
    yield ""
    yield _features(found)
    yield ""
    yield from _distribution(found)
    yield from _batches(found)


def feature_means(rows: Mapping[str, float], dimensions: Mapping[str, Sequence[str]]) -> Table:
    """The mean row of a file."""
    table = table_of(("", "left"), ("feature", "left"), ("mean", "right"))
    for dimension, names in dimensions.items():
        for i, name in enumerate(names):
            table.add_row("" if i else dimension, name, f"{rows[name]:.4f}")
    table.add_row("", "n_turns (not scored)", f"{rows['n_turns']:.1f}")
    return table


def _scores(found: UsiResult) -> Table:
    table = table_of(
        ("", "left"),
        ("", "left"),
        ("score", "right"),
        ("95 % interval", "right"),
        ("ceiling", "right"),
        ("short of it", "right"),
    )
    for name, meaning in _MEANING.items():
        value: float | None = getattr(found, name)
        if value is None or (name == "USI" and found.ECE is None):
            continue
        own = found.self_ceiling.get(name)
        cells = ("", "") if own is None else (f"{own.value:.1f}", f"{own.value - value:+.1f}")
        told = f"{value:.3f}" if name == "ECE" else f"{value:.1f}"
        shown = "" if name == "USI_D1_D4" else name
        table.add_row(shown, meaning, told, range_of(found.interval[name], name == "ECE"), *cells)
    return table


def _features(found: UsiResult) -> Table:
    table = table_of(
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
            short(each.reference),
            short(each.candidate),
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


def _missing(found: UsiResult) -> str:
    """Why there is less than the whole index."""
    if found.ECE is None:
        return ": turns alone. USI needs success of people and candidate on its tasks"
    return ": no survey that both sides answered" if found.Eval is None else ""
