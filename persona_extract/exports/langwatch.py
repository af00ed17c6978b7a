"""LangWatch Scenario: what `UserSimulatorAgent` takes as its persona."""

from __future__ import annotations

from persona_extract.exports.document import document
from persona_extract.exports.protocol import Batch, Export

BEFORE = "This goes before any other instruction on how long and in which case to write.\n"
"""The simulator's own prompt asks everybody for very short messages in lower case."""


def write(batch: Batch) -> dict[str, bytes]:
    """Keyword arguments, one set a profile."""
    return document(EXPORT, batch, "agents", [{"persona": BEFORE + p.brief} for p in batch.people])


EXPORT = Export(
    name="langwatch",
    about="LangWatch Scenario: persona of a UserSimulatorAgent.",
    target="langwatch-scenario 1.6.0",
    suffix=".json",
    use="scenario.UserSimulatorAgent(model=..., **document['agents'][n])",
    write=write,
)
