"""Takes the rows of forgotten people out of the tables that a workspace keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import polars as pl

from persona_extract.pipeline.job import FOLDERS, names
from persona_extract.pipeline.pull import counted, left_out, read_note, write_chunk
from persona_extract.pipeline.remember import FOLDER as MEMORY_FOLDER
from persona_extract.pipeline.remember import MEMORY
from persona_extract.records.forgotten import Forgotten
from persona_extract.records.tables import CONVERSATIONS
from persona_extract.store.atomic import read_table, reporting, write_table
from persona_extract.store.workspace import Workspace

PULL = FOLDERS["pull"]
NEW, OLD = f"{PULL}.new", f"{PULL}.old"
"""The folder of the stage while it is written anew, and until the old one is removed."""


def settle(workspace: Workspace) -> None:
    """After an interruption: the old conversations come back if the new ones are not in place."""
    pull, old = workspace.folder(PULL), workspace.folder(OLD)
    with reporting(pull):
        if old.exists() and not pull.exists():
            old.rename(pull)
        if workspace.folder(NEW).exists():
            shutil.rmtree(workspace.folder(NEW))


def pulled(workspace: Workspace) -> Iterator[pl.DataFrame]:
    """`CONVERSATIONS` as they were pulled, chunk by chunk; those too that an interrupted command
    was about to remove."""
    for name in (PULL, OLD):
        folder = workspace.folder(name) / "chunks"
        for chunk in names(folder):
            yield read_table(folder / f"{chunk}.parquet", CONVERSATIONS)


def rewrite_pull(workspace: Workspace, forgotten: Forgotten) -> None:
    """Writes the pulled conversations anew without some people, under the digest that they have: a
    run takes them for what it would pull itself. The old ones go only once the new are in place."""
    pull, new, old = (workspace.folder(name) for name in (PULL, NEW, OLD))
    with reporting(pull):
        if old.exists():
            shutil.rmtree(old)
        if not pull.exists():
            return
        finished = workspace.finished(PULL)
        new.mkdir()
        if (pull / "begun").is_file():
            shutil.copyfile(pull / "begun", new / "begun")
        for name in names(pull / "chunks"):
            rows = read_table(pull / "chunks" / f"{name}.parquet", CONVERSATIONS)
            write_chunk(new, name, *left_out(read_note(pull, name), rows, forgotten))
        if finished is not None:
            workspace.finish(NEW, finished.digest, counted(new))
        pull.rename(old)
        new.rename(pull)
        shutil.rmtree(old)


def rewrite_memory(workspace: Workspace, forgotten: Forgotten) -> None:
    """Takes members out of the remembered clusters; those of others keep their ids. A cluster that
    loses a member loses its centre too, which was a mean of theirs: it is known by its members."""
    gone = {*forgotten.users, *forgotten.conversations}
    for path in sorted((workspace.root / MEMORY_FOLDER).glob("*.parquet")):
        table = read_table(path, MEMORY)
        member = pl.element().str.split(":").list.first()
        kept = table.with_columns(
            pl.col("members").list.eval(pl.element().filter(~member.is_in(sorted(gone))))
        )
        lost = kept["members"].list.len() < table["members"].list.len()
        kept = kept.with_columns(
            pl.when(lost).then(pl.lit([], MEMORY[name])).otherwise(name).alias(name)
            for name in ("axes", "centre")
        )
        # A cluster of nobody cannot be found again; the row of those in no cluster stays.
        kept = kept.filter((pl.col("members").list.len() > 0) | pl.col("id").is_null())
        if not kept.equals(table):
            write_table(path, kept, MEMORY)
