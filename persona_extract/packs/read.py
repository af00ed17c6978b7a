"""Reads and validates packs. Nothing in a pack is trusted before it is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from persona_extract.dimensions import all_dimensions
from persona_extract.errors import PackError
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.packs.tally import Tally
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, Record, profile_id
from persona_extract.store.atomic import file_digest, reporting

MAX_LINE = 4 * 1024 * 1024
"""Bytes of the longest profile that is read."""

_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b(?:\d{1,3}\.){3}\d{1,3}\b|https?://|\+?\d[\d ()-]{8,}\d"
)

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was read whole."""

    manifest: PackManifest
    profiles: tuple[Profile, ...]


class Finding(Record):
    """One thing that is wrong with a pack, and where."""

    file: str
    place: str
    problem: str


class Verdict(Record):
    """What `pack validate --json` prints."""

    pack: str
    valid: bool
    findings: list[Finding]


def read_pack(folder: Path) -> Pack:
    """Reads a pack and refuses a damaged one.

    Raises:
        PackError: the first thing that is wrong, with file and place.
    """
    profiles: list[Profile] = []
    manifest, findings = _examine(folder, profiles.append)
    if findings or manifest is None:
        first = findings[0]
        more = f" ({len(findings) - 1} more: `persona-extract pack validate`)" * (len(findings) > 1)
        raise PackError(f"{folder / first.file}{first.place}: {first.problem}{more}")
    return Pack(manifest, tuple(profiles))


def validate_pack(folder: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a pack: nothing if it is good. Holds one profile at a time."""
    return _examine(folder, lambda profile: None)[1]


def changed_files(folder: Path) -> tuple[Finding, ...]:
    """Files that are missing or not as SHA256SUMS has them; nothing else is looked at."""
    missing = _missing(folder)
    return missing or tuple(_checksums(folder))


def verdict(folder: Path, findings: tuple[Finding, ...]) -> Verdict:
    """The findings as one record."""
    return Verdict(pack=str(folder), valid=not findings, findings=list(findings))


def _examine(
    folder: Path, take: Callable[[Profile], None]
) -> tuple[PackManifest | None, tuple[Finding, ...]]:
    """The manifest, if it can be read, and what is wrong; `take` gets every readable profile."""
    if not folder.is_dir():
        raise PackError(f"{folder} is not a folder. A pack is a folder with {', '.join(FILES)}.")
    missing = _missing(folder)
    if missing:
        return None, missing
    findings = list(_checksums(folder))
    manifest = _record(folder, "manifest.json", "", _read(folder / "manifest.json"), PackManifest)
    tally = Tally()
    for number, line in enumerate(_lines(folder / "profiles.jsonl"), 1):
        found = _record(folder, "profiles.jsonl", f":{number}", line, Profile)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            findings += _doubts(found, number)
            tally.add(found)
            take(found)
    if isinstance(manifest, Finding):
        return None, (manifest, *findings)
    return manifest, (*findings, *_disagreements(folder, manifest, tally))


def _missing(folder: Path) -> tuple[Finding, ...]:
    missing = [name for name in (*FILES, CHECKSUMS) if not (folder / name).is_file()]
    return tuple(Finding(file=name, place="", problem="is missing") for name in missing)


def _lines(path: Path) -> Iterator[bytes]:
    with reporting(path), path.open("rb") as file:
        yield from file


def _read(path: Path) -> bytes:
    with reporting(path):
        return path.read_bytes()


def _checksums(folder: Path) -> list[Finding]:
    lines = _read(folder / CHECKSUMS).decode("utf-8", "replace").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if set(listed) != set(FILES):
        return [Finding(file=CHECKSUMS, place="", problem=f"must list exactly {', '.join(FILES)}")]
    return [
        Finding(
            file=name,
            place="",
            problem="its checksum is not the one in SHA256SUMS: it was changed",
        )
        for name in FILES
        if file_digest(folder / name) != listed[name]
    ]


def _record(folder: Path, file: str, place: str, content: bytes, kind: type[R]) -> R | Finding:
    if len(content) > MAX_LINE and kind is Profile:
        return Finding(file=file, place=place, problem=f"longer than {MAX_LINE} bytes")
    try:
        return kind.model_validate(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        return Finding(file=file, place=place, problem=f"not JSON ({error})")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        return Finding(file=file, place=place, problem=f"{where}: {first['msg']}")


def _doubts(profile: Profile, number: int) -> list[Finding]:
    """What is wrong with one profile beyond its schema."""
    place = f":{number}"
    known = {dimension.name for dimension in all_dimensions()}
    doubts: list[str] = []
    if profile.id != profile_id(profile):
        doubts.append("its id is not the hash of its content")
    for directive in profile.directives:
        if not directive.evidence:
            doubts.append(f"directive on {directive.dimension} cites no evidence")
        if directive.check.dimension not in known:
            doubts.append(f"no dimension is named {directive.check.dimension!r}")
        if directive.support.n > directive.support.of:
            doubts.append(f"directive on {directive.dimension} has more support than turns")
        if not {e.conversation for e in directive.evidence} <= set(profile.source.conversations):
            doubts.append(f"directive on {directive.dimension} cites a foreign conversation")
        if _PERSONAL.search(directive.text):
            doubts.append(f"directive on {directive.dimension} looks like personal data")
    return [Finding(file="profiles.jsonl", place=place, problem=doubt) for doubt in doubts]


def _disagreements(folder: Path, manifest: PackManifest, tally: Tally) -> list[Finding]:
    """Where the manifest and the profiles say different things."""
    claims = {
        "n_profiles": (manifest.n_profiles, tally.n_profiles),
        "n_conversations": (manifest.n_conversations, tally.n_conversations),
        "n_turns": (manifest.n_turns, tally.n_turns),
        "n_directives": (manifest.n_directives, tally.n_directives),
        "digest": (manifest.digest, file_digest(folder / "profiles.jsonl")),
        "licences": (manifest.licences, sorted(tally.licences)),
        "corpora": (manifest.corpora, sorted(tally.corpora)),
    }
    wrong = [
        f"{k} says {said}, the profiles {is_}" for k, (said, is_) in claims.items() if said != is_
    ]
    if len(set(tally.ids)) < len(tally.ids):
        wrong.append("two profiles have the same id")
    if len(tally.users) < len(tally.ids):
        wrong.append("two profiles are of the same user")
    return [Finding(file="manifest.json", place="", problem=problem) for problem in wrong]
