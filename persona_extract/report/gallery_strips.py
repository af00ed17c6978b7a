"""Small pictures of a gallery: where a user stands on an axis, the glyph of a user, how a dimension
is spread. Positions are classes of the style sheet or attributes of an SVG, so that no style stands
in a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from persona_extract.records.profile import Reading
from persona_extract.report.found import dimension_words
from persona_extract.report.gallery_people import HEADLINE
from persona_extract.report.profile_words import bare_amount, in_words
from persona_extract.report.words import counted, percent

GLYPH = 120, 44
_STEP = GLYPH[0] // len(HEADLINE)
_RELIABLE = 0.5

_BINS = 60
_TALL = 46


@dataclass(frozen=True, slots=True)
class Strip:
    """A user on one axis: the words of its two ends, percentile 0 to 100, faintness 0 to 4, and the
    same in a sentence."""

    dimension: str
    low: str
    high: str
    at: int
    sure: int
    value: str
    reliability: str
    said: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How a dimension is spread over users: an area with the middle half and the median, in a box
    of 300 x `_TALL`, and what stands below it."""

    area: str
    low: float
    high: float
    median: float
    ticks: list[tuple[float, str]]


def strip(reading: Reading) -> Strip:
    """Where the reading stands among all users."""
    at = round(100 * reading.percentile)
    return Strip(
        dimension=reading.dimension,
        low=dimension_words(reading.dimension, "low"),
        high=dimension_words(reading.dimension, "high"),
        at=at,
        sure=min(4, int(reading.reliability * 5)),
        value=bare_amount(reading.dimension, reading.value),
        reliability=f"{reading.reliability:.2f}",
        said=f"{in_words(reading)}: above {percent(reading.percentile)} of users, "
        f"{counted(reading.n, 'turn')}, reliability {reading.reliability:.2f}",
    )


def glyph(readings: Iterable[Reading]) -> Markup:
    """Twelve bars, up for high and down for low, faint where they are not reliable."""
    found = {one.dimension: one for one in readings}
    shapes, said = _no_bars(), list[str]()
    for i, name in enumerate(HEADLINE):
        if (one := found.get(name)) is None:
            continue
        faint = one.reliability < _RELIABLE
        _add_bar(shapes, i, one.percentile, " faint" if faint else "")
        if one.level != "typical" and not faint:
            said.append(in_words(one))
    return _svg(shapes, ", ".join(said) or "nothing unusual")


def mean_glyph(percentiles: NDArray[np.float64], columns: Sequence[int], said: str) -> Markup:
    """The same of a group: the mean percentile of its members (rows) on each of `columns`, -1 for
    none."""
    shapes = _no_bars()
    for i, at in enumerate(columns):
        if at >= 0 and not np.isnan(percentiles[:, at]).all():
            _add_bar(shapes, i, float(np.nanmean(percentiles[:, at])))
    return _svg(shapes, said)


def spread(
    name: str, values: NDArray[np.float64], marks: Sequence[tuple[float, str]]
) -> Spread | None:
    """The histogram of a dimension over users, roots of counts; `marks` are values that are named
    below it. None where everybody has the same value."""
    found = values[~np.isnan(values)]
    if len(found) < 2 or found.min() == found.max():
        return None
    low, high = (float(bound) for bound in np.quantile(found, [0.005, 0.995]))
    if low == high:
        low, high = float(found.min()), float(found.max())

    def across(value: float) -> float:
        return round(min(300.0, max(0.0, 300 * (value - low) / (high - low))), 1)

    counts, _ = np.histogram(np.clip(found, low, high), bins=_BINS, range=(low, high))
    tops = np.sqrt(counts / counts.max()) * (_TALL - 2)
    step = 300 / _BINS
    area = f"M0 {_TALL}" + "".join(
        f"L{i * step:g} {_TALL - top:.1f}h{step:g}" for i, top in enumerate(tops)
    )
    quartiles = np.quantile(found, [0.25, 0.5, 0.75])
    ticks = [(across(value), f"{bare_amount(name, value)} {what}".strip()) for value, what in marks]
    return Spread(
        area=f"{area}V{_TALL}z",
        low=across(float(quartiles[0])),
        median=across(float(quartiles[1])),
        high=across(float(quartiles[2])),
        ticks=ticks,
    )


def _no_bars() -> dict[str, str]:
    """Class -> path."""
    return {"up": "", "down": "", "up faint": "", "down faint": ""}


def _add_bar(shapes: dict[str, str], i: int, percentile: float, faint: str = "") -> None:
    """A bar in the i-th place; one in the middle is still to be seen."""
    middle = GLYPH[1] // 2
    tall = round((2 * percentile - 1) * (middle - 1))
    top, height = (middle - tall, tall) if tall > 0 else (middle, -tall)
    shape = f"M{_STEP * i + 1} {top}h{_STEP - 2}v{max(1, height)}h-{_STEP - 2}z"
    shapes[("up" if tall > 0 else "down") + faint] += shape


def _svg(shapes: dict[str, str], said: str) -> Markup:
    width, height = GLYPH
    paths = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kind, shape)
        for kind, shape in shapes.items()
        if shape
    )
    return Markup(
        '<svg class="glyph" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}">'
        '<path class="axis" d="M0 {}h{}"/>{}</svg>'
    ).format(width, height, said, height // 2, width, paths)
