# pyright: reportUnknownMemberType=false
# (altair's configuration is generated code with untyped keyword arguments)
"""Charts that stand alone, as files: PNG, SVG or HTML that needs no network."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from persona_extract.errors import UsageError
from persona_extract.store.atomic import write_bytes

if TYPE_CHECKING:
    import altair as alt

KINDS = (".png", ".svg", ".html")

COLOURS = tuple(
    "#0b6e99 #d1495b #2e7d32 #8e5ea2 #c77700 #4a4a4a #00a19c #e377c2"
    " #7b5d3a #1f3b8f #9acd32 #ff7f50 #5b8def #b8860b #800000 #708090".split()
)
INK, FAINT, BAND, CORE = "#222222", "#6b6b6b", "#e4e8ee", "#c3ccd8"


def check_kind(path: Path) -> None:
    """Refuses a file that no picture can be written to: before minutes of work, not after.

    Raises:
        UsageError: its ending is none of `KINDS`, or it is a folder.
    """
    if path.is_dir():
        raise UsageError(f"--plot {path}: that is a folder; name a file")
    if path.suffix.lower() not in KINDS:
        raise UsageError(f"--plot {path.name}: the ending must be one of {', '.join(KINDS)}")


def save_picture(chart: alt.VConcatChart, path: Path) -> None:
    """Writes the chart in the format of the file's ending.

    Raises:
        UsageError: the ending is none of `KINDS`.
        StoreError: the file cannot be written.
    """
    check_kind(path)
    drawn, written = io.BytesIO(), io.StringIO()
    match path.suffix.lower():
        case ".png":
            chart.save(drawn, format="png", scale_factor=2)
        case ".svg":
            chart.save(written, format="svg")
        case _:
            chart.save(written, format="html", inline=True)
    write_bytes(path, drawn.getvalue() or written.getvalue().encode())


def dressed(chart: alt.VConcatChart, title: str, subtitle: list[str]) -> alt.VConcatChart:
    """The chart with its title above and the looks that all pictures share."""
    import altair as alt

    head = alt.TitleParams(
        title,
        subtitle=subtitle,
        anchor="start",
        fontSize=17,
        subtitleFontSize=12,
        subtitleColor=FAINT,
        color=INK,
        offset=14,
        subtitlePadding=6,
    )
    return (
        chart.properties(title=head, background="white", padding=18)
        .configure(font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=12,
            gridColor="#eeeeee",
            domain=False,
            tickSize=0,
            labelPadding=6,
        )
        .configure_legend(labelFontSize=12, labelLimit=320, titleFontSize=12, symbolSize=90)
    )


def row_scale(rows: int) -> alt.Scale:
    """Rows at 0, 1, 2 ..., from the top."""
    import altair as alt

    return alt.Scale(domain=[rows - 0.5, -0.5], nice=False, zero=False)


def row_names(names: Sequence[str]) -> alt.Chart:
    """The name of every row, left of it. An axis of numbers would leave out some of them.

    Layers beside it need `axis=None` on their y as well, all of them: vega-lite cannot merge an
    axis with none.
    """
    import altair as alt

    held = [{"y": at, "name": name} for at, name in enumerate(names)]
    return (
        alt.Chart(alt.InlineData(values=held))
        .mark_text(align="right", dx=-10, fontSize=11, color=INK, lineBreak="\n", limit=330)
        .encode(
            x=alt.value(0), y=alt.Y("y:Q", scale=row_scale(len(names)), axis=None), text="name:N"
        )
    )
