# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""Dots with their 95 % intervals: identity, arms, contrasts; and arms by dimension."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING

from persona_extract.records.results import IdentityResult, IdentityScore, Interval, Stratum
from persona_extract.report.words import area, baseline, is_measured, minus, percent, plain_name

if TYPE_CHECKING:
    import altair as alt

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]
SIGNS = "●■▲◆✚"  # the same shapes in a line of text
_ROW = 38  # px
_ONE_AXIS = 15  # rows that are read by the axis below them; more have it above as well
_KEYS = "value", "low", "high"


def draw_intervals(
    rows: Mapping[str, Interval], title: str, mark: float | None, *, coloured: bool = False
) -> alt.LayerChart:
    """One row a name, in the order given; a dashed line where `mark` is; a colour a row."""
    import altair as alt

    auc = title == "AUC"

    rows = {name: found for name, found in rows.items() if is_measured(found)}
    held = [
        {"name": name, **found.model_dump(), "shown": (area if auc else _thousandths)(found.value)}
        for name, found in rows.items()
    ]
    along = alt.X("value:Q", title=title, scale=_scale(rows, mark), axis=alt.Axis(tickCount=5))
    chart = alt.Chart(alt.InlineData(values=held)).encode(
        y=alt.Y("name:N", sort=list(rows), title=None, axis=alt.Axis(labelLimit=150)),
        x=along,
        tooltip=["name:N", *[alt.Tooltip(f"{key}:Q", format=".4f") for key in _KEYS]],
    )
    whisker = chart.mark_rule(style="whisker").encode(x=_along(along, "low"), x2="high:Q")
    dot = chart.mark_circle(style="estimate", size=110)
    if coloured:
        colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(rows)))
        whisker, dot = whisker.encode(color=colour), dot.encode(color=colour)
    text = chart.mark_text(style="estimate-name", dy=-12)
    layers = [whisker, dot, text.encode(text="shown:N")]
    if mark is not None:
        line = alt.Chart(alt.InlineData(values=[{"mark": mark}]))
        layers.insert(0, line.mark_rule(style="reference").encode(x=_along(along, "mark")))
    return alt.LayerChart(layer=layers).properties(
        width="container", height=_ROW * max(1, len(rows))
    )


def draw_identity(identity: IdentityResult) -> alt.LayerChart:
    """AUC of the profile and of its baselines."""
    rows = {"profile": _interval(identity)}
    rows |= {baseline(name): _interval(score) for name, score in identity.baselines.items()}
    return draw_intervals(rows, "AUC", 0.5)


def draw_shares(rows: Mapping[str, tuple[Interval, float]]) -> alt.LayerChart:
    """Shares from 0 to 1, one row a name, and a bar across the row where guessing is."""
    import altair as alt

    held = [
        {"name": name, **found.model_dump(), "chance": chance, "shown": percent(found.value)}
        for name, (found, chance) in rows.items()
        if is_measured(found)
    ]
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=5)
    along = alt.X("value:Q", title="share of members put right", scale=scale, axis=axis)
    chart = alt.Chart(alt.InlineData(values=held)).encode(
        y=alt.Y("name:N", sort=list(rows), title=None, axis=alt.Axis(labelLimit=190)),
        x=along,
        tooltip=["name:N", *[alt.Tooltip(f"{key}:Q", format=".1%") for key in (*_KEYS, "chance")]],
    )
    layers = [
        chart.mark_tick(style="chance", size=30).encode(x=_along(along, "chance")),
        chart.mark_rule(style="whisker").encode(x=_along(along, "low"), x2="high:Q"),
        chart.mark_circle(style="estimate", size=110),
        chart.mark_text(style="estimate-name", dy=-12).encode(text="shown:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width="container", height=46 * len(held))


def draw_measure(stratum: Stratum, measure: str) -> alt.LayerChart:
    """One measure of all arms of a stratum: distance, attribution or formal."""
    title = "AUC" if measure == "attribution" else "standard deviations"
    marks = {"distance": None, "attribution": 0.5, "formal": 0.0}
    rows: dict[str, Interval] = {arm.arm: getattr(arm, measure) for arm in stratum.arms}
    return draw_intervals(rows, title, marks[measure], coloured=True)


def draw_contrasts(stratum: Stratum) -> alt.LayerChart:
    """Paired differences in distance; left of zero the first arm is nearer to the person."""
    rows = {f"{c.arm} − {c.against}": c.distance for c in stratum.contrasts}
    return draw_intervals(rows, "standard deviations", 0.0)


def draw_dimensions(stratum: Stratum) -> alt.LayerChart:
    """Distance by dimension, one dot an arm; rows by how much `grounded` gains over `plain`."""
    import altair as alt

    arms = [arm.arm for arm in stratum.arms]
    order = [plain_name(name) for name in dimension_order(stratum)]
    rows = [
        {"dimension": plain_name(name), "arm": arm, "value": round(value, 4)}
        for arm in arms
        for name, value in sorted(stratum.by_dimension.get(arm, {}).items())
        if isfinite(value)
    ]
    y = alt.Y("dimension:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    chart = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    dots = chart.mark_point(style="by-dimension", filled=True, size=60).encode(
        x=alt.X("value:Q", title="standard deviations"),
        color=alt.Color("arm:N", scale=alt.Scale(domain=arms), legend=None),
        shape=alt.Shape("arm:N", scale=alt.Scale(domain=arms, range=SHAPES), legend=None),
        tooltip=["dimension:N", "arm:N", alt.Tooltip("value:Q", format=".2f")],
    )
    top = alt.X(
        "min(value):Q", title="standard deviations", axis=alt.Axis(orient="top", grid=False)
    )
    span = chart.mark_rule(style="span").encode(x=top, x2="max(value):Q")
    layers = alt.LayerChart(layer=[span, dots]).properties(
        width="container", height=18 * max(1, len(order))
    )
    return layers if len(order) <= _ONE_AXIS else layers.resolve_axis(x="independent")


def dimension_order(stratum: Stratum) -> list[str]:
    """Dimensions of a stratum, those first on which the own profile helps most."""
    names = sorted({name for held in stratum.by_dimension.values() for name in held})
    plain, grounded = (stratum.by_dimension.get(arm, {}) for arm in ("plain", "grounded"))
    return sorted(names, key=lambda name: (grounded.get(name, 0.0) - plain.get(name, 0.0), name))


def _scale(rows: Mapping[str, Interval], mark: float | None) -> alt.Scale:
    """Everything that is drawn, and a little room at both ends."""
    import altair as alt

    ends = [end for found in rows.values() for end in (found.low, found.high)]
    ends += [] if mark is None else [mark]
    room = (max(ends) - min(ends)) * 0.08 or 0.1
    return alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=True)


def _along(x: alt.X, field: str) -> alt.X:
    """The same axis for another field; without its scale, vega-lite would add zero to it."""
    other = x.copy()
    other.shorthand = f"{field}:Q"
    return other


def _thousandths(value: float) -> str:
    return minus(f"{value:.3f}")


def _interval(score: IdentityScore) -> Interval:
    return Interval(value=score.auc, low=score.auc_low, high=score.auc_high)
