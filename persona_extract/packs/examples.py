"""Whether the examples of a profile hold no more of a turn than stock words, a few in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from persona_extract.packs.findings import Doubt
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile

GAP = "…"
"""Stands for what was taken out of an example."""

MOST_WORDS = 4
"""Words that may follow on each other."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def example_doubts(profile: Profile, manifest: PackManifest | None) -> Iterator[Doubt]:
    """What is wrong with the examples of a profile."""
    if profile.examples and manifest is not None and not manifest.examples:
        yield Doubt("examples", "it has examples, and the manifest says that there are none")
    measured = {reading.dimension for reading in profile.readings}
    for one in profile.examples:
        about = f"example of {one.dimension}"
        if any(len(_WORD.findall(piece)) > MOST_WORDS for piece in one.text.split(GAP)):
            yield Doubt("examples", f"{about}: more than {MOST_WORDS} words in a row")
        if one.conversation not in profile.source.conversations:
            yield Doubt("examples", f"{about}: it is of a foreign conversation")
        if one.dimension not in measured:
            yield Doubt("examples", f"{about}: there is no reading of it")
