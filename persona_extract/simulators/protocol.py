"""A simulator plays the user of a scenario, told by a profile how to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Part:
    """What a simulator is given: WHAT to say (scenario), HOW (profile, None = plain), and how
    many user turns at the most."""

    scenario: Scenario
    profile: Profile | None
    max_turns: int


class Player(Protocol):
    """One user in one conversation."""

    def speak(self, heard: str | None) -> str | None:
        """The next user turn after the assistant's message (None at the opening), or None when
        the user leaves."""
        ...

    @property
    def ended(self) -> str:
        """Why it left: "goal", "patience" or "cap"."""
        ...


class Simulator(Protocol):
    """What a file of the room exports as `SIMULATOR`."""

    @property
    def name(self) -> str:
        """How it is asked for."""
        ...

    def play(self, part: Part, rng: np.random.Generator) -> Player:
        """A player for one conversation. All its randomness comes from `rng`."""
        ...
