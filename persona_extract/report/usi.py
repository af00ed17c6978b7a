# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""Candidates of the User-Sim Index by score, with intervals and the reference's own ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from persona_extract.records.usi import UsiRanking, UsiResult

if TYPE_CHECKING:
    import altair as alt

NAMES = {
    "USI": "USI",
    "USI_D1_D4": "mean of D1 to D4",
    "D1": "D1 conversation",
    "D2": "D2 information",
    "D3": "D3 clarification",
    "D4": "D4 reaction",
    "Eval": "Eval (survey)",
}
"""Scores from 0 to 100 in the order of the panels. ECE is part of USI and shown in the table."""

_INK, _QUIET, _GRID = "#1f2933", "#6b7785", "#e4e8ec"
_RANKS = ("#1b6ca8", "#c2571a", "#2a7f62", "#8b4a9c", "#a8861b", "#5c6670")
_WIDTH, _ROW = 250, 26  # px


def draw_usi(found: UsiRanking) -> alt.VConcatChart:
    """A panel a score: a dot and its 95 % interval a candidate, best first; one colour a rank, so
    that ties look alike. A band and a tick mark the self-ceiling and its interval."""
    import altair as alt

    by = {each.name: each for each in found.candidates}
    ranks = {
        name: f"{place.rank}{'=' if len(place.names) > 1 else ''}"
        for place in found.ranking
        for name in place.names
    }
    ordered = [by[name] for place in found.ranking for name in place.names]
    scores = [score for score in NAMES if any(score in each.interval for each in ordered)]
    if found.ranked_by != "USI" and "USI" in scores:
        scores.remove("USI")  # made of other parts from candidate to candidate
    panels = [_panel(score, ordered, ranks) for score in scores]
    pairs = [alt.HConcatChart(hconcat=panels[i : i + 2]) for i in range(0, len(panels), 2)]
    return (
        alt.VConcatChart(vconcat=pairs)
        .properties(title=_title(found, ordered[0]), padding=16)
        .configure_view(stroke=_GRID)
        .configure_axis(
            labelColor=_INK, titleColor=_QUIET, gridColor=_GRID, domainColor=_GRID, tickColor=_GRID
        )
        .configure_title(color=_INK, subtitleColor=_QUIET, anchor="start", subtitlePadding=6)
    )


def _panel(score: str, ordered: Sequence[UsiResult], ranks: dict[str, str]) -> alt.LayerChart:
    import altair as alt

    rows = [_row(score, each, ranks) for each in ordered if score in each.interval]
    data = alt.Chart(alt.InlineData(values=rows))
    names = [_label(each, ranks) for each in ordered]
    y = alt.Y(
        "name:N", sort=names, title=None, axis=alt.Axis(labelLimit=150, grid=False, ticks=False)
    )
    scale = alt.Scale(domain=[0, 100], nice=False)
    along = alt.X("value:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, labelFlush=False))
    colour = alt.Color("rank:N", legend=None, scale=_colours(list(dict.fromkeys(ranks.values()))))
    chart = data.encode(y=y, tooltip=["name:N", "value:Q", "low:Q", "high:Q", "ceiling:Q"])
    band = chart.mark_bar(color=_GRID, height=18).encode(
        x=alt.X("ceiling_low:Q", scale=scale, title=None), x2="ceiling_high:Q"
    )
    tick = chart.mark_tick(color=_QUIET, thickness=2, size=18).encode(
        x=alt.X("ceiling:Q", scale=scale, title=None)
    )
    whisker = chart.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, title=None), x2="high:Q", color=colour
    )
    dot = chart.mark_circle(size=80, opacity=1).encode(x=along, color=colour)
    limited = [layer for layer in (band, tick) if all("ceiling" in row for row in rows)]
    return alt.LayerChart(layer=[*limited, whisker, dot]).properties(
        width=_WIDTH, height=_ROW * len(rows), title=alt.TitleParams(NAMES[score], fontSize=12)
    )


def _row(score: str, each: UsiResult, ranks: dict[str, str]) -> dict[str, object]:
    value, bounds = getattr(each, score), each.interval[score]
    row: dict[str, object] = {"name": _label(each, ranks), "rank": ranks[each.name]}
    row |= {"value": round(value, 2), "low": round(bounds.low, 2), "high": round(bounds.high, 2)}
    own = each.self_ceiling.get(score)
    if own is not None:
        row |= {"ceiling": round(own.value, 2), "ceiling_low": own.low, "ceiling_high": own.high}
    return row


def _label(each: UsiResult, ranks: dict[str, str]) -> str:
    """The rank before the name: colours alone do not reach everybody."""
    return f"{ranks[each.name]} {each.name}" if len(ranks) > 1 else each.name


def _colours(ranks: list[str]) -> alt.Scale:
    import altair as alt

    shades = [_RANKS[i % len(_RANKS)] for i in range(len(ranks))]
    return alt.Scale(domain=ranks, range=shades)


def _title(found: UsiRanking, first: UsiResult) -> alt.TitleParams:
    import altair as alt

    sizes = sorted({each.n_candidate for each in found.candidates})
    many = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    return alt.TitleParams(
        f"How near to {first.reference_name}?",
        offset=14,
        subtitle=[
            f"n = {first.n_reference:,} conversations, candidates {many}."
            f" Lines: 95 % bootstrap intervals.",
            "Grey: what the reference scores against itself at the same n, and 95 % of it."
            + (" 1= is a tie on rank 1." if len(found.candidates) > 1 else ""),
        ],
    )
