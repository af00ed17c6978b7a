# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""The picture of the formalism meter: people's band and the candidates' dots, per dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from persona_extract.records.meters import DimensionFormalism, Formalism
from persona_extract.records.results import Interval
from persona_extract.report.pictures import (
    BAND,
    COLOURS,
    CORE,
    FAINT,
    INK,
    dressed,
    row_names,
    row_scale,
)
from persona_extract.report.words import counted, minus, plain_name

if TYPE_CHECKING:
    import altair as alt

ROWS = 24
"""Dimensions of a picture, unless all are asked for."""

PEOPLE = "people, half against half"
_WIDTH = 470
_LEFT = 190


def draw_formalism(found: Formalism, *, everything: bool = False) -> alt.VConcatChart:
    """Two numbers a candidate above, dimensions below.

    Args:
        everything: all dimensions, also those without a formal side; else at most `ROWS` of those
            with one, where candidates are farthest from people.
    """
    import altair as alt

    rows, of = chosen(found, everything=everything)
    panels = [alt.hconcat(_numbers(found, "coverage"), _numbers(found, "shift"), spacing=30)]
    panels += [_dimensions(found, rows, sided=True)]
    if everything and (others := [d for d in found.dimensions if not d.formal]):
        panels += [_dimensions(found, by_distance(others), sided=False)]
    shown = f"{len(rows)} of {of} dimensions with a formal side, farthest from people first"
    subtitle = [
        f"People: {', '.join(found.people.sources)}"
        f" ({counted(found.people.n_conversations, 'conversation')} of"
        f" {found.people.n_users:,} people). Each value is one conversation's.",
        f"Below: {shown}.",
        "Grey: where 80 % of people's conversations lie; darker: the middle half; black line: their"
        " median.",
        "Dots: means of the candidates, with 95 % intervals.",
    ]
    chart = alt.vconcat(*panels, spacing=34).resolve_scale(color="independent")
    return dressed(chart, "How formal are simulated users, next to people?", subtitle)


def chosen(found: Formalism, *, everything: bool) -> tuple[list[DimensionFormalism], int]:
    """The dimensions with a formal side that are shown, farthest from people first; and how many
    there are."""
    sided = by_distance([d for d in found.dimensions if d.formal])
    return (sided if everything else sided[:ROWS]), len(sided)


def by_distance(dimensions: list[DimensionFormalism]) -> list[DimensionFormalism]:
    """Dimensions on which some candidate is farthest from people first."""

    def farthest(d: DimensionFormalism) -> float:
        return max((abs(each.shift.value) for each in d.candidates), default=0.0)

    return sorted(dimensions, key=lambda d: (-farthest(d), d.dimension))


def _numbers(found: Formalism, which: str) -> alt.LayerChart:
    """Coverage or shift of every candidate, with people as the first row."""
    import altair as alt

    names = [PEOPLE, *(each.candidate for each in found.candidates)]
    values: list[Interval] = [
        getattr(found.people, which),
        *(getattr(each, which) for each in found.candidates),
    ]
    held = [
        {"name": name, **value.model_dump(), "shown": minus(f"{value.value:.2f}")}
        for name, value in zip(names, values, strict=True)
    ]
    coverage = which == "coverage"
    title = (
        "How varied? 1 = as varied as people"
        if coverage
        else "How formal? 0 = as people; right: more formal"
    )
    ends = [end for v in values for end in (v.low, v.high)]
    domain = [0, max(1.1, *ends)] if coverage else [min(-0.15, *ends) - 0.05, max(0.15, *ends)]
    axis = alt.Axis(labelLimit=_LEFT, labels=coverage)
    chart = alt.Chart(alt.InlineData(values=held)).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=axis),
        color=alt.Color("name:N", scale=_colours(found), legend=None),
    )
    x = alt.X(
        "low:Q",
        title=title,
        scale=alt.Scale(domain=domain, nice=True),
        axis=alt.Axis(tickCount=5, orient="top"),
    )
    mark = alt.Chart(alt.InlineData(values=[{"at": 1 if coverage else 0}]))
    layers = [
        mark.mark_rule(strokeDash=[4, 3], color=FAINT).encode(x="at:Q"),
        chart.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q"),
        chart.mark_circle(size=85, opacity=1).encode(x="value:Q"),
        chart.mark_text(dy=-10, fontSize=11).encode(x="value:Q", text="shown:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width=225, height=34 * len(names))


def _dimensions(found: Formalism, rows: list[DimensionFormalism], *, sided: bool) -> alt.LayerChart:
    """People's band and every candidate's dot below it, one row a dimension."""
    import altair as alt

    names = [each.candidate for each in found.candidates]
    step = max(22, 8 * len(names) + 10)
    bands = [{**_band(d), "y": at - 0.42, "y2": at + 0.42} for at, d in enumerate(rows)]
    dots = [
        {
            "row": _label(d),
            "name": each.candidate,
            "y": at + _offset(names.index(each.candidate), len(names)),
            **_oriented(d, each.shift),
        }
        for at, d in enumerate(rows)
        for each in d.candidates
    ]
    x = alt.X(
        "low:Q",
        title="standard deviations from people's mean",
        scale=alt.Scale(domain=_domain([*bands, *dots]), nice=True),
        axis=alt.Axis(orient="top", tickCount=7),
    )
    y = alt.Y("y:Q", scale=row_scale(len(rows)), axis=None)
    people = alt.Chart(alt.InlineData(values=bands)).encode(y=y)
    candidates = alt.Chart(alt.InlineData(values=dots)).encode(
        y=y,
        color=alt.Color(
            "name:N",
            scale=_colours(found, people=False),
            legend=alt.Legend(title=None, orient="top", columns=3, offset=30),
        ),
    )
    layers = [
        people.mark_rect(color=BAND).encode(x=x, x2="high:Q", y2="y2:Q"),
        people.mark_rect(color=CORE).encode(x="q25:Q", x2="q75:Q", y2="y2:Q"),
        people.mark_rule(color=INK, strokeWidth=2).encode(x="q50:Q", y2="y2:Q"),
        candidates.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        candidates.mark_circle(size=46, opacity=1).encode(
            x="value:Q", tooltip=["row:N", "name:N", alt.Tooltip("value:Q", format=".2f")]
        ),
        *_sides(sided),
        row_names([_label(d) for d in rows]),
    ]
    return alt.LayerChart(layer=layers).properties(width=_WIDTH, height=step * len(rows))


def _sides(sided: bool) -> list[alt.Chart]:
    """What left and right mean, above the rows."""
    import altair as alt

    left, right = ("← less formal", "more formal →") if sided else ("← less of it", "more of it →")
    chart = alt.Chart(alt.InlineData(values=[{"y": -0.5}])).encode(y=alt.Y("y:Q", axis=None))
    return [
        chart.mark_text(align="left", text=left, dy=-44, fontSize=12, color=FAINT).encode(
            x=alt.value(0)
        ),
        chart.mark_text(align="right", text=right, dy=-44, fontSize=12, color=FAINT).encode(
            x=alt.value(_WIDTH)
        ),
    ]


def _offset(at: int, n: int) -> float:
    """Where the dot of the candidate stands in its row, from -0.3 to 0.3."""
    return 0.0 if n == 1 else 0.6 * at / (n - 1) - 0.3


def _domain(held: Sequence[Mapping[str, object]]) -> list[float]:
    ends = [float(str(row[key])) for row in held for key in ("low", "high")]
    return [min(ends), max(ends)]


def _band(d: DimensionFormalism) -> dict[str, object]:
    """People's quantiles in standard deviations from their mean, formal side right."""
    sign, p = d.formal or 1, d.people
    ends = {
        key: sign * (getattr(p, key) - p.mean) / p.sd for key in ("q10", "q25", "q50", "q75", "q90")
    }
    low, high = sorted((ends["q10"], ends["q90"]))
    q25, q75 = sorted((ends["q25"], ends["q75"]))
    return {"row": _label(d), "low": low, "high": high, "q25": q25, "q50": ends["q50"], "q75": q75}


def _oriented(d: DimensionFormalism, shift: Interval) -> dict[str, float]:
    sign = d.formal or 1
    low, high = sorted((sign * shift.low, sign * shift.high))
    return {"value": sign * shift.value, "low": low, "high": high}


def _label(d: DimensionFormalism) -> str:
    """The name; a minus says that more of it is less formal."""
    return plain_name(d.dimension) + (" (few = formal)" if d.formal < 0 else "")


def _colours(found: Formalism, *, people: bool = True) -> alt.Scale:
    import altair as alt

    names = [each.candidate for each in found.candidates]
    colours = [COLOURS[at % len(COLOURS)] for at in range(len(names))]
    first = [PEOPLE] if people else []
    return alt.Scale(domain=[*first, *names], range=[*([INK] if people else []), *colours])
