"""Reads and validates packs. Nothing in a pack is trusted before it is checked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from persona_extract.dimensions import dimensions_digest
from persona_extract.errors import PackError
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.packs.catalogue import catalogue_doubts
from persona_extract.packs.claims import doubts
from persona_extract.packs.tally import Tally
from persona_extract.records.pack import PACK_VERSION, PackManifest
from persona_extract.records.profile import Profile, Record, profile_schema
from persona_extract.store.atomic import file_digest, reporting

MAX_LINE = 4 * 1024 * 1024
"""Bytes of the longest profile that is read."""

MAX_FILE = 64 * 1024 * 1024
"""Bytes of the longest file that is read at once: all but `profiles.jsonl`."""

MAX_PROBLEM = 400
"""Characters of what is said about one finding; a hostile pack has keys of any length."""

MAX_FINDINGS = 100
"""Findings after which no more profiles are read."""

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


class _Versioned(BaseModel):
    pack_version: str


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
    """What is wrong with a pack, up to about `MAX_FINDINGS`: nothing if it is good.

    Holds one profile at a time.

    Raises:
        PackError: it is no folder.
        StoreError: the system does not let one read it.
    """
    return _examine(folder, lambda profile: None)[1]


def verdict(folder: Path, findings: tuple[Finding, ...]) -> Verdict:
    """The findings as one record."""
    return Verdict(pack=str(folder), valid=not findings, findings=list(findings))


def _examine(
    folder: Path, take: Callable[[Profile], None]
) -> tuple[PackManifest | None, tuple[Finding, ...]]:
    """The manifest, if it can be read, and what is wrong; `take` gets every readable profile."""
    with reporting(folder):
        unfit = _unfit(folder)
    if unfit:
        return None, unfit
    written = _read(folder / "manifest.json")
    if other := _other_version(written):
        return None, (_finding("manifest.json", "", other),)
    findings = _checksums(folder)
    manifest = _record("manifest.json", "", written, PackManifest)
    claimed = manifest if isinstance(manifest, PackManifest) else None
    same = claimed is not None and _same_dimensions(claimed)
    tally = Tally()
    for number, line in enumerate(_lines(folder / "profiles.jsonl"), 1):
        found = _record("profiles.jsonl", f":{number}", line, Profile)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            findings += [
                _finding("profiles.jsonl", f":{number}", doubt)
                for doubt in doubts(found, claimed, same_dimensions=same)
            ]
            tally.add(found)
            take(found)
        if len(line) > MAX_LINE or len(findings) >= MAX_FINDINGS:
            findings.append(_finding("profiles.jsonl", f":{number}", "nothing after it was read"))
            break
    if isinstance(manifest, Finding):
        return None, (manifest, *findings)
    return manifest, (*findings, *_disagreements(folder, manifest, tally))


def _other_version(manifest: bytes) -> str | None:
    """What to do with a pack of another version: nothing else that is said of it would help."""
    try:
        version = _Versioned.model_validate_json(manifest).pack_version
    except ValidationError:
        return None
    if version == PACK_VERSION:
        return None
    return (
        f"pack_version is {version!r}, and this program reads {PACK_VERSION!r}. Make the pack anew "
        "with `persona-extract run`, or read it with the version of the program that made it"
    )


def _same_dimensions(manifest: PackManifest) -> bool:
    return manifest.provenance.dimensions == dimensions_digest()


def _unfit(folder: Path) -> tuple[Finding, ...]:
    """Why a folder cannot be read as a pack: files missing, superfluous or too large."""
    if not folder.is_dir():
        raise PackError(f"{folder} is not a folder. A pack is a folder with {', '.join(FILES)}.")
    paths = [folder / name for name in (*FILES, CHECKSUMS)]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        return tuple(_finding(name, "", "is missing") for name in missing)
    found = [
        _finding(path.name, "", f"longer than {MAX_FILE} bytes")
        for path in paths
        if path.name != "profiles.jsonl" and path.stat().st_size > MAX_FILE
    ]
    extra = sorted(_shown(path.name) for path in folder.iterdir() if path not in paths)
    found += [
        _finding(name, "", "is no part of a pack: nothing vouches for it; remove it")
        for name in extra[:MAX_FINDINGS]
    ]
    return tuple(found)


def _read(path: Path) -> bytes:
    with reporting(path):
        return path.read_bytes()


def _lines(path: Path) -> Iterator[bytes]:
    """Lines without their ends; of one that is too long only the beginning."""
    with reporting(path), path.open("rb") as stream:
        while line := stream.readline(MAX_LINE + 1):
            yield line.removesuffix(b"\n")


def _checksums(folder: Path) -> list[Finding]:
    lines = _read(folder / CHECKSUMS).decode("utf-8", "replace").splitlines()
    listed = [(name, digest) for digest, _, name in (line.partition("  ") for line in lines)]
    if sorted(name for name, _ in listed) != sorted(FILES):
        return [_finding(CHECKSUMS, "", f"must list exactly {', '.join(FILES)}, each once")]
    return [
        _finding(name, "", "its checksum is not the one in SHA256SUMS: it was changed")
        for name, digest in listed
        if file_digest(folder / name) != digest
    ]


def _record(file: str, place: str, content: bytes, kind: type[R]) -> R | Finding:
    if len(content) > MAX_LINE and kind is Profile:
        return _finding(file, place, f"longer than {MAX_LINE} bytes")
    try:
        value = orjson.loads(content)
        twice = orjson.dumps(value) != content and _twice(content)
        if twice:
            return _finding(file, place, f"the key {twice!r} stands twice in one object")
        return kind.model_validate(value)
    except orjson.JSONDecodeError as error:
        return _finding(file, place, f"not JSON ({error})")
    except (orjson.JSONEncodeError, RecursionError):
        return _finding(file, place, "nested too deeply")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        return _finding(file, place, f"{where}: {first['msg']}")


def _twice(content: bytes) -> str | None:
    """A key that stands twice in an object: readers differ in which value they take."""
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        names = Counter(name for name, _ in pairs)
        found.extend(name for name, n in names.items() if n > 1)

    json.loads(content, object_pairs_hook=look)
    return found[0] if found else None


def _finding(file: str, place: str, problem: str) -> Finding:
    return Finding(file=file, place=place, problem=_shown(problem)[:MAX_PROBLEM])


def _shown(text: str) -> str:
    """Text as it may go to JSON: what is not Unicode, as file names need not be, is replaced."""
    return text.encode("utf-8", "replace").decode()


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
    wrong += catalogue_doubts(manifest, tally)[:MAX_FINDINGS]
    findings = [_finding("manifest.json", "", problem) for problem in wrong]
    if _same_dimensions(manifest) and not _has_schema(folder):
        findings.append(_finding("schema.json", "", "is not the schema of these profiles"))
    return findings


def _has_schema(folder: Path) -> bool:
    try:
        return orjson.loads(_read(folder / "schema.json")) == profile_schema()
    except orjson.JSONDecodeError:
        return False
