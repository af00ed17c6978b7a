"""Where profiles and scenarios say different things, as one JSON document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Record

ClashKind = Literal["manner", "patience", "person", "language", "task"]
KINDS: tuple[ClashKind, ...] = ("manner", "patience", "person", "language", "task")

Severity = Literal["contradiction", "interference", "note"]
SEVERITIES: tuple[Severity, ...] = ("contradiction", "interference", "note")


class Clash(Record):
    """One profile and one scenario that say something about the same thing.

    Attributes:
        kind: manner (how the user acts), patience (how long the user stays), person (age, place and
            the like), language, task (a directive against what has to be told).
        about: the manner, the attribute or the dimension.
        severity: contradiction (both cannot be done), interference (one blurs the other), note
            (both ask for the same).
        said: excerpt of the scenario.
        against: directive, policy, reading or background of the profile; empty where the scenario
            speaks of manner and the profile has nothing to say on it.
        advice: what to do.
    """

    profile: str
    scenario: str
    kind: ClashKind
    about: str
    severity: Severity
    said: str
    against: str
    advice: str


class ClashCount(Record):
    """Clashes of one kind and severity, and how many scenarios and profiles have one."""

    kind: ClashKind
    severity: Severity
    clashes: Annotated[int, Field(ge=0)]
    scenarios: Annotated[int, Field(ge=0)]
    profiles: Annotated[int, Field(ge=0)]


class LintResult(Record):
    """What `persona-extract lint --json` prints.

    Attributes:
        pack: its name and digest.
        scenarios: what the file was recognised as, and how many scenarios and profiles were
            compared, each with each.
        skipped: entries of the file that hold no scenario, by reason.
    """

    pack: str
    digest: str
    file: str
    recognised: str
    n_scenarios: int
    n_profiles: int
    skipped: dict[str, int]
    counts: list[ClashCount]
    clashes: list[Clash]
