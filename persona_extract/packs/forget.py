"""Takes people out of a pack, of which no more than the pack itself need be there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import PackError, UsageError
from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.read import Pack, read_pack, validate_pack
from persona_extract.packs.recount import recounted, spread, trimmed
from persona_extract.records.catalogue import Catalogue
from persona_extract.records.forgotten import Forgotten, PackForgotten
from persona_extract.records.profile import Profile
from persona_extract.store.atomic import reporting


@dataclass(frozen=True, slots=True)
class Parted:
    """The profiles of a pack: those that rest on what is to be forgotten, and the others."""

    pack: Pack
    gone: tuple[Profile, ...]
    left: tuple[Profile, ...]

    def listed(self) -> Catalogue:
        """What is still listed once they are gone."""
        return recounted(self.pack.manifest, self.gone, self.left)

    def told(self, folder: Path) -> PackForgotten:
        """What leaves the pack."""
        before, after = self.pack.manifest, self.listed()
        kept = {one.id for one in (*after.moves, *after.traits, *after.archetypes)}
        return PackForgotten(
            pack=str(folder),
            profiles=len(self.gone),
            left=len(self.left),
            moves=[one.id for one in before.moves if one.id not in kept],
            traits=[one.id for one in before.traits if one.id not in kept],
            archetypes=[one.id for one in before.archetypes if one.id not in kept],
        )


def rests_on(profile: Profile, forgotten: Forgotten) -> bool:
    """Whether a profile is of somebody, or rests on a conversation, that is to be forgotten."""
    source = profile.source
    return source.user_key in forgotten.users or not set(forgotten.conversations).isdisjoint(
        source.conversations
    )


def part(folder: Path, forgotten: Forgotten) -> Parted:
    """Reads a pack and parts its profiles.

    Raises:
        PackError: the pack is damaged.
    """
    pack = read_pack(folder)
    gone = tuple(one for one in pack.profiles if rests_on(one, forgotten))
    left = tuple(one for one in pack.profiles if not rests_on(one, forgotten))
    return Parted(pack, gone, left)


def refuse_emptying(folder: Path, parted: Parted) -> None:
    """Refuses to leave a pack without profiles.

    Raises:
        UsageError: nobody would be left.
    """
    if parted.gone and not parted.left:
        raise UsageError(
            f"{folder} holds no profile of anybody else. Delete the folder, and give no --pack."
        )


def forget_in_pack(folder: Path, forgotten: Forgotten) -> PackForgotten:
    """Writes a pack anew without some people, atomically; one that does not hold them stays as it
    is. A conversation takes the profiles with it that rest on it: a pack alone cannot measure them
    again.

    Raises:
        PackError: the pack is damaged.
        UsageError: nobody would be left.
        StoreError: it cannot be written.
    """
    clear(folder)
    parted = part(folder, forgotten)
    refuse_emptying(folder, parted)
    if parted.gone:
        _write(folder, parted)
    return parted.told(folder)


def clear(folder: Path) -> None:
    """Removes what an interrupted writing of a pack left beside it; a pack that had only been
    moved aside comes back."""
    old, partial = (folder.with_name(f".{folder.name}.{what}") for what in ("old", "partial"))
    with reporting(folder):
        if old.exists() and not folder.exists():
            old.rename(folder)
        for rest in (old, partial):
            if rest.exists():
                shutil.rmtree(rest)


def _write(folder: Path, parted: Parted) -> None:
    manifest, listed = parted.pack.manifest, parted.listed()
    build_pack(
        folder,
        manifest.name,
        (trimmed(one, listed) for one in parted.left),
        Population(spread(parted.left), listed, manifest.demographics),
        made_up=manifest.made_up,
        version=_raised(manifest.version),
        attribution=manifest.attribution,
    )
    if findings := validate_pack(folder):
        raise PackError(f"{folder / findings[0].file}: {findings[0].problem}")


def _raised(version: str) -> str:
    """The next version: what was published without somebody is not what was published with them."""
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
