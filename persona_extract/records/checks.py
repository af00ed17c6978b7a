"""How far simulated turns follow the directives of a profile, as one JSON document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Record, Share

Verdict = Literal[
    "followed", "ignored", "over-acted", "too few turns", "needs a judge", "not testable"
]

Kept = Literal["kept", "below", "above", "too few turns"]


class Followed(Record):
    """One directive on simulated turns. Numbers are None where there is nothing to measure.

    Attributes:
        kind: of the directive.
        about: the dimension or the trait; empty where it was imported.
        unit: of `value`, `asked`, `threshold` and `error`, such as "ln(1+words)".
        value: mean of the dimension over the `n` simulated turns that define it.
        asked: the user's own mean.
        threshold: of the check; half way from the population's median to `asked`.
        ratio: (value - median) / (asked - median): 0 acts like the median user, 1 like the user.
        error: standard error of `value`, from the user's own spread over turns.
    """

    kind: Literal["measured", "read", "imported"]
    about: str
    text: str
    verdict: Verdict
    unit: str | None = None
    value: float | None = None
    n: Annotated[int, Field(ge=0)] = 0
    asked: float | None = None
    operator: Literal[">=", "<="] | None = None
    threshold: float | None = None
    ratio: float | None = None
    error: float | None = None


class PolicyKept(Record):
    """One number of the policy on simulated conversations: kept if it lies within a factor of 3/2
    of what is asked, or within half a fact. `n` are the turns or conversations it rests on."""

    field: str
    asked: float | None
    value: float | None
    n: Annotated[int, Field(ge=0)]
    verdict: Kept


class ProfileChecked(Record):
    """One profile as one simulator played it under one arm; None where no arm is known."""

    profile: str
    simulator: str | None
    arm: str | None
    n_conversations: Annotated[int, Field(ge=1)]
    n_turns: Annotated[int, Field(ge=1)]
    directives: list[Followed]
    policy: list[PolicyKept]


class DimensionChecked(Record):
    """One side of a dimension over all profiles that are told it. `ratio` is the median."""

    dimension: str
    side: Literal["low", "high"]
    n: Annotated[int, Field(ge=0)]
    followed: Annotated[int, Field(ge=0)]
    ignored: Annotated[int, Field(ge=0)]
    over_acted: Annotated[int, Field(ge=0)]
    too_few: Annotated[int, Field(ge=0)]
    ratio: float | None


class ArmChecked(Record):
    """All profiles of one arm; its name is None for conversations that know no arm.

    Attributes:
        followed: share of the directives that could be measured on enough turns and were followed
            or over-acted; None if none could.
    """

    arm: str | None
    n_profiles: Annotated[int, Field(ge=1)]
    n_conversations: Annotated[int, Field(ge=1)]
    followed: Share | None
    counts: dict[Verdict, int]
    policy: dict[str, dict[Kept, int]]
    dimensions: list[DimensionChecked]


class CheckResult(Record):
    """What `persona-extract check --json` prints.

    Attributes:
        followed: of the only arm; None where there are several, for another arm may be told
            another profile.
        notes: what a reader has to know.
    """

    pack: str
    digest: str
    files: list[str]
    followed: Share | None
    arms: list[ArmChecked]
    profiles: list[ProfileChecked]
    notes: list[str]
