# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""Dots with their 95 % intervals: identity, arms, contrasts; and arms by dimension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from persona_extract.records.results import IdentityResult, IdentityScore, Interval, Stratum
from persona_extract.report.words import plain_name

if TYPE_CHECKING:
    import altair as alt

_ROW = 38  # px


def draw_intervals(
    rows: Mapping[str, Interval], title: str, mark: float | None
) -> alt.LayerChart:
    """One row a name, in the order given; a dashed line where `mark` is."""
    import altair as alt

    held = [{"name": name, **found.model_dump()} for name, found in rows.items()]
    bounds = [found.low for found in rows.values()] + [found.high for found in rows.values()]
    bounds += [] if mark is None else [mark]
    pad = (max(bounds) - min(bounds)) * 0.08 or 0.1
    scale = alt.Scale(domain=[min(bounds) - pad, max(bounds) + pad], nice=True)
    chart = alt.Chart(alt.InlineData(values=held)).encode(
        y=alt.Y("name:N", sort=list(rows), title=None, axis=alt.Axis(labelLimit=150)),
        x=alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5)),
        tooltip=[
            alt.Tooltip("name:N", title="row"),
            *[alt.Tooltip(f"{key}:Q", format=".3f") for key in ("value", "low", "high")],
        ],
    )
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(rows)))
    layers = [
        chart.mark_rule(style="whisker").encode(x="low:Q", x2="high:Q", color=colour),
        chart.mark_circle(style="estimate", size=110).encode(color=colour),
        chart.mark_text(style="estimate-name", dy=-12).encode(text=alt.Text("value:Q", format=".2f")),
    ]
    if mark is not None:
        line = alt.Chart(alt.InlineData(values=[{"mark": mark}]))
        layers.insert(0, line.mark_rule(style="reference").encode(x=alt.X("mark:Q")))
    return alt.layer(*layers).properties(width="container", height=_ROW * max(1, len(rows)))


def draw_identity(identity: IdentityResult) -> alt.LayerChart:
    """AUC of the profile and of its baselines."""
    rows = {"profile": _interval(identity)}
    rows |= {name: _interval(score) for name, score in identity.baselines.items()}
    return draw_intervals(rows, "AUC", 0.5)


def draw_measure(stratum: Stratum, measure: str) -> alt.LayerChart:
    """One measure of all arms of a stratum: distance, attribution or formal."""
    titles = {
        "distance": "standard deviations",
        "attribution": "AUC",
        "formal": "standard deviations; right is more formal",
    }
    marks = {"distance": None, "attribution": 0.5, "formal": 0.0}
    rows: dict[str, Interval] = {arm.arm: getattr(arm, measure) for arm in stratum.arms}
    return draw_intervals(rows, titles[measure], marks[measure])


def draw_contrasts(stratum: Stratum) -> alt.LayerChart:
    """Paired differences in distance; left of zero the first arm is nearer to the person."""
    rows = {f"{c.arm} − {c.against}": c.distance for c in stratum.contrasts}
    return draw_intervals(rows, "difference in standard deviations", 0.0)


def draw_dimensions(stratum: Stratum) -> alt.LayerChart:
    """Distance by dimension, one dot an arm; rows by how much `grounded` gains over `plain`."""
    import altair as alt

    arms = [arm.arm for arm in stratum.arms if arm.arm in stratum.by_dimension]
    order = [plain_name(name) for name in dimension_order(stratum)]
    rows = [
        {"dimension": plain_name(name), "arm": arm, "value": round(value, 4)}
        for arm in arms
        for name, value in sorted(stratum.by_dimension[arm].items())
    ]
    y = alt.Y("dimension:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    chart = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    legend = alt.Legend(orient="top", title=None, columns=3)
    domain = alt.Scale(domain=arms)
    dots = chart.mark_point(style="by-dimension", filled=True, size=60).encode(
        x=alt.X("value:Q", title="mean absolute difference, standard deviations"),
        color=alt.Color("arm:N", scale=domain, legend=legend),
        shape=alt.Shape("arm:N", scale=domain, legend=legend),
        tooltip=["dimension:N", "arm:N", alt.Tooltip("value:Q", format=".2f")],
    )
    span = chart.mark_rule(style="span").encode(x="min(value):Q", x2="max(value):Q")
    return alt.layer(span, dots).properties(width="container", height=18 * max(1, len(order)))


def dimension_order(stratum: Stratum) -> list[str]:
    """Dimensions of a stratum, those first on which the own profile helps most."""
    names = sorted({name for held in stratum.by_dimension.values() for name in held})
    plain, grounded = (stratum.by_dimension.get(arm, {}) for arm in ("plain", "grounded"))
    return sorted(names, key=lambda name: (grounded.get(name, 0.0) - plain.get(name, 0.0), name))


def _interval(score: IdentityScore) -> Interval:
    return Interval(value=score.auc, low=score.auc_low, high=score.auc_high)
