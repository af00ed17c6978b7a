"""Labels on a map so that none covers another: greedy, the first label having the first choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LAYOUTS = {"wide": 760, "middle": 500, "narrow": 310}
"""Widths of the map in px that labels are placed for, each good for wider maps, too."""

MOST = {"wide": 26, "middle": 14, "narrow": 6}  # labels of marks
LONGEST = {"wide": 220, "middle": 170, "narrow": 120}  # px, longer labels are cut short
_LETTER, _BOLD = 6.7, 7.8  # px of a letter in labels of marks and in names of archetypes
_NUMBER = 22  # px of the number of an archetype, which stands before its name or alone
_ALONE = "hijud"  # sides of a number without its name
_LINE = 17  # px of a line
_GAP = 8  # px between a place and its label
_APART = 12  # px between a place and the number of an archetype that does not stand on it

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

    Labels of marks stand beside their places, names of archetypes on theirs, above or below; of a
    name without room its number stays ("h" on its place, "ijud" to the right, left, top, bottom).
    """
    return {name: _Plan(name, width, height).place(spots) for name in LAYOUTS}


@dataclass(frozen=True, slots=True)
class _Plan:
    layout: str
    width: float
    height: float

    def place(self, spots: Sequence[Spot]) -> list[str]:
        pins = [_pin(*self._at(spot)) for spot in spots if spot.kind != "archetype"]
        numbers = [(spot, self._box(spot, "h")) for spot in spots if spot.kind == "archetype"]
        taken: list[Box] = []
        sides: list[str] = []
        n_marks = 0
        for spot in spots:
            named = spot.kind == "archetype"
            kept = [box for other, box in numbers if other is not spot] if named else []
            side = self._name(spot, taken, [*taken, *kept], pins) if named else ""
            if not named and n_marks < MOST[self.layout]:
                others = [pin for pin in pins if pin != _pin(*self._at(spot))]
                side = self._free(spot, "rltb", [*taken, *others])
            if side:
                taken.append(self._box(spot, side))
                n_marks += not named
            sides.append(side)
        return sides

    def _name(
        self, spot: Spot, taken: Sequence[Box], names: Sequence[Box], pins: Sequence[Box]
    ) -> str:
        """A name keeps clear of marks if it can, and in any case of other names and of where
        their numbers would stand."""
        cut = len(spot.text) * _BOLD + _NUMBER > LONGEST[self.layout]
        sides = "" if self.layout == "narrow" and cut else "ctb"
        clear = self._free(spot, sides, [*names, *pins]) or self._free(spot, sides, names)
        return clear or self._free(spot, _ALONE, taken) or _ALONE[0]

    def _free(self, spot: Spot, sides: str, others: Sequence[Box]) -> str:
        """The first side on which the label stays on the map and covers nothing."""
        right, bottom = self.width * self._scale, self.height * self._scale
        for side in sides:
            box = self._box(spot, side)
            inside = min(box[:2]) >= 0 and box[2] <= right and box[3] <= bottom
            if inside and not any(_meet(box, other) for other in others):
                return side
        return ""

    @property
    def _scale(self) -> float:
        return LAYOUTS[self.layout] / self.width

    def _at(self, spot: Spot) -> tuple[float, float]:
        return spot.x * self._scale, spot.y * self._scale

    def _box(self, spot: Spot, side: str) -> Box:
        named = spot.kind == "archetype"
        full = len(spot.text) * (_BOLD if named else _LETTER) + (_NUMBER if named else 0)
        wide = _NUMBER if side in _ALONE else min(LONGEST[self.layout], full) + 4
        x, y = self._at(spot)
        gap = _APART if side in _ALONE else _GAP
        right, left = x + gap, x - gap - wide
        above, below = y - gap - _LINE, y + gap
        left = {"r": right, "l": left, "i": right, "j": left}.get(side, x - wide / 2)
        top = {"t": above, "b": below, "u": above, "d": below}.get(side, y - _LINE / 2)
        return left, top, left + wide, top + _LINE


def _pin(x: float, y: float) -> Box:
    return x - 4, y - 4, x + 4, y + 4


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
