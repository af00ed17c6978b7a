# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""The picture of the formalism meter: people's band and the candidates' dots, per dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persona_extract.records.meters import DimensionFormalism, Formalism
from persona_extract.records.results import Interval
from persona_extract.report.pictures import BAND, COLOURS, CORE, FAINT, INK, dressed
from persona_extract.report.words import counted, plain_name

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
        f"Below: {shown}. Bars are 95 % intervals.",
    ]
    chart = alt.vconcat(*panels, spacing=34).resolve_scale(color="independent")
    return dressed(chart, "How formal are simulated users, next to people?", subtitle)


def chosen(found: Formalism, *, everything: bool) -> tuple[list[DimensionFormalism], int]:
    """The dimensions with a formal side that are shown, farthest from people first; and how many
    there are."""
    sided = by_distance([d for d in found.dimensions if d.formal])
    return (sided if everything else sided[:ROWS]), len(sided)


def by_distance(dimensions: list[DimensionFormalism]) -> list[DimensionFormalism]:
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
        {"name": name, **value.model_dump(), "shown": f"{value.value:.2f}".replace("-", "−")}
        for name, value in zip(names, values, strict=True)
    ]
    coverage = which == "coverage"
    title = (
        "How varied? 1 = as varied as people"
        if coverage
        else "Shift, in standard deviations: right is more formal"
    )
    ends = [end for v in values for end in (v.low, v.high)]
    domain = [0, max(1.1, *ends)] if coverage else [min(-0.15, *ends) - 0.05, max(0.15, *ends)]
    axis = alt.Axis(labelLimit=_LEFT, labels=coverage)
    chart = alt.Chart(alt.InlineData(values=held)).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=axis),
        color=alt.Color("name:N", scale=_colours(found), legend=None),
    )
    x = alt.X(
        "low:Q", title=title, scale=alt.Scale(domain=domain, nice=True),
        axis=alt.Axis(tickCount=5, orient="top"),
    )
    mark = alt.Chart(alt.InlineData(values=[{"at": 1 if coverage else 0}]))
    layers = [
        mark.mark_rule(strokeDash=[4, 3], color=FAINT).encode(x="at:Q"),
        chart.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q"),
        chart.mark_circle(size=85, opacity=1).encode(x="value:Q"),
        chart.mark_text(dy=-10, fontSize=11).encode(x="value:Q", text="shown:N"),
    ]
    return alt.layer(*layers).properties(width=220, height=34 * len(names))


def _dimensions(
    found: Formalism, rows: list[DimensionFormalism], *, sided: bool
) -> alt.LayerChart:
    import altair as alt

    order = [_label(d) for d in rows]
    bands = [_band(d) for d in rows]
    dots = [
        {"row": _label(d), "name": each.candidate, **_oriented(d, each.shift)}
        for d in rows
        for each in d.candidates
    ]
    names = [each.candidate for each in found.candidates]
    step = max(20, 7 * len(names) + 10)
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=_LEFT + 60))
    top = (
        "standard deviations from people's mean        less formal ←   → more formal"
        if sided
        else "standard deviations from people's mean        less ←   → more"
    )
    x = alt.X("low:Q", title=top, axis=alt.Axis(orient="top", tickCount=7))
    people = alt.Chart(alt.InlineData(values=bands)).encode(y=y)
    candidates = alt.Chart(alt.InlineData(values=dots)).encode(
        y=y,
        yOffset=alt.YOffset("name:N", sort=names),
        color=alt.Color(
            "name:N",
            scale=_colours(found, people=False),
            legend=alt.Legend(title=_KEY, orient="bottom", columns=2, direction="vertical"),
        ),
    )
    layers = [
        people.mark_bar(color=BAND, height=step - 4).encode(x=x, x2="high:Q"),
        people.mark_bar(color=CORE, height=step - 4).encode(x="q25:Q", x2="q75:Q"),
        people.mark_tick(color=INK, thickness=2, size=step - 4).encode(x="q50:Q"),
        candidates.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        candidates.mark_circle(size=42, opacity=1).encode(x="value:Q"),
    ]
    return alt.layer(*layers).properties(width=_WIDTH, height=alt.Step(step))


_KEY = (
    "grey: where 80 % of people's conversations lie; darker: the middle half; line: the median."
    " Dots: candidates' means"
)


def _band(d: DimensionFormalism) -> dict[str, object]:
    """People's quantiles in standard deviations from their mean, formal side right."""
    sign, p = d.formal or 1, d.people
    ends = {key: sign * (getattr(p, key) - p.mean) / p.sd for key in ("q10", "q25", "q50", "q75", "q90")}
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
