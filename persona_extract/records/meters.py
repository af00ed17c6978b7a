"""What the formalism meter and the amplification meter found, as JSON documents."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.fields import Record
from persona_extract.records.results import Interval

Verdict = Literal["opposite", "ignored", "weak", "faithful", "over-acted", "unclear"]


class Spread(Record):
    """Where conversations lie on a dimension: a random conversation of a random person, or a
    random conversation of a candidate."""

    n: int  # conversations on which the dimension is defined
    mean: float
    sd: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float


class CandidateReading(Record):
    """One candidate on one dimension."""

    candidate: str
    spread: Spread
    mean: Interval
    shift: Interval  # (candidate's mean - people's mean) / people's standard deviation
    coverage: Interval  # share of people's spread, 0 to 1


class DimensionFormalism(Record):
    """One dimension: people, and every candidate that defines it often enough."""

    dimension: str
    group: str
    unit: str
    formal: Literal[-1, 0, 1]
    people: Spread
    users_sd: float | None  # between means of users; None where fewer than two have several
    candidates: list[CandidateReading]


class Shares(Record):
    """Headline shares of turns, with intervals."""

    name: str
    people: bool
    n_conversations: int
    n_turns: int
    shares: dict[str, Interval]


class CandidateFormalism(Record):
    """The two numbers of a candidate, over the dimensions with a formal side."""

    candidate: str
    n_conversations: int
    n_turns: int
    n_units: int
    resampled: Literal["task", "user", "conversation"]
    n_dimensions: int
    coverage: Interval  # of what as many conversations of people cover: 1 is as varied as people
    raw_coverage: Interval  # share of people's spread, mean over dimensions
    ceiling: float  # raw coverage that as many conversations of people reach of the other people
    shift: Interval  # standard deviations of people, to the formal side
    n_dimensions_all: int
    coverage_all: Interval  # over all dimensions, also those without a formal side
    ceiling_all: float


class PeopleFormalism(Record):
    """The population, and a random half of it against the other half."""

    sources: list[str]
    n_conversations: int
    n_turns: int
    n_users: int
    n_dimensions: int
    coverage: Interval  # of the mean over random halves; 2.5 % and 97.5 % of them
    raw_coverage: Interval
    shift: Interval


class Formalism(Record):
    """Where people lie, where candidates lie, and how far they stay on the formal side."""

    people: PeopleFormalism
    candidates: list[CandidateFormalism]
    shares: list[Shares]
    share_definitions: dict[str, str]
    dimensions: list[DimensionFormalism]
    left_out: list[str]  # dimensions on which people do not differ or that too few define
    resamples: int
    seed: int
    notes: list[str]


class Amplified(Record):
    """One directive of one simulator."""

    run: str
    directive: str
    dimension: str
    unit: str
    side: Literal["low", "high"]
    asked_by: Literal["target", "our reading"]
    n_with: int
    n_without: int
    n_paired: int  # tasks that both runs played
    without_mean: float
    with_mean: float
    target: float
    people: Spread
    began_within: bool  # the mean without the directive lies where 80 % of people do
    ended_within: bool  # the mean with it does
    shift: Interval  # in the unit of the dimension
    shift_sd: Interval | None  # in standard deviations of people; None where people do not differ
    asked: Interval  # in the unit of the dimension
    ratio: Interval | None  # None: refused
    verdict: Verdict | None
    refused: str  # why there is no ratio; empty if there is one


class Amplification(Record):
    """Simulated shift over the shift asked for, per run and directive."""

    people: list[str]
    without: str
    directives: list[Amplified]
    resamples: int
    seed: int
    notes: list[str]
