"""Named sets of curation settings."""

from __future__ import annotations

from difflib import get_close_matches

from persona_extract.errors import UsageError
from persona_extract.records.settings import CurateSettings

PRESETS: dict[str, CurateSettings] = {
    "default": CurateSettings(),
    "realusersim": CurateSettings(
        languages=["English"], models=["gpt-4o"], min_turns=3, bookend_words=5, drop_toxic=True
    ),
}
"""`default`: any model. `realusersim`: the corpus of RealUserSim (arXiv 2605.20204): English,
GPT-4o only, at least 3 substantive user turns between bookends of at most 5 words, not toxic."""


def preset(name: str) -> CurateSettings:
    """The settings of a preset.

    Raises:
        UsageError: no preset has that name; the message names the nearest and all of them.
    """
    if name in PRESETS:
        return PRESETS[name]
    near = get_close_matches(name.lower(), PRESETS, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UsageError(f"no curation preset {name!r}.{hint} There are: {', '.join(sorted(PRESETS))}.")
