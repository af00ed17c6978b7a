"""Reads and validates packs. Nothing in a pack is trusted before it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import PackError, UsageError
from persona_extract.packs.examine import examine
from persona_extract.packs.findings import Finding
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was read whole."""

    manifest: PackManifest
    profiles: tuple[Profile, ...]


def read_pack(folder: Path) -> Pack:
    """Reads a pack and refuses a damaged or hostile one: nothing of it is handed on.

    Raises:
        PackError: the first thing that is wrong, with file and place.
    """
    profiles: list[Profile] = []
    seen = examine(folder, profiles.append)
    found = [one for one in seen.findings if one.check != "attribution"]
    if found or seen.manifest is None:
        first = found[0]
        more = f" ({len(found) - 1} more: `persona-extract pack validate`)" * (len(found) > 1)
        raise PackError(f"{folder / first.file}{first.place}: {first.problem}{more}")
    return Pack(seen.manifest, tuple(profiles))


def find_profile(pack: Pack, start: str) -> Profile:
    """The profile whose id begins so.

    Raises:
        UsageError: there is none, or several.
    """
    fitting = [one for one in pack.profiles if one.id.startswith(start)]
    if len(fitting) != 1 or not start:
        some = ", ".join(one.id for one in (fitting or pack.profiles)[:5])
        what = "Several profiles begin" if fitting else "No profile begins"
        raise UsageError(f"{what} with {start!r}. For example: {some}.")
    return fitting[0]


def validate_pack(folder: Path) -> tuple[Finding, ...]:
    """What is wrong with a pack, up to about `MAX_FINDINGS`: nothing if it is good.

    Holds one profile at a time.

    Raises:
        PackError: it is no folder.
        StoreError: the system does not let one read it.
    """
    return tuple(examine(folder, lambda profile: None).findings)
