"""Writes a pack: a folder that is whole, checksummed and describes itself."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl

from persona_extract.packs.card import card
from persona_extract.records.moves import Move
from persona_extract.records.pack import PackManifest, Quantiles
from persona_extract.records.profile import Profile
from persona_extract.store.atomic import file_digest, reporting, write_bytes, write_json

CHECKSUMS = "SHA256SUMS"
FILES = ("manifest.json", "profiles.jsonl", "schema.json", "README.md")


@dataclass(frozen=True, slots=True)
class Population:
    """What a pack says of all its users together.

    Attributes:
        quantiles: dimension, n_users, mean, sd, q10, q25, q50, q75, q90
            (`dimensions.levels.population`).
        moves: the catalogue.
    """

    quantiles: pl.DataFrame
    moves: tuple[Move, ...]


def build_pack(
    folder: Path, name: str, profiles: list[Profile], population: Population, *, made_up: bool
) -> PackManifest:
    """Writes profiles, sorted by id, as a pack; replaces a pack that stands there.

    Args:
        folder: where; its parent must exist.
        name: title of the pack.
        profiles: at least one.
        population: quantiles and moves of the same run.
        made_up: whether the people never existed.

    Raises:
        StoreError: it cannot be written. What stood there before is then still there.
    """
    ordered = sorted(profiles, key=lambda profile: profile.id)
    lines = b"".join(orjson.dumps(p.model_dump(mode="json")) + b"\n" for p in ordered)
    manifest = _manifest(name, ordered, lines, population, made_up=made_up)
    partial = folder.with_name(f".{folder.name}.partial")
    with reporting(folder):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        write_bytes(partial / "profiles.jsonl", lines)
        write_json(partial / "manifest.json", manifest.model_dump(mode="json"))
        write_json(partial / "schema.json", Profile.model_json_schema())
        write_bytes(partial / "README.md", card(manifest).encode())
        sums = "".join(f"{file_digest(partial / name)}  {name}\n" for name in FILES)
        write_bytes(partial / CHECKSUMS, sums.encode())
        _put(partial, folder)
    return manifest


def _put(partial: Path, folder: Path) -> None:
    """Renames the new pack into place; an old one is moved aside first and removed last."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _manifest(
    name: str, profiles: list[Profile], lines: bytes, population: Population, *, made_up: bool
) -> PackManifest:
    sources = [profile.source for profile in profiles]
    return PackManifest(
        name=name,
        digest=hashlib.sha256(lines).hexdigest(),
        made_up=made_up,
        corpora=sorted({source.corpus for source in sources}),
        revisions=sorted({source.revision for source in sources}),
        licences=sorted({source.licence for source in sources}),
        n_profiles=len(profiles),
        n_conversations=sum(len(source.conversations) for source in sources),
        n_turns=sum(source.n_turns for source in sources),
        n_directives=sum(len(profile.directives) for profile in profiles),
        provenance=profiles[0].provenance,
        population=_quantiles(population.quantiles),
        moves=list(population.moves),
    )


def _quantiles(table: pl.DataFrame) -> dict[str, Quantiles]:
    rounded = table.sort("dimension").with_columns(pl.col(pl.Float64).round(6))
    return {
        row.pop("dimension"): Quantiles.model_validate(row) for row in rounded.iter_rows(named=True)
    }
