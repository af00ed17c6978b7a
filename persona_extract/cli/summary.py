"""What a run came to, as rows for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from persona_extract.cli.forecast import dollars

if TYPE_CHECKING:
    from persona_extract.pipeline.summary import RunSummary
    from persona_extract.records.results import PlantedResult

Row = tuple[str, str]


def summary_rows(summary: RunSummary) -> Iterator[Row]:
    """What was counted, found and paid, and where it lies; nothing of what was not reached."""
    yield "conversations", f"{summary.n_conversations:,} read"
    if summary.dropped is not None:
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in summary.dropped.items())
        yield "", f"{summary.n_kept:,} kept"
        yield "", f"dropped: {reasons or 'none'}"
    yield from _counts(summary)
    if summary.planted is not None:
        yield "planted habits", _planted(summary.planted)
    if summary.encoder:
        yield "encoder", summary.encoder
    if summary.n_asked is not None:
        yield "spent", _spent(summary.spent_usd, summary.n_asked, summary.n_answers_kept or 0)
    yield "workspace", summary.workspace
    if summary.pack:
        yield "pack", summary.pack
    if summary.report:
        yield "report", summary.report
    yield "seconds", f"{summary.seconds:.1f}"


def _counts(summary: RunSummary) -> Iterator[Row]:
    counts = {
        "users": summary.n_users,
        "moves": summary.n_moves,
        "traits": summary.n_traits,
        "archetypes": summary.n_archetypes,
        "profiles": summary.n_profiles,
    }
    for name, n in counts.items():
        if n is not None:
            yield name, f"{n:,}"
        if name == "users" and summary.n_statements is not None:
            yield "statements", f"{summary.n_statements:,} (refused: {summary.n_refused:,})"


def _planted(found: PlantedResult) -> str:
    precision, recall = (
        "none" if share is None else f"{share:.2f}" for share in (found.precision, found.recall)
    )
    return f"precision {precision}, recall {recall}"


def _spent(cost: float | None, asked: int, kept: int) -> str:
    answers = f"{kept:,} {'answer' if kept == 1 else 'answers'} kept"
    if not asked:
        return f"0 ({answers})" if kept else "0 (no model was asked)"
    more = f"{asked:,} {'request' if asked == 1 else 'requests'}, {answers}"
    return f"unknown price ({more})" if cost is None else f"{dollars(cost)} USD ({more})"
