"""Writes a pack: a folder that is whole, checksummed and describes itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
import polars as pl

from persona_extract.packs.attribution import credits
from persona_extract.packs.card import card
from persona_extract.packs.croissant import croissant
from persona_extract.packs.statistics import Counted
from persona_extract.packs.tally import Tally
from persona_extract.records.catalogue import Catalogue
from persona_extract.records.pack import PackManifest, Quantiles
from persona_extract.records.profile import Profile, Provenance, profile_schema
from persona_extract.store.atomic import (
    file_digest,
    reporting,
    write_bytes,
    write_json,
    write_pieces,
)

CHECKSUMS = "SHA256SUMS"
FILES = ("manifest.json", "profiles.jsonl", "schema.json", "README.md", "croissant.json")


@dataclass(frozen=True, slots=True)
class Population:
    """What a pack says of all its users together.

    Attributes:
        quantiles: dimension, n_users, mean, sd, q10, q25, q50, q75, q90
            (`dimensions.levels.population`).
        catalogue: what of it fewer than `k_users` profiles hold must not be in there.
        demographics: whether age, gender and the like were read.
    """

    quantiles: pl.DataFrame
    catalogue: Catalogue
    demographics: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """What a pack says of itself, whatever is in it."""

    name: str
    version: str
    attribution: list[str]
    made_up: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What passed by while profiles were written."""

    tally: Tally
    counted: Counted
    provenance: Provenance


def build_pack(
    folder: Path,
    name: str,
    profiles: Iterable[Profile],
    population: Population,
    *,
    made_up: bool,
    version: str = "0.1.0",
    attribution: Sequence[str] = (),
) -> PackManifest:
    """Writes profiles, sorted by id, as a pack; replaces a pack that stands there.

    Holds one profile at a time, however many there are.

    Args:
        folder: where; its parent must exist.
        name: title of the pack.
        profiles: at least one, all of one run.
        population: quantiles and catalogue of the same run.
        made_up: whether the people never existed.
        version: of the pack, by Semantic Versioning.
        attribution: whom to credit besides those of the corpora that `packs.attribution` knows; of
            a pack made from another, the lines of that one.

    Raises:
        StoreError: it cannot be written. What stood there before is then still there.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    with reporting(folder):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        written = _write_sorted(partial / "profiles.jsonl", profiles)
        title = Title(name, version, credits(written.tally.corpora, attribution), made_up)
        manifest = _manifest(partial, title, written, population)
        _describe(partial, manifest, written.counted)
        _put(partial, folder)
    return manifest


def _manifest(
    partial: Path, title: Title, written: Written, population: Population
) -> PackManifest:
    tally, catalogue = written.tally, population.catalogue
    return PackManifest(
        name=title.name,
        version=title.version,
        digest=file_digest(partial / "profiles.jsonl"),
        made_up=title.made_up,
        imported=written.counted.kinds["imported"] > 0,
        examples=written.counted.examples > 0,
        corpora=sorted(tally.corpora),
        revisions=sorted(tally.revisions),
        licences=sorted(tally.licences),
        attribution=title.attribution,
        n_profiles=tally.n_profiles,
        n_conversations=tally.n_conversations,
        n_turns=tally.n_turns,
        n_directives=tally.n_directives,
        provenance=written.provenance,
        demographics=population.demographics,
        population=_quantiles(population.quantiles),
        k_users=catalogue.k_users,
        moves=catalogue.moves,
        traits=catalogue.traits,
        archetypes=catalogue.archetypes,
    )


def _describe(partial: Path, manifest: PackManifest, counted: Counted) -> None:
    """Writes everything but the profiles."""
    write_json(partial / "manifest.json", manifest.model_dump(mode="json"))
    write_json(partial / "schema.json", profile_schema())
    write_bytes(partial / "README.md", card(manifest, counted.statistics()).encode())
    described = croissant(manifest, file_digest(partial / "manifest.json"))
    write_json(partial / "croissant.json", described)
    sums = "".join(f"{file_digest(partial / name)}  {name}\n" for name in FILES)
    write_bytes(partial / CHECKSUMS, sums.encode())


def _put(partial: Path, folder: Path) -> None:
    """Renames the new pack into place; an old one is moved aside first and removed last."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        partial.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_sorted(path: Path, profiles: Iterable[Profile]) -> Written:
    """Writes the lines as they come, then again in the order of their ids."""
    tally, counted = Tally(), Counted()
    places, made_by = list[tuple[str, int, int]](), list[Provenance]()
    spool = path.with_suffix(".unsorted")
    with spool.open("w+b") as file:
        for profile in profiles:
            line = orjson.dumps(profile.model_dump(mode="json")) + b"\n"
            places.append((profile.id, file.tell(), len(line)))
            file.write(line)
            tally.add(profile)
            counted.add(profile)
            made_by = made_by or [profile.provenance]
        write_pieces(path, (_line(file, start, length) for _, start, length in sorted(places)))
    spool.unlink()
    return Written(tally, counted, made_by[0])


def _line(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _quantiles(table: pl.DataFrame) -> dict[str, Quantiles]:
    rounded = table.sort("dimension").with_columns(pl.col(pl.Float64).round(6))
    return {
        row.pop("dimension"): Quantiles.model_validate(row) for row in rounded.iter_rows(named=True)
    }
