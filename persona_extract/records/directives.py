"""Instructions to a simulator: of three kinds, each with what it rests on and how to test it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Key, Level, Record, Share, TraitId

Situation = Literal[
    "always",
    "opening",
    "follow-up",
    "after a question",
    "after an error",
    "after a refusal",
    "after a long answer",
    "ending",
    "other",
]
"""When a behaviour shows. All but "other" can be told from the conversation by rules."""


class Evidence(Record):
    """One quote that shows a directive or trait: the turn, its characters from `start` up to `end`,
    and a keyed hash of these. A measured directive cites whole turns."""

    conversation: Key
    turn: Annotated[int, Field(ge=0)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote_key: Key


class Support(Record):
    """In n of the `of` turns in which it could have been shown, it was."""

    n: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=1)]


class Check(Record):
    """A test that a program can run on simulated turns: mean of the dimension on one side."""

    dimension: str
    operator: Literal[">=", "<="]
    threshold: float
    min_turns: Annotated[int, Field(ge=1)]


class Trial(Record):
    """What a check found on the very turns that its directive cites: the mean over `n` of them."""

    value: float
    n: Annotated[int, Field(ge=1)]


class MeasuredDirective(Record):
    """An instruction that rests on a dimension, with what it rests on and how to test it.

    Attributes:
        text: complete in itself; it names its situation where it has one.
        strength: |z| / (1 + |z|) of the shrunk deviation z from the population, in standard
            deviations between users.
        support: of turns.
        evidence: whole turns, those that show it most.
        tested: its check on these.
    """

    kind: Literal["measured"] = "measured"
    dimension: str
    level: Level
    text: str
    situation: Situation
    strength: Share
    support: Support
    evidence: list[Evidence]
    check: Check
    tested: Trial


class Question(Record):
    """A test that a judge can run on simulated turns: a question to be answered with yes or no."""

    question: str


class ReadDirective(Record):
    """An instruction that rests on a trait that the user shows, in a labeler's words.

    Attributes:
        text: what to do, without its condition.
        situation: when, as a rule can tell it.
        condition: when, in words; None is always.
        strength: (n + 1) / (of + 2) of its support (Laplace's rule of succession).
        support: of conversations, as of the trait.
        evidence: quotes, as of the trait.
        check: None where the labeler gave none.
    """

    kind: Literal["read"] = "read"
    trait: TraitId
    text: str
    situation: Situation
    condition: str | None
    strength: Share
    support: Support
    evidence: list[Evidence]
    check: Question | None


class ImportedDirective(Record):
    """An instruction that somebody else wrote. Nothing measured supports it, and nothing tests
    it."""

    kind: Literal["imported"] = "imported"
    text: str


Directive = Annotated[
    MeasuredDirective | ReadDirective | ImportedDirective, Field(discriminator="kind")
]
"""One instruction to a simulator."""
