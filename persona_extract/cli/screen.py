"""Cards and tables on a terminal: colour and bars where a person looks, plain text where a program
or a file does. Everything wraps; nothing in a text is taken for markup."""

from __future__ import annotations

import io
from collections.abc import Sequence

import typer
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from persona_extract.cli.output import inert

WIDTH = 80
WIDEST = 100
_BAR = 10


class Screen:
    """Prints to stdout.

    Attributes:
        bars: whether it is a terminal, so that pictures make sense.
        width: columns of a line.
    """

    def __init__(self) -> None:
        found = Console(highlight=False)
        self.bars = found.is_terminal
        self._memory = io.StringIO()
        self.width = min(WIDEST, found.width) if self.bars else WIDTH
        self._console = (
            Console(highlight=False, width=self.width)
            if self.bars
            else Console(file=self._memory, width=WIDTH, color_system=None, highlight=False)
        )

    def line(self, text: str = "", style: str = "") -> None:
        """One line, or as many as it takes."""
        self._print(plain(text, style))

    def head(self, text: str) -> None:
        """The title of a part, after an empty line."""
        self.line()
        self.line(text, "bold cyan")

    def hanging(self, start: str, text: str | Text, style: str = "", wide: int = 0) -> None:
        """Text to the right of `start`, its further lines below its beginning."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=max(wide, cell_len(inert(start))), no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(plain(start, style or "bold"), text if isinstance(text, Text) else plain(text))
        self._print(grid)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str | Text]],
        numbers: Sequence[int],
        whole: Sequence[int] = (),
    ) -> None:
        """A table; columns whose positions are in `numbers` are flush right and never wrap. Where
        there is too little room for all, those in `whole` keep theirs."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        for i, head in enumerate(heads):
            right = i in numbers
            table.add_column(
                plain(head),
                justify="right" if right else "left",
                no_wrap=right or i in whole,
                overflow="fold",
                min_width=max((_wide(row[i]) for row in rows), default=0) if i in whole else None,
            )
        for row in rows:
            table.add_row(*(one if isinstance(one, Text) else plain(one) for one in row))
        self._print(table)

    def meter(self, share: float) -> Text:
        """A bar that is filled as far as the share goes; on paper nothing."""
        if not self.bars:
            return Text()
        full = round(share * _BAR)
        return Text("=" * full, "green") + Text("-" * (_BAR - full), "dim")

    def strip(self, percentile: float, reliability: float) -> Text:
        """Where a user stands among all, faint where that is not reliable; on paper nothing."""
        if not self.bars:
            return Text()
        at = min(_BAR - 1, int(percentile * _BAR))
        faint = "dim" if reliability < 0.5 else "bold yellow"
        return Text.assemble(
            ("low |", "dim"), ("-" * at, "dim"), ("o", faint), ("-" * (_BAR - 1 - at), "dim"),
            ("| high", "dim"),
        )  # fmt: skip

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, soft_wrap=False)
        if not self.bars:
            for line in self._memory.getvalue().splitlines():
                typer.echo(line.rstrip())
            self._memory.seek(0)
            self._memory.truncate()


def _wide(cell: str | Text) -> int:
    return cell.cell_len if isinstance(cell, Text) else cell_len(inert(cell))


def plain(text: str, style: str = "") -> Text:
    """Text that is nothing but text."""
    return Text(inert(text), style)
