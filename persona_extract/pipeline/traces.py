"""Looks for what somebody left in files: keys, and words that nobody else wrote.

Texts are compared by their words in lower case, so that it does not matter how a file escapes or
breaks them.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import polars as pl

from persona_extract.records.forgotten import TraceKind
from persona_extract.store.atomic import reporting

WORDS = 5
"""Words of a run."""

_BLOCK = 8 * 2**20
_OVERLAP = 4096  # bytes; no key and hardly a run of words is longer
_OTHERS = r"[^\p{L}\p{N}]+"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrtbf\"\\/]")


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for, by kind. Runs are as `folded` gives them: words between blanks.
    `conversations` are the keys of conversations among the keys."""

    found: dict[TraceKind, frozenset[str]]
    conversations: frozenset[str] = frozenset()

    @property
    def everything(self) -> list[str]:
        """All of all kinds, sorted."""
        return sorted(one for some in self.found.values() for one in some)


@dataclass(slots=True)
class Seen:
    """What a scan found: the file -> the needles in it."""

    places: dict[Path, frozenset[str]] = field(default_factory=dict[Path, frozenset[str]])
    files: int = 0

    def count(self, needles: frozenset[str]) -> int:
        """Places of needles."""
        return sum(len(found & needles) for found in self.places.values())


def folded(texts: pl.Series) -> pl.Series:
    """Texts as words in lower case, each between blanks."""
    words = texts.str.to_lowercase().str.replace_all(_OTHERS, " ").str.strip_chars(" ")
    return pl.select(pl.concat_str(pl.lit(" "), words, pl.lit(" "))).to_series()


def runs(texts: pl.Series) -> frozenset[str]:
    """All runs of `WORDS` words in texts, as " a b c d e "."""
    found: set[str] = set()
    for text in folded(texts.drop_nulls()).to_list():
        words = text.split()
        found.update(f" {' '.join(words[i : i + WORDS])} " for i in range(len(words) - WORDS + 1))
    return frozenset(found)


def among(needles: Iterable[str], texts: pl.Series) -> frozenset[str]:
    """Those of the needles that stand in folded texts."""
    wanted = sorted(needles)
    if not wanted or texts.is_empty():
        return frozenset()
    hits = texts.str.extract_many(wanted, overlapping=True)
    return frozenset(hits.explode().drop_nulls().unique().to_list())


def holding(needles: Iterable[str], texts: pl.Series) -> pl.Series:
    """Which of the texts, as they stand in a JSON document, hold a needle."""
    found = [bool(among(needles, _variants(text))) for text in texts.to_list()]
    return pl.Series(found, dtype=pl.Boolean)


def said_by_program(needles: frozenset[str]) -> frozenset[str]:
    """Needles that stand in this program's own files: a card or a directive may say them. What the
    made-up people of the demo say does not count."""
    root = Path(str(files("persona_extract")))
    kinds = (".py", ".txt", ".jinja", ".csv", ".json", ".md")
    paths = sorted(path for path in root.rglob("*") if path.suffix in kinds)
    paths = [path for path in paths if "sources" not in path.relative_to(root).parts]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return among(needles, folded(pl.Series(texts, dtype=pl.String)))


def scan(paths: Iterable[Path], needles: Needles) -> Seen:
    """Looks into every file, the hidden ones too; Parquet is read decoded as well.

    Raises:
        StoreError: a file cannot be read.
    """
    seen, wanted = Seen(), needles.everything
    for path in paths:
        seen.files += 1
        with reporting(path):
            found = frozenset[str]().union(*(among(wanted, some) for some in _contents(path)))
        if found:
            seen.places[path] = found
    return seen


def all_files(root: Path) -> list[Path]:
    """Every file below a folder."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def _contents(path: Path) -> Iterator[pl.Series]:
    """What a file holds, folded, block by block."""
    with path.open("rb") as file:
        tail = b""
        while block := file.read(_BLOCK):
            yield _variants((tail + block).decode("utf-8", "replace"))
            tail = block[-_OVERLAP:]
    if path.suffix == ".parquet":
        try:
            table = pl.read_parquet(io.BytesIO(path.read_bytes()))
        except pl.exceptions.PolarsError:
            return  # its bytes were looked at
        yield folded(_texts(table))


def _variants(text: str) -> pl.Series:
    """A text as it stands, and without the escapes of JSON and HTML."""
    plain = _ESCAPED.sub(_character, text)
    return folded(pl.Series([text, plain, html.unescape(plain)], dtype=pl.String).unique())


def _character(escape: re.Match[str]) -> str:
    """What an escape stands for; all but letters part words."""
    number = int(escape[1] or "20", 16)
    return " " if 0xD800 <= number <= 0xDFFF else chr(number)


def _texts(table: pl.DataFrame) -> pl.Series:
    """All strings of a table, those in lists and records too."""
    found = [text for column in table.get_columns() for text in _strings(column)]
    return pl.concat([pl.Series([], dtype=pl.String), *found])


def _strings(column: pl.Series) -> Iterator[pl.Series]:
    kind = column.dtype
    if kind == pl.String:
        yield column.drop_nulls().rename("")
    elif isinstance(kind, (pl.List, pl.Array)):
        yield from _strings(column.explode())
    elif isinstance(kind, pl.Struct):
        for inner in column.struct.unnest().get_columns():
            yield from _strings(inner)
