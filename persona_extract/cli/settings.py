"""Settings of a run: defaults < preset < persona_extract.toml < environment < flags.

A key that does not exist is refused with the nearest one that does: a setting that is silently
ignored is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from persona_extract.cli.keys import Key, dotted, fields, nearest, section
from persona_extract.cli.layers import (
    Layer,
    Values,
    from_environment,
    from_file,
    from_flags,
    from_preset,
    is_table,
    merge,
    names_in_environment,
)
from persona_extract.errors import UsageError
from persona_extract.records.settings import Settings

_SECRETS = re.compile(r"(?<=://)[^/\s]*(?=@)|(?<=\?).+")


def load_settings(
    config: Path | None = None,
    *,
    preset: str | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Settings of all layers.

    Args:
        config: file to read; None takes `persona_extract.toml` of the working directory if there.
        preset: curation preset, as a flag says.
        overrides: dotted key -> value, as flags say, e.g. {"pull.limit": 10}. None is "not said".

    Raises:
        UsageError: no such file, not TOML, an unknown key (names the nearest), a wrong value.
    """
    _refuse_unknown(names_in_environment())
    layers = [
        from_file(config),
        from_environment(),
        from_flags({"preset": preset, **(overrides or {})}),
    ]
    for layer in layers:
        _refuse_unknown(layer)
    said = merge(layer.values for layer in layers)
    layers.insert(0, from_preset(said.get("preset", Settings().preset)))
    try:
        return Settings.model_validate(merge(layer.values for layer in layers))
    except ValidationError as error:
        raise UsageError("; ".join(_wrong_values(error, layers))) from None


def _refuse_unknown(layer: Layer) -> None:
    for key in _unknown(layer.values):
        near = nearest(key)
        hint = f": did you mean {dotted(near)}?" if near else "."
        raise UsageError(
            f"unknown key {dotted(key)} ({layer.place(key)}){hint}"
            " `persona-extract config` lists all keys."
        )


def _unknown(values: Values, above: Key = ()) -> Iterator[Key]:
    known = fields(above)
    for name, value in values.items():
        key = (*above, name)
        if name not in known:
            yield key
        elif section(key) and is_table(value):
            yield from _unknown(value, key)


def _wrong_values(error: ValidationError, layers: Sequence[Layer]) -> Iterator[str]:
    for wrong in error.errors():
        key = tuple(str(part) for part in wrong["loc"])
        place = next((layer.place(key) for layer in reversed(layers) if layer.holds(key)), "")
        expected = wrong["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
        yield f"{dotted(key)} = {_shown(wrong['input'])} ({place}): expected {expected}"


def _shown(value: object) -> str:
    """The value as it was said; of an address, not what could be a password or key."""
    if isinstance(value, str):
        return repr(_SECRETS.sub("…", value))
    return repr(value)
