"""Versioned prompt templates, `<name>.v<N>.jinja`. A version that a pack cites is never edited: a
better wording is a new file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from persona_extract.prompts.fence import fence
from persona_extract.records.calls import Message
from persona_extract.text import content_hash

_PARTS = ("system", "user")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a template.

    Attributes:
        name: what it asks for, e.g. "read".
        version: 1, 2, ...
        source: the template; its blocks `system` and `user` are the two messages.
    """

    name: str
    version: int
    source: str

    @property
    def id(self) -> str:
        """Name, version and digest of the wording, e.g. "read.v1@0a1b2c3d"."""
        return f"{self.name}.v{self.version}@{content_hash(self.source, length=8)}"

    def messages(self, **variables: object) -> tuple[Message, ...]:
        """The system and the user message. Text of strangers goes through the filter `fence`.

        Raises:
            jinja2.UndefinedError: a variable is missing.
        """
        template = _compiled(self.source)
        context = template.new_context(variables)
        said = {part: "".join(template.blocks[part](context)).strip() for part in _PARTS}
        return Message("system", said["system"]), Message("user", said["user"])


@cache
def load_prompt(name: str, version: int) -> Prompt:
    """The template of this package with that name and version.

    Raises:
        FileNotFoundError: there is none.
    """
    path = files(__name__).joinpath(f"{name}.v{version}.jinja")
    return Prompt(name, version, path.read_text(encoding="utf-8"))


@cache
def _compiled(source: str) -> Template:
    template = _environment().from_string(source)
    if set(template.blocks) != set(_PARTS):
        raise ValueError(f"a prompt has the blocks {_PARTS}, this one {sorted(template.blocks)}")
    return template


@cache
def _environment() -> Environment:
    # A prompt is plain text: escaping for HTML would change what people said.
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["fence"] = fence
    return environment
