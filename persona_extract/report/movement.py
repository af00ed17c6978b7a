# pyright: reportUnknownMemberType=false
# (altair's encoding channels are generated code with untyped keyword arguments)
"""Charts of the follow-up moves: a map of the turns, and how the number of clusters was chosen."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from persona_extract.records.results import ClusterResult

if TYPE_CHECKING:
    import altair as alt

COLOURS = 8  # categorical colours of the page; the last one is grey, of all further moves
_HEIGHT = 420  # px
_NARROW = 600  # px of width: below it, names get the room that a phone has
_WIDTHS = {"narrow": 320, "wide": 600}  # px
_LETTER, _LINE = 7.5, 20  # px of a name


def draw_map(clusters: ClusterResult) -> alt.LayerChart:
    """Follow-up turns in two dimensions, coloured by move, each move named at its middle if
    there is room."""
    import altair as alt

    labels = {move.id: move.label for move in clusters.moves}
    colours = {move.id: colour_of(i) for i, move in enumerate(clusters.moves)}
    rows = [
        {
            "x": p.x,
            "y": p.y,
            "move": p.move,
            "label": labels.get(p.move, ""),
            "text": p.text,
            "colour": colours.get(p.move, COLOURS),
        }
        for p in clusters.points
    ]
    rows.sort(key=lambda row: row["colour"] != COLOURS)  # grey dots hide no coloured one
    x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False))
    tooltip = [alt.Tooltip("move:N"), alt.Tooltip("label:N", title="label")]
    if any(p.text for p in clusters.points):
        tooltip.append(alt.Tooltip("text:N", title="turn"))
    dots = alt.Chart(alt.InlineData(values=rows)).mark_circle(style="spot", size=28)
    domain = list(range(1, COLOURS + 1))
    colour = alt.Color("colour:N", legend=None, scale=alt.Scale(domain=domain))
    names = alt.Chart(alt.InlineData(values=place_names(clusters))).transform_filter(
        f"width < {_NARROW} ? datum.narrow : datum.wide"
    )
    layers = [
        dots.encode(x=x, y=y, color=colour, tooltip=tooltip),
        names.mark_text(style="halo").encode(x=x, y=y, text="name:N"),
        names.mark_text(style="spot-name").encode(x=x, y=y, text="name:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width="container", height=_HEIGHT)


def draw_criterion(
    criterion: list[tuple[int, float]], name: str, taken: int | None
) -> alt.LayerChart:
    """The criterion over the number of clusters that were tried; the one taken is marked."""
    import altair as alt

    rows = [{"k": k, "value": v, "taken": k == taken} for k, v in criterion]
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("k:Q", title="number of groups", axis=alt.Axis(tickMinStep=1, format="d")).scale(
            zero=False
        ),
        y=alt.Y("value:Q", title=name, scale=alt.Scale(zero=False)),
        tooltip=[alt.Tooltip("k:Q", title="groups"), alt.Tooltip("value:Q", format=".4f")],
    )
    picked = chart.transform_filter("datum.taken")
    layers = [chart.mark_line(style="curve"), chart.mark_circle(style="curve-dot", size=40)]
    named = [
        picked.mark_circle(style="taken", size=140),
        picked.mark_text(style="taken-name", dy=-14).encode(text=alt.value(f"taken: {taken}")),
    ]
    layers += named if any(row["taken"] for row in rows) else []
    return alt.LayerChart(layer=layers).properties(width="container", height=220)


def colour_of(position: int) -> int:
    """Number of the page's categorical colour for the move at a position: the first moves have
    one of their own, all others are grey."""
    return min(position + 1, COLOURS)


def place_names(clusters: ClusterResult) -> list[dict[str, float | str | bool]]:
    """Names at the middles of their moves, each with whether it has room on a wide and on a
    narrow page: of two that would overlap, the more frequent move keeps its name."""
    middles = _middles(clusters)
    if not middles:
        return []
    across = max(p.x for p in clusters.points) - min(p.x for p in clusters.points)
    down = max(p.y for p in clusters.points) - min(p.y for p in clusters.points)
    kept: dict[str, set[str]] = {}
    for name, width in _WIDTHS.items():
        scale = width / (across or 1.0), _HEIGHT / (down or 1.0)
        kept[name] = _roomy(middles, clusters, scale)
    return [
        {**middle, **{name: str(middle["move"]) in moves for name, moves in kept.items()}}
        for middle in middles
    ]


def _roomy(
    middles: list[dict[str, float | str]], clusters: ClusterResult, scale: tuple[float, float]
) -> set[str]:
    """Moves whose names keep clear of those of more frequent moves; `scale` is px per unit."""
    size = {move.id: move.n_turns for move in clusters.moves}
    boxes: dict[str, tuple[float, float, float]] = {}
    for middle in sorted(middles, key=lambda m: (-size[str(m["move"])], str(m["move"]))):
        x, y = float(middle["x"]) * scale[0], float(middle["y"]) * scale[1]
        half = len(str(middle["name"])) * _LETTER / 2
        if all(abs(x - a) > half + b or abs(y - c) > _LINE for a, c, b in boxes.values()):
            boxes[str(middle["move"])] = x, y, half
    return set(boxes)


def _middles(clusters: ClusterResult) -> list[dict[str, float | str]]:
    middles: list[dict[str, float | str]] = []
    for move in clusters.moves:
        mine = [p for p in clusters.points if p.move == move.id]
        if mine:
            spot = {"x": median(p.x for p in mine), "y": median(p.y for p in mine)}
            middles.append({**spot, "move": move.id, "name": move.label.split(" / ")[0]})
    return middles
