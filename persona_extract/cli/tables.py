"""Tables on stdout, 80 columns at most, and the words that those of the User-Sim Index share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from persona_extract.cli.output import inert
from persona_extract.records.usi import Bounds, UsiResult

WIDTH = 80


def show(parts: Iterable[RenderableType]) -> None:
    """Print to stdout, at most 80 columns wide."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=min(WIDTH, console.width))
    for part in parts:
        console.print(part)


def bearing(found: Sequence[UsiResult]) -> Iterator[str]:
    """How to read scores, and which differences say nothing."""
    least = max((each.resolution for each in found), key=lambda each: each["USI_D1_D4"])
    parts = ", ".join(f"{name} {least[name]:.0f}" for name in ("D1", "D2", "D3", "D4"))
    yield (
        "Ceiling: what the reference scores against itself at these numbers of conversations."
        " Read scores as differences to it."
    )
    yield (
        f"[bold]Differences under about {max(1, round(least['USI_D1_D4']))} points of the mean"
        f" are not evidence[/bold] ({parts})."
    )


def table_of(*columns: tuple[str, str]) -> Table:
    """A table without lines; columns are (header, "left" or "right")."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header, side in columns:
        right = side == "right"
        table.add_column(
            header, justify="right" if right else "left", no_wrap=True, overflow="ellipsis"
        )
    return table


def counted(n: int, skipped: int) -> str:
    """How many conversations there are, and how many were skipped."""
    return f"{n:,} conversations" + (f" ({skipped:,} without user turn skipped)" if skipped else "")


def range_of(bounds: Bounds, share: bool = False) -> str:
    """Both ends, to a tenth of a point, or a thousandth of a share."""
    return f"{bounds.low:.3f}-{bounds.high:.3f}" if share else f"{bounds.low:.1f}-{bounds.high:.1f}"


def short(value: float) -> str:
    """A mean in five characters or so."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def plain(text: str) -> str:
    """Text that is nothing but text to rich and to the terminal."""
    return escape(inert(text))
