"""The open room of simulators: one file a simulator, found by its name."""

from __future__ import annotations

from typing import cast

from persona_extract.errors import UsageError
from persona_extract.rooms import furniture
from persona_extract.simulators.protocol import Simulator

FIXTURES = ("acts", "manner", "pace", "policy", "spans", "voice")
"""Modules of this room that are not simulators."""


def find_simulator(name: str) -> Simulator:
    """The simulator of that name.

    Raises:
        UsageError: there is none.
    """
    known: list[str] = []
    for _, exported in furniture("simulators", "SIMULATOR"):
        simulator = cast(Simulator, exported)
        if simulator.name == name:
            return simulator
        known.append(simulator.name)
    raise UsageError(f"no simulator is named {name!r}; there are: {', '.join(known)}")
