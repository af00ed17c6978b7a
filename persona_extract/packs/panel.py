"""Reads panels. A panel belongs to one pack, and says nothing about any other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from persona_extract.errors import PackError
from persona_extract.packs.read import Pack
from persona_extract.records.panel import Panel
from persona_extract.store.atomic import refuse_stream, reporting

MAX_FILE = 16 * 1024 * 1024
"""Bytes of the longest file that is read."""

ROUNDING = 1e-6
"""By so much the weights may miss 1."""


def read_panel(path: Path, pack: Pack) -> Panel:
    """Reads what `pack sample --out` wrote, and checks that it is of this pack.

    Raises:
        PackError: it is no panel, of another pack, or at odds with itself.
        StoreError: it cannot be read, or is a pipe.
    """
    refuse_stream(path)
    with reporting(path), path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise PackError(f"{path}: longer than {MAX_FILE} bytes: no panel.")
    try:
        panel = Panel.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise PackError(
            f"{path}: no panel: {f'{where}: ' if where else ''}{first['msg']}. Make one with"
            " `persona-extract pack sample PACK --out FILE`."
        ) from error
    if problem := _problem(panel, pack):
        raise PackError(f"{path}: {problem}.")
    return panel


def _problem(panel: Panel, pack: Pack) -> str:
    """What is wrong with a panel, given its pack; empty if nothing is."""
    if panel.digest != pack.manifest.digest:
        return (
            f"it is a panel of another pack or of another version of it (digest"
            f" {panel.digest[:12]}, this one has {pack.manifest.digest[:12]}): draw it anew with"
            " `persona-extract pack sample`"
        )
    known = {one.id: one.archetype.archetype if one.archetype else None for one in pack.profiles}
    for member, n in Counter(one.profile for one in panel.members).items():
        if member not in known:
            return f"the pack has no profile {member}"
        if n > 1:
            return f"profile {member} is in it {n} times"
    for one in panel.members:
        if one.archetype != known[one.profile]:
            return f"profile {one.profile} is of archetype {known[one.profile] or 'none'}"
    total = sum(one.weight for one in panel.members)
    if abs(total - 1) > ROUNDING:
        return f"its weights sum to {total:.6f}, not to 1"
    return ""
