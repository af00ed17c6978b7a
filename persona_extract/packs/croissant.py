"""Croissant 1.0 metadata of a pack: the card for machines, as JSON-LD.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html. What only publishing knows (address,
date) is left out, so that the same profiles give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from persona_extract.packs.card_metadata import metadata, printable
from persona_extract.packs.card_words import said_of
from persona_extract.packs.licences import known
from persona_extract.records.pack import PackManifest

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json]"

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

_CONTEXT: dict[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_TEXT, _WHOLE, _REAL = "sc:Text", "sc:Integer", "sc:Float"

_FIELDS = (
    ("id", "Content hash of the profile.", _TEXT, "id", None, False),
    ("corpus", "Corpus that the conversations are from.", _TEXT, "source", "corpus", False),
    ("revision", "Revision of the corpus.", _TEXT, "source", "revision", False),
    ("licence", "Licence of the corpus.", _TEXT, "source", "licence", False),
    ("user_key", "Keyed hash of the user.", _TEXT, "source", "user_key", False),
    ("n_turns", "User turns that were read.", _WHOLE, "source", "n_turns", False),
    ("archetype", "Name of the kind of user; null for none.", _TEXT, "archetype", "name", False),
    ("directives", "What a simulator is told.", _TEXT, "directives", "text", True),
    ("directive_kinds", "measured, read or imported.", _TEXT, "directives", "kind", True),
    ("dimensions", "Dimensions that were read.", _TEXT, "readings", "dimension", True),
    ("values", "Mean of each dimension.", _REAL, "readings", "value", True),
    ("percentiles", "Share of users below, 0 to 1.", _REAL, "readings", "percentile", True),
    ("levels", "very low, low, typical, high or very high.", _TEXT, "readings", "level", True),
    ("reliabilities", "Of each mean, 0 to 1.", _REAL, "readings", "reliability", True),
    ("traits", "Names of traits that a model read.", _TEXT, "traits", "name", True),
    ("moves", "Kinds of follow-ups.", _TEXT, "moves", "label", True),
    ("move_rates", "Share of each kind.", _REAL, "moves", "rate", True),
)
"""Field of the record set, what it is, its type, the key of the profile, the key within, and
whether there are several. Lists of one key are parallel."""


def croissant(manifest: PackManifest, manifest_digest: str) -> dict[str, Json]:
    """`croissant.json` of a pack.

    Args:
        manifest: of the pack.
        manifest_digest: SHA-256 of `manifest.json`.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": printable(manifest.name),
        "description": _description(manifest),
        "version": manifest.version,
        "license": _one_or_all([_address(licence) for licence in manifest.licences]),
        "creator": {"@type": "sc:Organization", "name": "the makers of this pack"},
        "citeAs": "\n".join(printable(line) for line in manifest.attribution),
        "inLanguage": "en",
        "keywords": list(metadata(manifest).tags),
        "isLiveDataset": False,
        "distribution": [
            _file(
                "profiles.jsonl", "application/jsonlines", manifest.digest, "One profile a line."
            ),
            _file(
                "manifest.json",
                "application/json",
                manifest_digest,
                "Versions, counts, population quantiles, catalogue of moves, traits, archetypes.",
            ),
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "profiles",
                "name": "profiles",
                "description": "One profile a user.",
                "key": {"@id": "profiles/id"},
                "field": list(_fields()),
            }
        ],
    }


def _description(manifest: PackManifest) -> str:
    of = ", ".join(printable(name) for name in manifest.corpora)
    made_up = " These people are made up." * manifest.made_up
    return (
        f"{manifest.n_profiles} executable behaviour profiles of users of LLM assistants"
        f"{said_of(manifest)}, of {of}. A profile says how a user writes, in numbers and checkable "
        f"directives, and conditions a user simulator.{made_up}"
    )


def _file(name: str, format_: str, digest: str, what: str) -> dict[str, Json]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": what,
        "contentUrl": name,
        "encodingFormat": format_,
        "sha256": digest,
    }


def _fields() -> Iterator[Json]:
    for name, what, kind, column, within, repeated in _FIELDS:
        source: dict[str, Json] = {
            "fileObject": {"@id": "profiles.jsonl"},
            "extract": {"column": column},
        }
        if within is not None:
            source["transform"] = {"jsonPath": f"$.{within}"}
        field: dict[str, Json] = {
            "@type": "cr:Field",
            "@id": f"profiles/{name}",
            "name": name,
            "description": what,
            "dataType": kind,
            "source": source,
        }
        yield {**field, "repeated": True} if repeated else field


def _address(licence: str) -> str:
    found = known(licence)
    return found.url if found else printable(licence)


def _one_or_all(licences: Sequence[str]) -> Json:
    return licences[0] if len(licences) == 1 else list(licences)
