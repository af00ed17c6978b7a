# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""One strip a dimension: users as dots, the middle half of them as a band, the median as a line."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from persona_extract.records.results import DimensionResult, UserResult
from persona_extract.report.words import is_share

if TYPE_CHECKING:
    import altair as alt

KEY_LENGTH = 8  # characters of a user key that a reader sees
_BINS = 72
_STACK = 0.11  # of half the height: where dots just do not touch


def draw_strip(dimension: DimensionResult) -> alt.LayerChart:
    """Strip chart of one dimension over the population. Hover shows user key and value."""
    import altair as alt

    scale, axis = _axis(dimension)
    band, median = _quartiles(dimension)
    layers = [band, _dots(dimension), median]
    x = alt.X("value:Q", title=axis_title(dimension), scale=scale, axis=axis)
    strip = alt.LayerChart(layer=[layer.encode(x=x) for layer in layers])
    return strip.properties(width="container", height=64)


def strip_data(
    dimension: DimensionResult, users: list[UserResult]
) -> dict[str, list[dict[str, object]]]:
    """What `draw_strip` names as its data, by name. Not in the chart: altair would copy and
    convert it value by value, which takes longer than all else.

    Dots are one row of columns (a third of the bytes), and users by position for the hover.
    """
    values = np.asarray(dimension.values, dtype=float)
    spread = np.log1p(values) if axis_kind(dimension) != "linear" else values
    columns: dict[str, object] = {
        "value": dimension.values,
        "i": dimension.users,
        "offset": np.round(swarm(spread), 3).tolist(),
    }
    keys: list[dict[str, object]] = [
        {"i": i, "user": user.user_key[:KEY_LENGTH]} for i, user in enumerate(users)
    ]
    return {"dots": [columns], "users": keys}


def axis_title(dimension: DimensionResult) -> str:
    """Unit, and a word of warning where the axis is not linear."""
    note = {"log": " (log scale)", "symlog": " (log scale, with 0)"}.get(axis_kind(dimension), "")
    return f"{dimension.unit}{note}"


def axis_kind(dimension: DimensionResult) -> str:
    """linear, or log where the tail is long, or symlog where it is long and starts at zero."""
    values = np.asarray(dimension.values, dtype=float)
    if not len(values) or is_share(dimension.unit) or values.min() < 0:
        return "linear"
    top, middle = float(values.max()), max(float(np.median(values)), 1e-9)
    if top / middle < 8 or top < 20:
        return "linear"
    return "log" if values.min() > 0 else "symlog"


def swarm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Offsets in [-1, 1] that stack equal values symmetrically around zero. Shape of `values`.

    A full bin is squeezed by itself, so that a spike at zero does not flatten the rest."""
    offsets = np.zeros(len(values))
    span = float(np.ptp(values)) if len(values) else 0.0
    if not len(values):
        return offsets
    low = float(values.min())
    bins = np.floor((values - low) / (span or 1.0) * (_BINS - 1)).astype(int)
    for number in np.unique(bins):
        inside = np.flatnonzero(bins == number)
        step = min(_STACK, 2 / len(inside))
        offsets[inside] = (np.arange(len(inside)) - (len(inside) - 1) / 2) * step
    return offsets


def _dots(dimension: DimensionResult) -> alt.Chart:
    import altair as alt

    shown = ".1%" if is_share(dimension.unit) else ".4~g"
    return (
        alt.Chart(alt.NamedData("dots"))
        .transform_flatten(["value", "i", "offset"])
        .transform_lookup("i", alt.LookupData(alt.NamedData("users"), "i", ["user"]))
        .mark_circle(style="dot", size=13)
        .encode(
            y=alt.Y("offset:Q", axis=None, scale=alt.Scale(domain=[-1.15, 1.15])),
            tooltip=[
                alt.Tooltip("user:N", title="user"),
                alt.Tooltip("value:Q", title=dimension.unit, format=shown),
            ],
        )
    )


def _quartiles(dimension: DimensionResult) -> tuple[alt.Chart, alt.Chart]:
    import altair as alt

    row = {"q25": dimension.q25, "value": dimension.median, "q75": dimension.q75}
    chart = alt.Chart(alt.InlineData(values=[row]))
    band = chart.transform_calculate(value="datum.q25").mark_rect(style="band")
    return band.encode(x2="q75:Q"), chart.mark_rule(style="median")


def _axis(dimension: DimensionResult) -> tuple[alt.Scale, alt.Axis]:
    import altair as alt

    kind = axis_kind(dimension)
    values = dimension.values or [0.0]
    if kind != "linear":
        scale = alt.Scale(type="log" if kind == "log" else "symlog", nice=False)
        return scale, alt.Axis(format="~s" if max(values) >= 1000 else "~f", values=_ticks(values))
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    scale = alt.Scale(domain=[low, high if high > low else low + 1], nice=True)
    return scale, alt.Axis(format=_format(dimension.unit, high), tickCount=5)


def _format(unit: str, high: float) -> str:
    if is_share(unit):
        return ".0%" if high > 0.05 else ".1%"
    return "~s" if high >= 1000 else "~f"


def _ticks(values: list[float]) -> list[float]:
    """1, 10, 100 ... inside the values; 3, 30 ... too where decades are few; zero if reached."""
    low, high = min(values), max(values)
    first = floor(log10(low)) if low > 0 else 0
    decades = [10.0**k for k in range(first, ceil(log10(high)) + 1)]
    steps = [tick * by for tick in decades for by in ((1, 3) if len(decades) <= 4 else (1,))]
    zero = [0.0] if low <= 0 else []
    return zero + [round(tick, 9) for tick in steps if low <= tick <= high]
