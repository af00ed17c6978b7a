"""What every step of a run needs to know, and where its tables lie. Small enough to be pickled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import orjson
import polars as pl

from persona_extract.errors import StoreError
from persona_extract.records.settings import Settings
from persona_extract.records.tables import Schema, empty
from persona_extract.store.atomic import read_table, reporting
from persona_extract.store.workspace import Workspace
from persona_extract.text import salted_key

FOLDERS = {
    "pull": "01_pull",
    "curate": "02_curate",
    "measure": "03_measure",
    "read": "04_read",
    "cluster": "05_cluster",
    "label": "06_label",
    "compile": "07_compile",
    "ground": "08_ground",
    "pack": "09_pack",
    "simulate": "10_simulate",
    "compare": "11_compare",
    "report": "12_report",
}
"""Stages in their order, and the folder of each."""

QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Job:
    """A run: what is read, where it is kept, and how.

    Attributes:
        workspace: an open workspace.
        spec: the SOURCE as the caller wrote it.
        settings: everything else.
        run: this run among others in the workspace; its budget goes by it.
    """

    workspace: Workspace
    spec: str
    settings: Settings
    run: str = field(default_factory=lambda: uuid4().hex)

    def folder(self, stage: str) -> Path:
        """Folder of a stage."""
        return self.workspace.folder(FOLDERS[stage])

    @property
    def pack(self) -> Path:
        """Folder of the pack that the run makes."""
        return self.workspace.root / "pack"

    @property
    def report(self) -> Path:
        """The report that the run makes."""
        return self.workspace.root / "report.html"

    @property
    def vectors(self) -> Path:
        """File of embeddings that are kept from run to run. A cache: it may be deleted."""
        return self.workspace.root / "cache" / "vectors.sqlite"

    def quote_key(self) -> Callable[[str], str]:
        """The keyed hash of quotes. Reads the salt once: ask for it once a part."""
        return partial(salted_key, self.workspace.salt, QUOTE)

    def parts(self) -> list[str]:
        """Names of the parts that curated users are kept in, e.g. "part-0003"."""
        return names(self.folder("curate") / "conversations")

    def table(self, stage: str, name: str, part: str, schema: Schema) -> pl.DataFrame:
        """One part of a table of a stage."""
        return read_table(self.folder(stage) / name / f"{part}.parquet", schema)

    def tables(
        self,
        stage: str,
        name: str,
        schema: Schema,
        *,
        columns: Sequence[str] | None = None,
        users: pl.Series | None = None,
    ) -> pl.DataFrame:
        """All parts of a table of a stage, or of each part only some columns of some users."""

        def wanted(rows: pl.DataFrame) -> pl.DataFrame:
            mine = rows if users is None else rows.filter(pl.col("user_key").is_in(users.to_list()))
            return mine if columns is None else mine.select(columns)

        folder = self.folder(stage) / name
        parts = (read_table(folder / f"{part}.parquet", schema) for part in names(folder))
        return pl.concat([wanted(empty(schema)), *(wanted(rows) for rows in parts)])


def names(folder: Path) -> list[str]:
    """Names of the Parquet parts in a folder, sorted, without ending."""
    return sorted(path.stem for path in folder.glob("*.parquet"))


def add_up(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    """Sums of counts by kind, kinds sorted."""
    kinds = sorted({kind for one in counts for kind in one})
    return {kind: sum(one.get(kind, 0) for one in counts) for kind in kinds}


def read_counts(path: Path) -> dict[str, int]:
    """Counts as a step left them beside its part."""
    with reporting(path):
        written = path.read_bytes()
    try:
        return dict(orjson.loads(written))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} is damaged. Remove it and run again.") from error
