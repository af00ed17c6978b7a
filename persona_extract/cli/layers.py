"""Where settings come from: flags, environment, file, preset. Each is one layer of nested values
that knows where in it a key stands."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from persona_extract.cli.keys import Key, line_of
from persona_extract.errors import UsageError
from persona_extract.records.settings import Settings

Values = Mapping[str, object]
"""Settings by name; a section is a mapping again."""

FILE = Path("persona_extract.toml")
"""Read from the working directory where no other file is named."""

PREFIX = "PERSONA_EXTRACT_"
NOT_SETTINGS = frozenset({"HOME", "SALT", "SHARED"})
"""Names after the prefix that mean something else than a setting."""

NULL = "null"
"""How file and environment say null, which TOML does not have."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Values of one origin; `place` says where in it a key stands, for messages."""

    values: Values
    place: Callable[[Key], str]

    def holds(self, key: Key) -> bool:
        """Whether the layer says anything about the key."""
        here: object = self.values
        for name in key:
            if not is_table(here):
                return True
            if name not in here:
                return False
            here = here[name]
        return True


def from_flags(flags: Values) -> Layer:
    """Flags by dotted key; None is a flag that was not given."""
    said = (_nested(key.split("."), value) for key, value in flags.items() if value is not None)
    return Layer(merge(said), lambda key: "command line")


def from_environment() -> Layer:
    """Variables PERSONA_EXTRACT_SECTION__KEY.

    Raises:
        UsageError: a list or table that is not JSON.
    """
    try:
        values = EnvSettingsSource(_Environment, env_parse_none_str=NULL)()
    except SettingsError as error:
        raise UsageError(f"environment: {error}; lists and tables are JSON") from None
    return Layer(values, _variable)


def names_in_environment() -> Layer:
    """The same layer with names only, unknown ones included."""
    names = (name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX))
    said = (_nested(n.lower().split("__"), None) for n in names if n not in NOT_SETTINGS)
    return Layer(merge(said), _variable)


def from_file(config: Path | None) -> Layer:
    """A settings file; None takes `persona_extract.toml` of the working directory if it is there.

    Raises:
        UsageError: it cannot be read or is not TOML.
    """
    path = config or FILE
    if config is None and not path.is_file():
        return Layer({}, str)
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"cannot read the configuration {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    except RecursionError:
        raise UsageError(f"{path} is nested too deeply") from None

    def place(key: Key) -> str:
        line = line_of(key, text)
        return f"{path}:{line}" if line else str(path)

    return Layer(_without_null(values), place)


def from_preset(name: object) -> Layer:
    """The curation settings of a preset; nothing for what is no name at all.

    Raises:
        UsageError: no such preset.
    """
    if not isinstance(name, str):
        return Layer({}, str)
    from persona_extract.curate.presets import preset

    return Layer({"curate": preset(name).model_dump()}, lambda key: f"preset {name}")


def merge(layers: Iterable[Values]) -> dict[str, object]:
    """Later layers over earlier ones, key by key."""
    merged: dict[str, object] = {}
    for layer in layers:
        for name, value in layer.items():
            under = merged.get(name)
            if is_table(value) and is_table(under):
                merged[name] = merge([under, value])
            else:
                merged[name] = value
    return merged


def is_table(value: object) -> TypeGuard[Values]:
    """Whether a value is a section or another table."""
    return isinstance(value, Mapping)


class _Environment(Settings, BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )


def _variable(key: Key) -> str:
    return "environment variable " + PREFIX + "__".join(key).upper()


def _nested(parts: Sequence[str], value: object) -> Values:
    *above, own = parts
    nested: Values = {own: value}
    for part in reversed(above):
        nested = {part: nested}
    return nested


def _without_null(values: Values) -> Values:
    return {
        name: _without_null(value) if is_table(value) else None if value == NULL else value
        for name, value in values.items()
    }
