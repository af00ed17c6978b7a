# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""The picture of the amplification meter: where each directive took the simulator, and the ratio of
that to what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persona_extract.records.meters import Amplification, Amplified
from persona_extract.report.pictures import BAND, FAINT, INK, dressed, row_names, row_scale
from persona_extract.report.words import minus, plain_name

if TYPE_CHECKING:
    import altair as alt

COLOUR = {
    "over-acted": "#d1495b",
    "faithful": "#2e7d32",
    "weak": "#c77700",
    "ignored": "#6b6b6b",
    "opposite": "#8e5ea2",
    "unclear": "#6b6b6b",
}
_STEP = 44
_WIDTH = 300


def draw_amplification(found: Amplification) -> alt.VConcatChart:
    """Left: without the directive, with it, and what it asked for, in standard deviations of
    people. Right: the ratio with its interval; nothing where it was refused."""
    import altair as alt

    rows = found.directives
    panels = alt.hconcat(_moves(rows), _ratios(rows), spacing=34)
    subtitle = [
        f"Each row: one habit in runs with a directive, against the run without it"
        f" ({found.without})."
        f" People: {', '.join(found.people)}.",
        "Left: hollow dot = without, filled dot = with the directive, black line = what was asked"
        " for; grey: where 80 % of people's conversations lie.",
        "Right: shift made / shift asked for, with 95 % interval: below 1 ignored or weak, 1"
        " faithful, above 1 over-acted.",
    ]
    if any(each.asked_by == "our reading" for each in rows):
        subtitle.append(
            "These directives name no number: what they ask for is our reading (people's mean to"
            " their 10th or 90th percentile)."
        )
    chart = alt.vconcat(panels).resolve_scale(color="independent")
    return dressed(chart, "Do simulated users over-act what they are told?", subtitle)


def _moves(rows: list[Amplified]) -> alt.LayerChart:
    import altair as alt

    held = [_standard(each, at) for at, each in enumerate(rows)]
    ends = [float(str(row[key])) for row in held for key in _PLACES]
    x = alt.X(
        "low:Q",
        title="standard deviations from people's mean",
        scale=alt.Scale(domain=[min(ends), max(ends)], nice=True),
        axis=alt.Axis(orient="top", tickCount=6),
    )
    y = alt.Y("y:Q", scale=row_scale(len(rows)), axis=None)
    chart = alt.Chart(alt.InlineData(values=held)).encode(y=y)
    colour = alt.Color("colour:N", scale=None, legend=None)
    layers = [
        chart.mark_rect(color=BAND).encode(
            x=x, x2="high:Q", y=alt.Y("top:Q", scale=row_scale(len(rows)), axis=None), y2="end:Q"
        ),
        chart.mark_rule(color=INK, strokeWidth=2).encode(
            x="line:Q", y=alt.Y("top:Q", scale=row_scale(len(rows)), axis=None), y2="end:Q"
        ),
        chart.mark_rule(strokeWidth=2.5).encode(x="without:Q", x2="with:Q", color=colour),
        chart.mark_point(size=75, filled=False, fill="white", opacity=1, strokeWidth=2).encode(
            x="without:Q", color=colour
        ),
        chart.mark_circle(size=85, opacity=1).encode(x="with:Q", color=colour),
        row_names([_label(each) for each in rows]),
    ]
    return alt.LayerChart(layer=layers).properties(width=_WIDTH, height=_STEP * len(rows))


def _ratios(rows: list[Amplified]) -> alt.LayerChart:
    import altair as alt

    held = [
        {
            "y": at,
            **each.ratio.model_dump(),
            "shown": f"{minus(f'{each.ratio.value:.1f}')}  {each.verdict}",
            "colour": COLOUR[each.verdict],
        }
        for at, each in enumerate(rows)
        if each.ratio is not None and each.verdict is not None
    ]
    refused = [
        {"y": at, "at": 0.0, "shown": "no ratio: too little was asked for, or too rare a habit"}
        for at, each in enumerate(rows)
        if each.ratio is None
    ]
    ends = [0.0, 2.0, *(float(str(row[key])) for row in held for key in ("low", "high"))]
    x = alt.X(
        "low:Q",
        title="shift made / shift asked for",
        scale=alt.Scale(domain=[min(ends), max(ends)], nice=True),
        axis=alt.Axis(orient="top", tickCount=6),
    )
    y = alt.Y("y:Q", scale=row_scale(len(rows)), axis=None)
    chart = alt.Chart(alt.InlineData(values=held)).encode(y=y)
    marks = [{"at": 0.0, "word": "0"}, {"at": 1.0, "word": "1"}]
    colour = alt.Color("colour:N", scale=None, legend=None)
    layers = [
        alt.Chart(alt.InlineData(values=marks))
        .mark_rule(strokeDash=[4, 3], color=FAINT)
        .encode(x=alt.X("at:Q")),
        chart.mark_rule(strokeWidth=2.5).encode(x=x, x2="high:Q", color=colour),
        chart.mark_circle(size=85, opacity=1).encode(x="value:Q", color=colour),
        chart.mark_text(dy=-13, fontSize=11).encode(x="value:Q", text="shown:N", color=colour),
        alt.Chart(alt.InlineData(values=refused))
        .mark_text(align="left", dx=8, fontSize=11, color=FAINT)
        .encode(x="at:Q", y=y, text="shown:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width=_WIDTH, height=_STEP * len(rows))


_PLACES = ("low", "high", "without", "with", "target")


def _standard(each: Amplified, at: int) -> dict[str, object]:
    """Places in standard deviations from people's mean."""

    def of(value: float) -> float:
        return (value - each.people.mean) / each.people.sd if each.people.sd else 0.0

    places = (
        each.people.q10,
        each.people.q90,
        each.without_mean,
        each.with_mean,
        # What is asked for by our reading is a way, not a place: it begins at people's mean.
        each.target if each.asked_by == "target" else each.people.mean + each.asked.value,
    )
    return {
        **dict(zip(_PLACES, map(of, places), strict=True)),
        "line": None if each.ratio is None else of(places[-1]),
        "y": at,
        "top": at - 0.36,
        "end": at + 0.36,
        "colour": COLOUR[each.verdict] if each.verdict else FAINT,
    }


def _label(each: Amplified) -> str:
    sign = "more" if each.side == "high" else "less"
    return f"{each.run}\n{plain_name(each.dimension)}: {sign} asked for"
