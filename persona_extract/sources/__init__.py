"""Corpora of conversations. A new source is one new file in this folder (see `protocol`)."""

from __future__ import annotations

import difflib
from pathlib import Path

from persona_extract.errors import SourceError, UsageError
from persona_extract.rooms import furniture
from persona_extract.sources._files import looks_like_path, matches
from persona_extract.sources.protocol import Source, SourceKind, SourceOptions


def open_source(spec: str, options: SourceOptions | None = None) -> Source:
    """Opens what SOURCE names: a kind by its name, or a file, folder or glob.

    Raises:
        UsageError: no kind answers for it; names the known ones and the nearest.
        SourceError: a path that does not exist, or that cannot be read.
        SourceUnavailable: a hub that is out of reach for now.
    """
    if not spec:
        raise UsageError("SOURCE is empty; name a kind of source or a path (file, folder, glob)")
    found = kinds()
    for kind in found:
        if kind.recognises(spec):
            return kind.opens(spec, options or SourceOptions())
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
    """Whether SPEC is a folder above `folder`, or a glob that matches something in it."""
    if spec.partition(":")[0] in {kind.name for kind in kinds()}:
        return False
    try:
        inside = folder.resolve()
    except (OSError, RuntimeError):  # no folder at all; whoever makes it says so
        return False
    return any(inside.is_relative_to(p) or p.is_relative_to(inside) for p in matches(spec))


def kinds() -> list[SourceKind]:
    """The kinds of sources there are, in the order in which they are asked."""
    found: list[SourceKind] = []
    for name, value in furniture("sources", "SOURCE"):
        if not isinstance(value, SourceKind):
            raise UsageError(f"source {name}: what it registers is no SourceKind; remove or fix it")
        found.append(value)
    return sorted(found, key=lambda kind: (kind.priority, kind.name))
