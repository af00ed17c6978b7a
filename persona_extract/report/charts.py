# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""Every chart of the report, drawn from the results. Colours are the page's, not the charts'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persona_extract.records.results import Results, Stratum
from persona_extract.report import intervals, movement, population
from persona_extract.report.found import accuracy_rows
from persona_extract.report.words import is_measured

if TYPE_CHECKING:
    import altair as alt

MEASURES = ("distance", "attribution", "formal")


def draw_charts(results: Results) -> dict[str, alt.LayerChart]:
    """Charts by the name under which the page shows them; nothing is drawn of what is empty."""
    charts: dict[str, alt.LayerChart] = {}
    if results.dropped:
        charts["dropped"] = draw_dropped(results)
    for i, dimension in enumerate(results.dimensions):
        if dimension.values:
            charts[f"dimension-{i}"] = population.draw_strip(dimension)
    if results.clusters.points:
        charts["map"] = movement.draw_map(results.clusters)
    if results.clusters.criterion:
        charts["criterion"] = movement.draw_criterion(
            results.clusters.criterion, "bits told", results.clusters.chosen
        )
    if results.archetypes.criterion:
        charts["archetype-criterion"] = movement.draw_criterion(
            results.archetypes.criterion, "above chance, in SDs", results.archetypes.chosen
        )
    if results.accuracy:
        charts["accuracy"] = intervals.draw_shares(accuracy_rows(results.accuracy))
    if results.identity is not None:
        charts["identity"] = intervals.draw_identity(results.identity)
    for i, stratum in enumerate(results.strata):
        charts |= _draw_stratum(stratum, i)
    return charts


def chart_data(results: Results) -> dict[str, dict[str, list[dict[str, object]]]]:
    """The data that charts only name, by name of the chart and of the data."""
    return {
        f"dimension-{i}": population.strip_data(dimension, results.users)
        for i, dimension in enumerate(results.dimensions)
        if dimension.values
    }


def draw_dropped(results: Results) -> alt.LayerChart:
    """Dropped conversations by reason, most frequent first."""
    import altair as alt

    rows = [{"reason": drop.reason, "n": drop.n} for drop in results.dropped]
    order = [drop.reason for drop in sorted(results.dropped, key=lambda drop: -drop.n)]
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("reason:N", sort=order, title=None, axis=alt.Axis(labelLimit=150)),
        x=alt.X(
            "n:Q",
            title="conversations dropped",
            axis=alt.Axis(tickMinStep=1, tickCount=5, format="~s"),
        ),
        tooltip=["reason:N", alt.Tooltip("n:Q", title="conversations", format=",")],
    )
    text = chart.mark_text(style="bar-name", align="left", dx=5)
    layers = [chart.mark_bar(style="bars"), text.encode(text=alt.Text("n:Q", format=","))]
    return alt.LayerChart(layer=layers).properties(width="container", height=26 * len(order))


def _draw_stratum(stratum: Stratum, i: int) -> dict[str, alt.LayerChart]:
    charts = {
        f"stratum-{i}-{name}": intervals.draw_measure(stratum, name)
        for name in MEASURES
        if any(is_measured(getattr(arm, name)) for arm in stratum.arms)
    }
    if any(is_measured(contrast.distance) for contrast in stratum.contrasts):
        charts[f"stratum-{i}-contrasts"] = intervals.draw_contrasts(stratum)
    if any(stratum.by_dimension.values()):
        charts[f"stratum-{i}-dimensions"] = intervals.draw_dimensions(stratum)
    return charts
