"""export: a pack -> the files of another program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import SourceError, UsageError
from persona_extract.exports import find_export
from persona_extract.exports.people import exported
from persona_extract.exports.protocol import Batch, Export, Origin
from persona_extract.packs.panel import read_panel
from persona_extract.packs.read import Pack, find_profile, read_pack
from persona_extract.pipeline.scenarios import read_scenarios
from persona_extract.profile.render import Size
from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario
from persona_extract.store.atomic import reporting, write_bytes

MAX_SCENARIOS = 64 * 1024 * 1024
"""Bytes of the longest file of scenarios."""


@dataclass(frozen=True, slots=True)
class Order:
    """What of a pack is exported, and how.

    Attributes:
        profiles: ids or beginnings of ids; none is all.
        panel: a file of `pack sample`: its members, with their weights.
        scenarios: a file of scenarios of any known shape.
        size: how long a brief is.
    """

    profiles: Sequence[str] = ()
    panel: Path | None = None
    scenarios: Path | None = None
    size: Size = "full"


class Summary(Record):
    """What `pack export --json` prints; `files` are the paths that were written."""

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


def export_pack(folder: Path, name: str, order: Order) -> Written:
    """What the format makes of a pack; nothing is written yet.

    Raises:
        UsageError: no such format or profile; scenarios are missing.
        PackError: the pack is damaged, or the panel is none or that of another pack.
        SourceError: the scenarios cannot be read.
    """
    export = find_export(name)
    if export.needs_scenarios and order.scenarios is None:
        raise UsageError(
            f"{export.name} wants a goal for each simulated user, and a profile has none. Give "
            '--scenarios FILE: one object a line, {"id": "s1", "domain": null, "requests": '
            '["Change my flight."], "facts": ["The booking is ZX81QD."]}.'
        )
    scenarios = read_goals(order.scenarios) if order.scenarios else ()
    pack = read_pack(folder)
    people = tuple(
        exported(profile, weight, order.size) for profile, weight in _picked(pack, order)
    )
    files = export.write(Batch(people, scenarios, origin(pack.manifest)))
    return Written(export, files, _summary(export, pack, len(people), len(scenarios), files))


def write_export(written: Written, out: Path) -> list[Path]:
    """Writes it: one file to `out`, or into it if that is a folder; a folder's files below it.

    Raises:
        UsageError: a folder of files would be mixed with what is in `out`.
    """
    names = sorted(written.files)
    alone = written.export.suffix != "/"
    if not alone:
        _refuse_full(out, set(names))
    paths = [out] if alone and not out.is_dir() else [out / name for name in names]
    for path, name in zip(paths, names, strict=True):
        write_bytes(path, written.files[name])
    return paths


def read_goals(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file of any known shape, ids unique.

    Raises:
        SourceError: too long, or not readable as `scenarios.read_scenarios` says.
    """
    with reporting(path):
        if path.is_file() and path.stat().st_size > MAX_SCENARIOS:
            raise SourceError(f"{path} is longer than {MAX_SCENARIOS >> 20} MiB: no scenarios.")
    return tuple(one.scenario for one in read_scenarios(path).scenarios)


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


def _refuse_full(folder: Path, names: set[str]) -> None:
    """Only a folder that holds the same files, and none else, is written to again."""
    with reporting(folder):
        if folder.is_dir():
            found = {path for path in folder.rglob("*") if not path.is_dir()}
            if found and {path.relative_to(folder).as_posix() for path in found} != names:
                raise UsageError(f"{folder} is not empty. Give --out a new or empty folder.")


def _picked(pack: Pack, order: Order) -> Iterable[tuple[Profile, float | None]]:
    """The profiles asked for, in the order of the pack, with their weights."""
    if order.profiles and order.panel:
        raise UsageError("give --profile or --panel, not both: a panel names its profiles.")
    if order.panel:
        members = read_panel(order.panel, pack).members
        weights = {one.profile: one.weight for one in members}
        return [(one, weights[one.id]) for one in pack.profiles if one.id in weights]
    wanted = {find_profile(pack, start).id for start in order.profiles}
    return [(one, None) for one in pack.profiles if not wanted or one.id in wanted]


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
        files=[],
        bytes=sum(len(content) for content in files.values()),
    )
