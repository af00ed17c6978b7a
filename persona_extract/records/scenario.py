"""What a simulated user wants, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Record


class Scenario(Record):
    """A goal in neutral words: the requests to make, in order, and the facts that go with them."""

    id: str
    domain: str | None = None
    requests: Annotated[list[str], Field(min_length=1)]
    facts: list[str] = []


@dataclass(frozen=True, slots=True)
class ScenarioText:
    """A scenario together with all that its author wrote for the user, manner included."""

    scenario: Scenario
    text: str


class Message(Record):
    """One message of a transcript."""

    role: Literal["user", "assistant"]
    content: str


class Transcript(Record):
    """One simulated conversation, and who played it under which arm."""

    scenario: str
    simulator: str
    arm: str
    profile: str | None
    seed: int
    messages: list[Message]
    ended: Literal["goal", "patience", "cap"]
