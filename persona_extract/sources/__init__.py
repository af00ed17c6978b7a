"""Corpora of conversations. A new source is one new file in this folder (see `protocol`)."""

from __future__ import annotations

import difflib
from pathlib import Path

from persona_extract.errors import SourceError, UsageError
from persona_extract.rooms import furniture
from persona_extract.sources._chat_shapes import KNOWN as CHAT_SHAPES
from persona_extract.sources._chat_shapes import is_chat, keys_seen
from persona_extract.sources._files import (
    JSON_NAMES,
    find_files,
    looks_like_path,
    reads_below,
)
from persona_extract.sources._json_text import Json, documents, parse, read_first, read_whole
from persona_extract.sources.protocol import Source, SourceKind, SourceOptions

__all__ = [
    "CHAT_SHAPES",
    "JSON_NAMES",
    "Json",
    "documents",
    "find_files",
    "is_chat",
    "keys_seen",
    "kind_of",
    "kinds",
    "open_source",
    "parse",
    "read_first",
    "read_whole",
    "reads_folder",
]


def open_source(spec: str, options: SourceOptions | None = None) -> Source:
    """Opens what SOURCE names: a kind by its name, or a file, folder or glob.

    Raises:
        UsageError: no kind answers for it; names the known ones and the nearest.
        SourceError: a path that does not exist, or that cannot be read.
        SourceUnavailable: a hub that is out of reach for now.
    """
    return kind_of(spec).opens(spec, options or SourceOptions())


def kind_of(spec: str) -> SourceKind:
    """The kind of source that answers for SOURCE.

    Raises:
        UsageError, SourceError: as `open_source`.
    """
    if not spec:
        raise UsageError("SOURCE is empty; name a kind of source or a path (file, folder, glob)")
    found = kinds()
    for kind in found:
        if kind.recognises(spec):
            return kind
    if looks_like_path(spec):
        raise SourceError(f"{spec}: no such file or folder")
    names = [kind.name for kind in found]
    near = difflib.get_close_matches(spec.partition(":")[0].lower(), names, n=1, cutoff=0.5)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(
        f"{spec}: not a source, and no such file or folder.{guess}"
        f" Known: {', '.join(names)}, or a path (file, folder, glob)"
    )


def reads_folder(spec: str, folder: Path) -> bool:
    """Whether SPEC is or holds what lies in `folder`, or lies above it."""
    named = {kind.name: kind for kind in kinds()}.get(spec.partition(":")[0])
    if named is not None:
        if named.path_in is None or not named.recognises(spec):
            return False
        spec = named.path_in(spec)
    try:
        inside = folder.resolve()
    except (OSError, RuntimeError):  # no folder at all; whoever makes it says so
        return False
    return any(inside.is_relative_to(p) or p.is_relative_to(inside) for p in reads_below(spec))


def kinds() -> list[SourceKind]:
    """The kinds of sources there are, in the order in which they are asked."""
    found: list[SourceKind] = []
    for name, value in furniture("sources", "SOURCE"):
        if not isinstance(value, SourceKind):
            raise UsageError(f"source {name}: what it registers is no SourceKind; remove or fix it")
        found.append(value)
    return sorted(found, key=lambda kind: (kind.priority, kind.name))
