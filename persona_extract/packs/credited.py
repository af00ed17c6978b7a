"""Whether a pack says under which licence its source stands and whom to name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from persona_extract.packs.findings import Doubt
from persona_extract.records.pack import PackManifest

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_LICENSE = re.compile(r"^license:[ \t]*(?:\S|\n[ \t]*- *\S)", re.MULTILINE)
_SECTION = re.compile(r"^#{1,4} .*attribution", re.MULTILINE | re.IGNORECASE)


def attribution_doubts(manifest: PackManifest, card: bytes) -> Iterator[tuple[str, Doubt]]:
    """File and what is missing in it."""
    for what, names in (("licences", manifest.licences), ("attribution", manifest.attribution)):
        if not names:
            yield "manifest.json", Doubt("attribution", f"{what}: there is none")
        if any(not name.strip() for name in names):
            yield "manifest.json", Doubt("attribution", f"{what}: one is empty")
    text = card.decode("utf-8", "replace").replace("\r\n", "\n")
    front = _FRONT.match(text)
    if front is None or not _LICENSE.search(front[1]):
        yield "README.md", Doubt("attribution", "has no front matter with a `license`")
    if not _SECTION.search(text[front.end() if front else 0 :]):
        yield "README.md", Doubt("attribution", "has no section on attribution")
