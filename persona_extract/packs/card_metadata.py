"""The front matter of a card, as the Hugging Face hub reads it."""

from __future__ import annotations

import re
import unicodedata

import yaml
from pydantic import Field

from persona_extract.packs.attribution import hub_id
from persona_extract.packs.licences import all_known
from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest

_SIZES = ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**6, "100K<n<1M"))

BLOCK = 2**30
"""Bytes that `datasets` reads at a time."""


class DataFiles(Record):
    """What `load_dataset` reads."""

    split: str
    path: str


class Config(Record):
    """The one configuration.

    `datasets` takes the fields from the first block of so many bytes and fails on a later one with
    others, such as the first directive of another kind: the block has to be the whole file.
    """

    config_name: str = "default"
    data_files: list[DataFiles] = [DataFiles(split="train", path="profiles.jsonl")]
    chunksize: int = BLOCK


class Metadata(Record):
    """Front matter of a dataset card.

    Attributes:
        license: identifiers of the hub; "other" unless all licences are known.
        license_name: what it is then.
        language: of directives and dimensions.
        source_datasets: ids on the hub, as far as they are known.
    """

    pretty_name: str
    license: list[str]
    license_name: str | None
    language: list[str] = ["en"]
    size_categories: list[str]
    task_categories: list[str] = ["text-generation"]
    annotations_creators: list[str] = ["machine-generated"]
    source_datasets: list[str]
    tags: list[str]
    configs: list[Config] = Field(default=[Config()])


def metadata(manifest: PackManifest) -> Metadata:
    """The front matter of a pack's card."""
    licences = all_known(manifest.licences)
    sources = [found for name in manifest.corpora if (found := hub_id(name))]
    tags = ["user-simulation", "behaviour-profiles", "evaluation", "persona-extract", "croissant"]
    return Metadata(
        pretty_name=printable(manifest.name),
        license=[one.hub for one in licences] if licences else ["other"],
        license_name=None if licences else _slug("; ".join(manifest.licences)),
        size_categories=[_size(manifest.n_profiles)],
        source_datasets=["original"] if manifest.made_up else sources,
        tags=[*tags, "synthetic"] if manifest.made_up else tags,
    )


def front_matter(found: Metadata) -> str:
    """The metadata as YAML between two lines of dashes. What is empty is left out."""
    said = {key: value for key, value in found.model_dump(mode="json").items() if value}
    if len(found.license) == 1:
        said["license"] = found.license[0]  # the hub wants a list only for several
    written = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{written}---\n"


def printable(text: str) -> str:
    """One line without control characters or what else no reader can see."""
    kept = (" " if unicodedata.category(mark)[0] == "C" else mark for mark in text)
    return " ".join("".join(kept).split())


def _size(n: int) -> str:
    return next((name for most, name in _SIZES if n < most), "1M<n<10M")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60] or "unknown"
