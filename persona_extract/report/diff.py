"""What differs between two packs, as one HTML file that needs neither network nor scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

import jinja2
from markupsafe import Markup

from persona_extract.records.diff import DimensionShift, PackDiff
from persona_extract.report import words
from persona_extract.report.plain import short_source

DRAWN = 25
"""Dimensions in the picture; the table has them all."""

LISTED = 200
"""Profiles that the page names, at most; the JSON has them all."""

VERDICTS: Mapping[str, str] = {
    "same": "Same: nothing moved beyond the thresholds.",
    "drifted": "Drifted: the people of B behave differently from those of A.",
    "cannot be compared": "Cannot be compared.",
}

_TEMPLATES = "persona_extract.report", "templates"


@dataclass(frozen=True, slots=True)
class Row:
    """One dimension of the picture; places are per cent of its width."""

    shift: DimensionShift
    at: float
    low: float
    width: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots with intervals around a line at zero, between two vertical lines at the threshold."""

    rows: Sequence[Row]
    zero: float
    thresholds: Sequence[float]
    ticks: Sequence[tuple[float, str]]


def diff_page(found: PackDiff) -> str:
    """The whole page. All text in it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(*_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, object]", environment.filters).update(
        count=words.count,
        name=words.plain_name,
        number=words.number,
        percent=words.percent,
        sentence=words.sentence,
        signed=_signed,
        source=short_source,
    )
    return environment.get_template("diff.html.jinja").render(
        d=found,
        said=VERDICTS[found.verdict],
        picture=picture(found.dimensions[:DRAWN], found.thresholds.effect),
        listed=LISTED,
        style=Markup(_text("report.css") + _text("diff.css")),
    )


def picture(shifts: Sequence[DimensionShift], threshold: float) -> Picture:
    """Where everything stands. The axis covers all intervals, or the middle 90 % of their ends
    where a few would dwarf the others; what is beyond is cut at the edge."""
    ends = sorted(abs(end) for one in shifts for end in (one.effect.low, one.effect.high))
    most = max(ends[int(0.9 * (len(ends) - 1))] if ends else 0, 1.5 * threshold, 0.1) * 1.08

    def place(value: float) -> float:
        return round(min(max(50 + 50 * value / most, 0), 100), 2)

    rows = [
        Row(
            one,
            place(one.effect.value),
            place(one.effect.low),
            round(place(one.effect.high) - place(one.effect.low), 2),
        )
        for one in shifts
    ]
    step = _step(most)
    marks = [i * step for i in range(-int(most / step), int(most / step) + 1)]
    ticks = [(place(mark), _signed(mark, 1 if step >= 0.1 else 2)) for mark in marks]
    return Picture(rows, place(0), [place(-threshold), place(threshold)], ticks)


def _step(most: float) -> float:
    """A round step of which two or three fit on either side."""
    for step in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0):
        if most / step < 4:
            return step
    return most / 2


def _signed(value: float, digits: int = 2) -> str:
    """+0.31, −0.20, 0."""
    text = words.minus(f"{value:+.{digits}f}")
    return "0" if not text.strip("+−0.") else text


def _text(name: str) -> str:
    return files(_TEMPLATES[0]).joinpath(_TEMPLATES[1], name).read_text(encoding="utf-8")
