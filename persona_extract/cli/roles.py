"""Models on the command line: `--model reader=gpt-4o-mini`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from persona_extract.errors import UsageError
from persona_extract.pipeline.models import USED
from persona_extract.records.models import ROLES

_ADDRESS = re.compile(r"@[\w.\[\]:-]+(?::\d+|/)")  # vertex_ai/claude@20240620 is a model


def role_overrides(said: Iterable[str]) -> dict[str, object]:
    """Dotted settings of `ROLE=MODEL` and `ROLE=MODEL@ADDRESS` flags.

    Raises:
        UsageError: not of that form, or a role that a run does not ask (names the nearest).
    """
    overrides: dict[str, object] = {}
    for one in said:
        role, equals, model = one.partition("=")
        if not equals or not model.strip():
            raise UsageError(
                f"--model {one}: should be ROLE=MODEL, e.g. reader=gpt-4o-mini, or "
                "reader=openai/qwen3@http://localhost:8000/v1 for a server of your own."
            )
        if role not in USED:
            raise UsageError(_no_such(role))
        if "@http" not in model and _ADDRESS.search(model):
            raise UsageError(
                f"--model {one}: an address begins with http:// or https://, e.g. "
                f"{role}=openai/qwen3@http://localhost:8000/v1."
            )
        name, _, address = model.partition("@http")
        if not name.strip():
            raise UsageError(
                f"--model {one}: names an address and no model. Put the model before the @, e.g. "
                f"{role}=openai/qwen3@http{address}."
            )
        if f"models.{role}.model" in overrides:
            raise UsageError(f"--model {one}: the {role} was named before. Name each role once.")
        overrides[f"models.{role}.model"] = name.strip()
        if address:
            overrides[f"models.{role}.base_url"] = f"http{address.strip()}"
    return overrides


def _no_such(role: str) -> str:
    asked = f"A run asks: {', '.join(USED)}."
    if role in ROLES:
        return f"a run asks no {role}, so a model for it would do nothing. {asked}"
    near = get_close_matches(role.lower(), USED, n=1, cutoff=0.5)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"no role is named {role!r}.{guess} {asked}"
