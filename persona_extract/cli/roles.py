"""Models on the command line: `--model reader=gpt-4o-mini`."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from persona_extract.errors import UsageError
from persona_extract.records.models import ROLES


def role_overrides(said: Iterable[str]) -> dict[str, object]:
    """Dotted settings of `ROLE=MODEL` and `ROLE=MODEL@ADDRESS` flags.

    Raises:
        UsageError: not of that form, or no such role (names the nearest).
    """
    overrides: dict[str, object] = {}
    for one in said:
        role, equals, model = one.partition("=")
        if not equals or not model.strip():
            raise UsageError(
                f"--model {one}: should be ROLE=MODEL, e.g. reader=gpt-4o-mini, or "
                "reader=openai/qwen3@http://localhost:8000/v1 for a server of your own."
            )
        if role not in ROLES:
            near = get_close_matches(role.lower(), ROLES, n=1, cutoff=0.5)
            guess = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"no role is named {role!r}.{guess} Roles: {', '.join(ROLES)}.")
        name, _, address = model.partition("@http")
        overrides[f"models.{role}.model"] = name.strip()
        if address:
            overrides[f"models.{role}.base_url"] = f"http{address.strip()}"
    return overrides
