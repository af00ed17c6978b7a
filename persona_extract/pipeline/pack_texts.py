"""The texts of a pack that are not this program's own, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.protocol import Side
from persona_extract.packs.attribution import credits
from persona_extract.packs.card import card
from persona_extract.packs.croissant import croissant
from persona_extract.packs.examine import MANIFEST
from persona_extract.packs.files import PROFILES, read_whole
from persona_extract.packs.statistics import Counted
from persona_extract.packs.texts import Text, profile_texts
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile
from persona_extract.store.atomic import as_json, file_digest
from persona_extract.traits.mark_words import NO_MARKS, words_of

_CARDS = ("README.md", "croissant.json")


@dataclass(frozen=True, slots=True)
class Placed:
    """A text of a pack and where it stands; the first place of several."""

    file: str
    place: str
    text: Text


class Kept:
    """What is kept of the profiles that pass by: each distinct text once, and counts."""

    def __init__(self) -> None:
        self.counted = Counted()
        self.texts: dict[tuple[str, str], Placed] = {}
        self.n = 0

    def add(self, profile: Profile) -> None:
        """Notes one more."""
        self.n += 1
        self.counted.add(profile)
        for text in profile_texts(profile):
            self.note(Placed(PROFILES, f" ({profile.id})", text))

    def note(self, placed: Placed) -> None:
        """Notes a text that is not the program's own."""
        text = placed.text
        if text.text and not text.own:
            self.texts.setdefault((text.text, text.kind), placed)


def by_a_model(one: Placed) -> bool:
    """Whether it may be in anybody's words: neither a name, nor stock phrases, nor said to be of a
    person."""
    about = one.text.about
    return one.text.kind == "told" and not about.startswith(("background", "example", "move"))


def is_ours(one: Placed, manifest: PackManifest) -> bool:
    """Whether a text is made of this program's own words: credits of corpora that it knows, and
    names of archetypes that list what their marks are called."""
    if one.text.about == "attribution":
        return one.text.text in credits(manifest.corpora, ())
    if one.text.about.startswith("archetype"):
        pieces = one.text.text.split(", ")
        return all(piece.rstrip("0123456789 ") in _called() for piece in pieces)
    return False


@cache
def _called() -> frozenset[str]:
    sides: tuple[Side, ...] = ("low", "high")
    words = {words_of(one.name, side) for one in all_dimensions() for side in sides}
    return frozenset(words - {""} | {NO_MARKS})


def card_lines(folder: Path, manifest: PackManifest, counted: Counted) -> Iterator[Placed]:
    """Lines of the cards, unless they are what this program writes of such a pack."""
    described = croissant(manifest, file_digest(folder / MANIFEST))
    own = {card(manifest, counted.statistics()).encode(), as_json(described)}
    for name in _CARDS:
        content = read_whole(folder, name)
        if content in own:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            yield Placed(name, f":{number}", Text("", line, "card"))
