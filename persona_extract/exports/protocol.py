"""An export writes profiles as another program reads them: a batch of people -> files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario

Suffix = Literal[".json", ".jsonl", ".txt", "/"]
"""How the name of what is written ends; "/" is a folder of several files."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The pack that people come from: what has to be told along with them.

    Attributes:
        pack: its title.
        version: its own.
        digest: SHA-256 of its profiles.
        corpora: what it was made from.
        licences: of these.
        attribution: who is to be credited, a line each.
        made_up: whether the people never existed.
        imported: whether directives are somebody else's, without measured support.
    """

    pack: str
    version: str
    digest: str
    corpora: tuple[str, ...]
    licences: tuple[str, ...]
    attribution: tuple[str, ...]
    made_up: bool
    imported: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """One person of a batch.

    Attributes:
        profile: the whole of it.
        brief: what a simulator is told of it (`profile.render`), fit for any prompt.
        weight: share of the population that the profile stands for; None if nobody said.
    """

    profile: Profile
    brief: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What is exported at once: people in the order of their ids, and what they are to want."""

    people: tuple[Exported, ...]
    scenarios: tuple[Scenario, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Export:
    """What a file of the room exports as `EXPORT`.

    Attributes:
        name: how it is asked for.
        about: what it is for, in a line.
        target: package and version, or project and commit, whose format it is.
        suffix: of what it writes.
        use: how to load it, in a line or two of code or words.
        write: relative path -> content. A format that is no folder writes one file, whose path is
            its name and suffix. Same batch, same bytes.
        needs_scenarios: whether it is of no use without something to want.
    """

    name: str
    about: str
    target: str
    suffix: Suffix
    use: str
    write: Callable[[Batch], dict[str, bytes]]
    needs_scenarios: bool = False

    @property
    def file(self) -> str:
        """Name of the one file that it writes."""
        return f"{self.name}{self.suffix}"
