"""export: a pack -> the files of another program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from persona_extract.errors import SourceError, UsageError
from persona_extract.exports import find_export
from persona_extract.exports.people import exported
from persona_extract.exports.protocol import Batch, Export, Origin
from persona_extract.packs.read import Pack, read_pack
from persona_extract.profile.render import Size
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, Record
from persona_extract.records.scenario import Scenario
from persona_extract.store.atomic import reporting, write_bytes

MAX_SCENARIOS = 64 * 1024 * 1024
"""Bytes of the longest file of scenarios."""

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Order:
    """What of a pack is exported, and how.

    Attributes:
        profiles: ids or beginnings of ids; none is all.
        panel: a file of `pack sample`: its members, with their weights.
        scenarios: a file of scenarios, JSON or JSON Lines.
        size: how long a brief is.
    """

    profiles: Sequence[str] = ()
    panel: Path | None = None
    scenarios: Path | None = None
    size: Size = "full"


class Summary(Record):
    """What `pack export --json` prints."""

    export: str
    target: str
    pack: str
    version: str
    digest: str
    profiles: int
    scenarios: int
    files: list[str]
    bytes: int


@dataclass(frozen=True, slots=True)
class Written:
    """The content of each file, and what it is."""

    export: Export
    files: dict[str, bytes]
    summary: Summary


class _Member(BaseModel):
    profile: str
    weight: float | None = None


class _Panel(BaseModel):
    """As much of a panel as is needed here; what else it says is not read."""

    model_config = ConfigDict(populate_by_name=True)

    digest: str | None = None
    members: list[_Member] = Field(min_length=1)


def export_pack(folder: Path, name: str, order: Order) -> Written:
    """What the format makes of a pack; nothing is written yet.

    Raises:
        UsageError: no such format or profile; scenarios are missing; the panel is of another pack.
        PackError: the pack is damaged.
        SourceError: the file of scenarios or the panel cannot be read.
    """
    export = find_export(name)
    if export.needs_scenarios and order.scenarios is None:
        raise UsageError(
            f"{export.name} wants a goal for each simulated user, and a profile has none. Give "
            '--scenarios FILE: one object a line, {"id": "s1", "domain": null, "requests": '
            '["Change my flight."], "facts": ["The booking is ZX81QD."]}.'
        )
    scenarios = tuple(read_scenarios(order.scenarios)) if order.scenarios else ()
    pack = read_pack(folder)
    people = tuple(
        exported(profile, weight, order.size) for profile, weight in _picked(pack, order)
    )
    files = export.write(Batch(people, scenarios, origin(pack.manifest)))
    return Written(export, files, _summary(export, pack, len(people), len(scenarios), files))


def write_export(written: Written, out: Path) -> list[Path]:
    """Writes it: one file to `out`, or into it if that is a folder; a folder's files below it."""
    names = sorted(written.files)
    alone = written.export.suffix != "/"
    paths = [out] if alone and not out.is_dir() else [out / name for name in names]
    for path, name in zip(paths, names, strict=True):
        write_bytes(path, written.files[name])
    return paths


def read_scenarios(path: Path) -> list[Scenario]:
    """Scenarios of a file: a JSON list, or one object a line. Ids must differ.

    Raises:
        SourceError: it cannot be read, with the place.
    """
    found = [_record(path, place, value, Scenario) for place, value in _values(path)]
    if not found:
        raise SourceError(f"{path} holds no scenario.")
    if len({one.id for one in found}) < len(found):
        raise SourceError(f"{path}: two scenarios have the same id.")
    if empty := [one.id for one in found if not all(text.strip() for text in one.requests)]:
        raise SourceError(f"{path}: scenario {empty[0]} has an empty request.")
    return found


def origin(manifest: PackManifest) -> Origin:
    """What a pack says of itself."""
    return Origin(
        pack=manifest.name,
        version=manifest.version,
        digest=manifest.digest,
        corpora=tuple(manifest.corpora),
        licences=tuple(manifest.licences),
        attribution=tuple(getattr(manifest, "attribution", ())),
        made_up=manifest.made_up,
        imported=manifest.imported,
    )


def _picked(pack: Pack, order: Order) -> Iterable[tuple[Profile, float | None]]:
    """The profiles asked for, in the order of the pack, with their weights."""
    if order.profiles and order.panel:
        raise UsageError("give --profile or --panel, not both: a panel names its profiles.")
    if order.panel:
        weights = _weights(order.panel, pack)
        return [(one, weights[one.id]) for one in pack.profiles if one.id in weights]
    wanted = {_find(pack, start) for start in order.profiles}
    return [(one, None) for one in pack.profiles if not wanted or one.id in wanted]


def _find(pack: Pack, start: str) -> str:
    fitting = [one.id for one in pack.profiles if one.id.startswith(start)]
    if len(fitting) != 1 or not start:
        some = ", ".join((fitting or [one.id for one in pack.profiles])[:5])
        what = "Several profiles begin" if fitting else "No profile begins"
        raise UsageError(f"{what} with {start!r}. For example: {some}.")
    return fitting[0]


def _weights(path: Path, pack: Pack) -> dict[str, float | None]:
    with reporting(path):
        content = path.read_bytes()
    panel = _record(path, "", _loads(path, "", content), _Panel)
    if panel.digest not in (None, pack.manifest.digest):
        raise UsageError(
            f"{path} is a panel of another pack (digest {panel.digest[:16]}, this one has "
            f"{pack.manifest.digest[:16]}). Draw it again with `persona-extract pack sample`."
        )
    weights = {member.profile: member.weight for member in panel.members}
    if missing := sorted(weights.keys() - {one.id for one in pack.profiles}):
        raise UsageError(f"{path}: the pack has no profile {missing[0]}.")
    return weights


def _values(path: Path) -> list[tuple[str, object]]:
    """(place, value) of each record of a JSON list or of JSON Lines."""
    with reporting(path):
        if path.stat().st_size > MAX_SCENARIOS:
            raise SourceError(f"{path} is longer than {MAX_SCENARIOS} bytes.")
        content = path.read_bytes()
    if content.lstrip()[:1] == b"[":
        return [(f", entry {n}", each) for n, each in enumerate(_loads(path, "", content))]
    lines = [(f":{n}", line) for n, line in enumerate(content.splitlines(), 1) if line.strip()]
    try:
        return [("", orjson.loads(content))] if len(lines) > 1 else _each(path, lines)
    except orjson.JSONDecodeError:
        return _each(path, lines)


def _each(path: Path, lines: list[tuple[str, bytes]]) -> list[tuple[str, object]]:
    return [(place, _loads(path, place, line)) for place, line in lines]


def _loads(path: Path, place: str, content: bytes) -> list[object]:
    """Whatever JSON it is; records check it."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path}{place}: not JSON ({error}).") from error


def _record(path: Path, place: str, value: object, kind: type[R]) -> R:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise SourceError(f"{path}{place}: {where or 'it'}: {first['msg']}.") from error


def _summary(
    export: Export, pack: Pack, people: int, scenarios: int, files: dict[str, bytes]
) -> Summary:
    manifest = pack.manifest
    return Summary(
        export=export.name,
        target=export.target,
        pack=manifest.name,
        version=manifest.version,
        digest=manifest.digest,
        profiles=people,
        scenarios=scenarios,
        files=sorted(files),
        bytes=sum(len(content) for content in files.values()),
    )
