"""The JSON document that most formats share: where it comes from, who is in it, their objects."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from persona_extract.exports.inert import inert
from persona_extract.exports.protocol import Batch, Export, Exported, Origin
from persona_extract.profile.harmless import harmless_line

MOST_NOTICE = 500
"""Characters of a line of a notice."""

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def document(export: Export, batch: Batch, key: str, objects: Sequence[Json]) -> dict[str, bytes]:
    """One file: `key` holds the objects as the other program wants them, `people` whose they are.

    Args:
        export: the format.
        batch: what is exported.
        key: what the objects are called.
        objects: one a person, or one a scenario of a person, scenarios running faster.
    """
    whole: Json = {
        "export": export.name,
        "target": export.target,
        "use": export.use,
        "provenance": provenance(batch.origin),
        "people": _people(export, batch),
        key: list(objects),
    }
    return {export.file: as_json(whole)}


def provenance(origin: Origin) -> Json:
    """Where people come from, as data."""
    return {
        "pack": origin.pack,
        "version": origin.version,
        "digest": origin.digest,
        "corpora": list(origin.corpora),
        "licences": list(origin.licences),
        "attribution": list(origin.attribution),
        "made_up": origin.made_up,
        "imported": origin.imported,
    }


def notice(origin: Origin) -> list[str]:
    """Where people come from, in lines for readers."""
    lines = [
        f"From the pack {origin.pack}, version {origin.version}, digest {origin.digest[:12]}.",
        f"Made from {'; '.join(origin.corpora)}. Licence: {'; '.join(origin.licences)}.",
        *origin.attribution,
    ]
    if origin.made_up:
        lines.append("These people are made up.")
    if origin.imported:
        lines.append("Directives are somebody else's: nothing measured supports them.")
    return [inert(harmless_line(line, MOST_NOTICE)) for line in lines]


def as_json(value: Json) -> bytes:
    """Indented JSON with a final newline, keys in their order."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _people(export: Export, batch: Batch) -> list[Json]:
    """Whose the objects are, in their order."""
    if not export.needs_scenarios:
        return [_person(one) for one in batch.people]
    return [
        {**_person(one), "scenario": scenario.id}
        for one in batch.people
        for scenario in batch.scenarios
    ]


def _person(one: Exported) -> dict[str, Json]:
    said: dict[str, Json] = {"profile": one.profile.id}
    return said if one.weight is None else {**said, "weight": one.weight}
