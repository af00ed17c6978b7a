"""Looks at a pack as it stands: every check that needs nothing but the pack."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from persona_extract.dimensions import dimensions_digest
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.packs.catalogue import catalogue_doubts
from persona_extract.packs.claims import doubts
from persona_extract.packs.credited import attribution_doubts
from persona_extract.packs.decode import decode, parse
from persona_extract.packs.files import MAX_LINE, PROFILES, Lines, listed_sums, read_whole, unfit
from persona_extract.packs.findings import (
    CHECKS,
    MAX_FINDINGS,
    Check,
    Doubt,
    Finding,
    finding,
)
from persona_extract.packs.population import Values
from persona_extract.packs.schema import schema_doubt
from persona_extract.packs.tally import Tally
from persona_extract.packs.texts import manifest_texts
from persona_extract.packs.versions import newer_schema, other_version
from persona_extract.packs.wording import card_doubts, wording_doubts
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.store.atomic import reporting

MANIFEST = "manifest.json"


@dataclass(slots=True)
class Examined:
    """What a look at a pack came to.

    Attributes:
        manifest: None where it cannot be read.
        card: README.md, as it was when it was checked.
        findings: what is wrong, the worst first.
        skipped: checks that were not made, and why.
    """

    manifest: PackManifest | None = None
    card: bytes = b""
    findings: list[Finding] = field(default_factory=list[Finding])
    skipped: dict[Check, str] = field(default_factory=dict[Check, str])

    def add(self, file: str, place: str, *said: Doubt) -> None:
        """Notes what is wrong with one place."""
        self.findings += [finding(file, place, doubt) for doubt in said]

    def skip_after(self, last: Check, why: str) -> None:
        """Notes that no check after `last` was made."""
        names = list(CHECKS)
        self.skipped |= dict.fromkeys(names[names.index(last) + 1 :], why)


def examine(folder: Path, take: Callable[[Profile], None]) -> Examined:
    """All checks that a pack alone allows; `take` gets every readable profile.

    Raises:
        PackError: it is no folder.
        StoreError: the system does not let one read it.
    """
    seen = Examined()
    with reporting(folder):
        seen.findings += unfit(folder)
    if seen.findings:
        seen.skip_after("files", "the files cannot be read as a pack")
        return seen
    whole = {name: read_whole(folder, name) for name in (*FILES, CHECKSUMS) if name != PROFILES}
    if other := other_version(whole[MANIFEST]):
        seen.add(MANIFEST, "", Doubt("version", other))
        seen.skip_after("version", "the pack is of another version")
        return seen
    seen.card = whole["README.md"]
    manifest = decode(whole[MANIFEST], PackManifest)
    if isinstance(manifest, Doubt):
        seen.add(MANIFEST, "", manifest)
    else:
        seen.manifest = manifest
    tally, values, lines = Tally(), Values(), Lines(folder)
    for found in _profiles(lines, seen):
        tally.add(found)
        values.add(found)
        take(found)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in whole.items()}
    _compare(seen, listed_sums(whole[CHECKSUMS]), {**sums, PROFILES: lines.digest})
    if seen.manifest is None:
        without: tuple[Check, ...] = ("attribution", "k-users", "population")
        seen.skipped |= dict.fromkeys(without, "manifest.json cannot be read")
    elif lines.digest is None:
        cut: tuple[Check, ...] = ("checksums", "counts", "k-users", "weights", "population")
        seen.skipped |= dict.fromkeys(cut, "not all profiles were read")
    else:
        _disagreements(seen, seen.manifest, tally, values, lines.digest)
    _other_texts(seen, whole)
    return seen


def _profiles(lines: Lines, seen: Examined) -> Iterator[Profile]:
    """The readable profiles; what is wrong with each is noted. Ends early where much is."""
    same = seen.manifest is not None and _same_dimensions(seen.manifest)
    for number, line in enumerate(lines, 1):
        place = f":{number}"
        if len(line) > MAX_LINE:
            seen.add(PROFILES, place, Doubt("schema", f"longer than {MAX_LINE} bytes"))
            seen.add(PROFILES, place, Doubt("schema", "nothing after it was read"))
            return
        found = decode(line, Profile)
        if isinstance(found, Doubt):
            seen.add(PROFILES, place, newer_schema(line) or found)
        else:
            seen.add(PROFILES, place, *doubts(found, seen.manifest, same_dimensions=same))
            yield found
        if len(seen.findings) >= MAX_FINDINGS:
            seen.add(PROFILES, place, Doubt("schema", "nothing after it was read"))
            return


def _compare(seen: Examined, listed: dict[str, str] | None, digests: dict[str, str | None]) -> None:
    """Holds files against their checksums: what was changed is said first."""
    if listed is None:
        names = ", ".join(FILES)
        changed = [(CHECKSUMS, f"must list exactly {names}, each once")]
    else:
        changed = [
            (name, "its checksum is not the one in SHA256SUMS: it was changed")
            for name, digest in listed.items()
            if digests[name] is not None and digests[name] != digest
        ]
    found = [finding(name, "", Doubt("checksums", problem)) for name, problem in changed]
    seen.findings[:0] = found


def _same_dimensions(manifest: PackManifest) -> bool:
    return manifest.provenance.dimensions == _our_dimensions()


@cache
def _our_dimensions() -> str:
    return dimensions_digest()


def _disagreements(
    seen: Examined, manifest: PackManifest, tally: Tally, values: Values, digest: str
) -> None:
    """Where the manifest and the profiles say different things."""
    claims = {
        "n_profiles": (manifest.n_profiles, tally.n_profiles),
        "n_conversations": (manifest.n_conversations, tally.n_conversations),
        "n_turns": (manifest.n_turns, tally.n_turns),
        "n_directives": (manifest.n_directives, tally.n_directives),
        "digest": (manifest.digest, digest),
        "licences": (manifest.licences, sorted(tally.licences)),
        "corpora": (manifest.corpora, sorted(tally.corpora)),
        "revisions": (manifest.revisions, sorted(tally.revisions)),
    }
    wrong = [
        f"{k} says {said}, the profiles {is_}" for k, (said, is_) in claims.items() if said != is_
    ]
    if not tally.ids:
        wrong.append("there is no profile")
    if len(set(tally.ids)) < len(tally.ids):
        wrong.append("two profiles have the same id")
    if len(tally.users) < len(tally.ids):
        wrong.append("two profiles are of the same user")
    seen.add(MANIFEST, "", *(Doubt("counts", problem) for problem in wrong))
    seen.add(MANIFEST, "", *catalogue_doubts(manifest, tally)[:MAX_FINDINGS])
    if manifest.imported:
        seen.skipped["population"] = "imported profiles have no readings"
    else:
        seen.add(MANIFEST, "", *[*values.doubts(manifest)][:MAX_FINDINGS])


def _other_texts(seen: Examined, whole: dict[str, bytes]) -> None:
    """What is wrong with the texts outside the profiles, and with the schema that goes along."""
    manifest = seen.manifest
    if manifest is not None:
        seen.add(MANIFEST, "", *[*wording_doubts(manifest_texts(manifest))][:MAX_FINDINGS])
        for file, doubt in attribution_doubts(manifest, seen.card):
            seen.add(file, "", doubt)
    same = manifest is not None and _same_dimensions(manifest)
    if (doubt := schema_doubt(whole["schema.json"], exactly=same)) is not None:
        seen.add("schema.json", "", doubt)
    for name, content in whole.items():
        if name not in (MANIFEST, "schema.json", CHECKSUMS):
            if name.endswith(".json") and isinstance(doubt := parse(content), Doubt):
                seen.add(name, "", doubt)
            found = [(n, doubt) for n, doubt in card_doubts(content)][:MAX_FINDINGS]
            for line, doubt in found:
                seen.add(name, f":{line}" if line else "", doubt)
