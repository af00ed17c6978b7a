"""The map of users: a dot a user, a colour an archetype, and marks where traits stand.

Drawn here and not by the browser, so that it can be read and printed without a script. Dots are
strokes of no length, which keep their size and shape at every width of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from statistics import median

from persona_extract.dimensions.protocol import Side
from persona_extract.records.results import MapMark, Results, UserResult
from persona_extract.report.found import dimension_words, label_names
from persona_extract.report.placing import LAYOUTS, Spot, place_labels
from persona_extract.report.words import plain_name

WIDTH = 1000  # units; the page decides how many px that is
COLOURS = 7  # the eighth of the page is grey, as users of no archetype are
MOST_DOTS = 10_000
_TOGETHER = 40  # dots in one stroke: few elements, and yet darker where many lie on each other
_MARGIN = 0.07  # of the width
_FLAT, _TALL = 2.0, 1.3  # width by height of the map
_DIRECTIVES = 3  # in the hover

PINS = {"trait": "◆", "move": "▲", "dimension": "✚"}
"""Signs of the marks."""

Paths = list["Stroke"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Some dots of one archetype (its position; None is none) as the path of an SVG."""

    archetype: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text on the map: where, in per cent of its width and height, and on which side of that
    place at each width of the page ("" where it has no room)."""

    kind: str  # "archetype", "trait", "move" or "dimension"
    text: str
    position: int  # of the archetype; 0 for others
    left: float
    top: float
    sides: dict[str, str]


@dataclass(frozen=True, slots=True)
class UserMap:
    """Everything that the page needs to draw the map."""

    height: int
    size: float  # px of a dot
    n_dots: int
    n_users: int
    strokes: Paths
    labels: list[Label]
    dots: dict[str, object] = field(repr=False)


def draw_users(results: Results) -> UserMap | None:
    """The map of all users with a place, or of ten thousand of them; None if there are none."""
    placed = [user for user in results.users if user.x is not None and user.y is not None]
    if not placed:
        return None
    picked = placed[:: math.ceil(len(placed) / MOST_DOTS)]
    marks = results.archetypes.marks
    frame = _Frame.around([(u.x or 0, u.y or 0) for u in picked] + [(m.x, m.y) for m in marks])
    position = {one.id: i for i, one in enumerate(results.archetypes.archetypes)}
    at = [frame.at(user.x or 0, user.y or 0) for user in picked]
    which = [position.get(user.archetype or "") for user in picked]
    return UserMap(
        height=frame.height,
        size=round(min(10, max(3.2, 13 - math.log2(len(picked)) * 0.85)), 1),
        n_dots=len(picked),
        n_users=len(placed),
        strokes=_strokes(at, which),
        labels=_labels(results, frame, at, which),
        dots=_hover(picked, at, which),
    )


def sign_of(position: int | None) -> str:
    """Class of colour and shape of an archetype: after seven colours they return as squares."""
    if position is None:
        return "none"
    return f"c{position % COLOURS + 1}" + (" square" if position // COLOURS % 2 else "")


@dataclass(frozen=True, slots=True)
class _Frame:
    """From places to the units of the picture; both axes on one scale, so that distances hold."""

    scale: float
    middle: tuple[float, float]
    height: int

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> _Frame:
        low = [min(axis) for axis in zip(*points, strict=True)]
        high = [max(axis) for axis in zip(*points, strict=True)]
        across, down = ((b - a) or 1e-9 for a, b in zip(low, high, strict=True))
        ratio = min(_FLAT, max(_TALL, across / down))
        height = round(WIDTH / ratio)
        room = 1 - 2 * _MARGIN
        scale = min(WIDTH * room / across, (height - 2 * _MARGIN * WIDTH) / down)
        middle = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
        return cls(scale if math.isfinite(scale) else 1.0, middle, height)

    def at(self, x: float, y: float) -> tuple[int, int]:
        right = WIDTH / 2 + (x - self.middle[0]) * self.scale
        return round(right), round(self.height / 2 - (y - self.middle[1]) * self.scale)


def _strokes(at: Sequence[tuple[int, int]], which: Sequence[int | None]) -> Paths:
    """Strokes of the archetypes take turns, so that none lies on top of all others."""
    of: dict[int | None, list[str]] = {}
    for (x, y), archetype in zip(at, which, strict=True):
        of.setdefault(archetype, []).append(f"M{x} {y}h0")
    order = sorted(of, key=lambda a: -1 if a is None else a)
    cut = {a: math.ceil(len(of[a]) / _TOGETHER) for a in order}
    parts = [[Stroke(a, "".join(of[a][i :: cut[a]])) for i in range(cut[a])] for a in order]
    return [stroke for turn in zip_longest(*parts) for stroke in turn if stroke is not None]


def _labels(
    results: Results,
    frame: _Frame,
    at: Sequence[tuple[int, int]],
    which: Sequence[int | None],
) -> list[Label]:
    spots: list[tuple[Spot, int]] = []
    for i, one in enumerate(results.archetypes.archetypes):
        mine = [place for place, a in zip(at, which, strict=True) if a == i]
        if mine:
            x, y = (float(median(axis)) for axis in zip(*mine, strict=True))
            spots.append((Spot("archetype", one.label.name, x, y), i))
    for mark in _by_weight(results):
        x, y = frame.at(mark.x, mark.y)
        spots.append((Spot(mark.kind, mark.label, x, y), 0))
    sides = place_labels([spot for spot, _ in spots], WIDTH, frame.height)
    return [
        Label(
            kind=spot.kind,
            text=spot.text,
            position=i,
            left=round(spot.x / WIDTH * 100, 2),
            top=round(spot.y / frame.height * 100, 2),
            sides={name: sides[name][n] for name in LAYOUTS},
        )
        for n, (spot, i) in enumerate(spots)
    ]


def _by_weight(results: Results) -> list[MapMark]:
    """Marks that the archetypes stand out on first, then those of many users, then the far."""
    strongest: dict[str, float] = {}
    for one in results.archetypes.archetypes:
        for mark in one.marks:
            strongest[mark.name] = max(strongest.get(mark.name, 0.0), abs(mark.z))
    many = {one.id: one.n_users for one in (*results.traits, *results.clusters.moves)}
    kinds = {"trait": 0, "move": 1, "dimension": 2}

    def rank(mark: MapMark) -> tuple[object, ...]:
        far = math.hypot(mark.x, mark.y)
        name = mark.name
        return -strongest.get(name, 0.0), kinds[mark.kind], -many.get(name, 0), -far, name

    names = label_names(results)
    shown = [
        mark.model_copy(update={"label": names.get(mark.name) or mark_label(mark)})
        for mark in results.archetypes.marks
    ]
    return sorted(shown, key=rank)


def mark_label(mark: MapMark) -> str:
    """Words of a mark; of a dimension that comes under its bare name, better ones."""
    if mark.kind != "dimension":
        return mark.label
    sides: dict[str, Side] = {
        plain_name(mark.name): "high",
        f"little {plain_name(mark.name)}": "low",
    }
    side = sides.get(mark.label)
    return dimension_words(mark.name, side) if side else mark.label


def _hover(
    users: Sequence[UserResult], at: Sequence[tuple[int, int]], which: Sequence[int | None]
) -> dict[str, object]:
    """What hovering shows, by column; every text once, for thousands of users share few."""
    texts = {text: 0 for user in users for text in user.directives[:_DIRECTIVES]}
    number = {text: i for i, text in enumerate(sorted(texts))}
    return {
        "user": [user.user_key[:8] for user in users],
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "archetype": [-1 if a is None else a for a in which],
        "fit": [None if user.fit is None else round(user.fit, 2) for user in users],
        "conversations": [user.n_conversations for user in users],
        "turns": [user.n_turns for user in users],
        "directives": [[number[text] for text in user.directives[:_DIRECTIVES]] for user in users],
        "texts": list(number),
    }
