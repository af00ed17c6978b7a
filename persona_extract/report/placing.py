"""Labels on a map so that none covers another: greedy, the first label having the first choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LAYOUTS = {"wide": 760, "middle": 500, "narrow": 310}
"""Widths of the map in px that labels are placed for, each good for wider maps, too."""

MOST = {"wide": 26, "middle": 14, "narrow": 6}
LONGEST = {"wide": 200, "middle": 150, "narrow": 112}  # px, longer labels are cut short
_LETTER = {"archetype": 7.8}
_SMALL = 6.7  # px of a letter of other labels
_LINE = 17  # px of a line
_GAP = 8  # px between a place and its label
_SIDES = "r", "l", "t", "b"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A text and the place that it names, in the units of the map."""

    kind: str
    text: str
    x: float
    y: float


def place_labels(spots: Sequence[Spot], width: float, height: float) -> dict[str, list[str]]:
    """Side of each label by layout: right, left, top, bottom, "c" on its place, "" without room.

    Names of archetypes stand on their places or above or below them; others beside theirs.
    """
    return {name: _place(spots, name, width, height) for name in LAYOUTS}


def _place(spots: Sequence[Spot], layout: str, width: float, height: float) -> list[str]:
    scale = LAYOUTS[layout] / width
    frame = 0.0, 0.0, width * scale, height * scale
    pins = [_pin(s.x * scale, s.y * scale) for s in spots if s.kind != "archetype"]
    taken: list[Box] = []
    sides: list[str] = []
    n_marks = 0
    for spot in spots:
        named = spot.kind == "archetype"
        side = ""
        if named or n_marks < MOST[layout]:
            side = _side(spot, layout, scale, frame, taken, [] if named else pins)
        if side:
            taken.append(_box(spot, side, layout, scale))
            n_marks += not named
        sides.append(side)
    return sides


def _side(
    spot: Spot,
    layout: str,
    scale: float,
    frame: Box,
    taken: Sequence[Box],
    pins: Sequence[Box],
) -> str:
    """The first side on which the label stays inside and covers no label and no other mark."""
    own = _pin(spot.x * scale, spot.y * scale)
    for side in ("c", "t", "b") if spot.kind == "archetype" else _SIDES:
        box = _box(spot, side, layout, scale)
        inside = frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2]
        others = (other for other in (*taken, *(pin for pin in pins if pin != own)))
        if inside and box[3] <= frame[3] and not any(_meet(box, other) for other in others):
            return side
    return ""


def _box(spot: Spot, side: str, layout: str, scale: float) -> Box:
    wide = min(LONGEST[layout], len(spot.text) * _LETTER.get(spot.kind, _SMALL)) + 4
    x, y = spot.x * scale, spot.y * scale
    left = {"r": x + _GAP, "l": x - _GAP - wide}.get(side, x - wide / 2)
    top = {"t": y - _GAP - _LINE, "b": y + _GAP}.get(side, y - _LINE / 2)
    return left, top, left + wide, top + _LINE


def _pin(x: float, y: float) -> Box:
    return x - 4, y - 4, x + 4, y + 4


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
