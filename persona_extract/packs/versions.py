"""Of which version a pack and its profiles are, and what to do about another one."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from persona_extract.packs.findings import Doubt
from persona_extract.records.pack import PACK_VERSION
from persona_extract.records.profile import SCHEMA_VERSION


class _Versioned(BaseModel):
    pack_version: str


class _Schemed(BaseModel):
    schema_version: str


def other_version(manifest: bytes) -> str | None:
    """What to do with a pack of another version: nothing else that is said of it would help."""
    try:
        version = _Versioned.model_validate_json(manifest).pack_version
    except ValidationError:
        return None
    if version == PACK_VERSION:
        return None
    if _is_newer(version, PACK_VERSION):
        return (
            f"pack_version is {version[:20]!r}: it was made by a newer version of this program, "
            f"which reads {PACK_VERSION!r}. Update the program: pip install -U persona-extract"
        )
    return (
        f"pack_version is {version[:20]!r}, and this program reads {PACK_VERSION!r}. Make the pack "
        "anew with `persona-extract run`, or read it with the version of the program that made it"
    )


def newer_schema(line: bytes) -> Doubt | None:
    """That a profile is of a later schema, which explains whatever else is wrong with it."""
    try:
        version = _Schemed.model_validate_json(line).schema_version
    except ValidationError:
        return None
    if not _is_newer(version, SCHEMA_VERSION):
        return None
    return Doubt(
        "version",
        f"schema_version is {version[:20]!r}: it was made by a newer version of this program, "
        f"which reads {SCHEMA_VERSION!r}. Update the program: pip install -U persona-extract",
    )


def _is_newer(version: str, ours: str) -> bool:
    parts = version.split(".")
    if len(version) > 20 or not all(part.isascii() and part.isdigit() for part in parts):
        return False
    return [int(part) for part in parts] > [int(part) for part in ours.split(".")]
