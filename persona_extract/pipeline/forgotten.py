"""`forgotten.json` of a workspace: whose conversations are never kept again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from pydantic import ValidationError

from persona_extract.errors import StoreError
from persona_extract.records.forgotten import Forgotten
from persona_extract.store.atomic import reporting, write_json

FILE = "forgotten.json"


def read_forgotten(root: Path) -> Forgotten:
    """Who was forgotten in a workspace; nobody where there is no such file.

    Raises:
        StoreError: the file is damaged: to go on without it would bring people back.
    """
    path = root / FILE
    with reporting(path):
        if not path.is_file():
            return Forgotten()
        written = path.read_bytes()
    try:
        return Forgotten.model_validate_json(written)
    except ValidationError as error:
        raise StoreError(
            f"{path} is damaged. Put it back, or forget the same people again after removing it: "
            "without it a run would keep them."
        ) from error


def write_forgotten(root: Path, forgotten: Forgotten) -> None:
    """Notes for good who is forgotten."""
    write_json(root / FILE, forgotten.model_dump())


def is_forgotten(forgotten: Forgotten) -> pl.Expr:
    """Of rows with user_key and conversation_id, whether they are to go."""
    return pl.col("user_key").is_in(forgotten.users) | pl.col("conversation_id").is_in(
        forgotten.conversations
    )
