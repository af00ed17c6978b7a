"""How far simulated users stay on the formal side of people, and how much of people's spread they
cover (the "formalism ceiling" of arXiv 2605.20204, measured without a model).

**Coverage.** See `coverage`.

**Shift.** The candidate's mean minus people's mean, in standard deviations between people's
conversations, signed so that plus is formal, averaged over the dimensions with a formal side.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.protocol import Dimension
from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.coverage import covers, mean_rows, over_parts, recentred, relative
from persona_extract.fidelity.draws import (
    Curves,
    curves,
    curves_of,
    draw_parts,
    draw_units,
    edges_of,
    interval_of,
    turn_share,
)
from persona_extract.fidelity.headlines import HEADLINES
from persona_extract.fidelity.samples import Floats, Sample, defined, rounded, spread_of, users_sd
from persona_extract.records.meters import (
    CandidateFormalism,
    CandidateReading,
    DimensionFormalism,
    Formalism,
    PeopleFormalism,
    Shares,
)

LEAST = 10
"""Conversations that have to define a dimension, of people and of a candidate."""

PARTS = 40
"""Random parts of the people that are held against the others."""

RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class _Side:
    """A candidate, or people against themselves, and what it reached on each dimension.

    Attributes:
        counts: how its units are resampled.
        parts: people as many as it and the other people, see `draw_parts`.
        coverage, shift: of each dimension, a value a draw.
        alike, alike_shift: the same of the parts of the people.
    """

    sample: Sample
    counts: Floats
    parts: tuple[Floats, Floats]
    coverage: dict[str, Floats] = field(default_factory=dict[str, Floats])
    shift: dict[str, Floats] = field(default_factory=dict[str, Floats])
    alike: dict[str, Floats] = field(default_factory=dict[str, Floats])
    alike_shift: dict[str, Floats] = field(default_factory=dict[str, Floats])


def measure_formalism(
    people: Sample,
    candidates: Sequence[Sample],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    sources: Mapping[str, Sample] | None = None,
    notes: Sequence[str] = (),
) -> Formalism:
    """Holds candidates against people.

    Args:
        people: weighted as `samples.as_sample` does with `people=True`.
        candidates: their dimensions need not all be defined.
        resamples: bootstrap draws of people and of each candidate's units.
        seed: of everything that is drawn.
        sources: the sources of the people one by one, for the headline shares.
        notes: passed on.

    Raises:
        TooFewUsers: nothing to compare: fewer than `LEAST` conversations of people or of a
            candidate define any dimension.
    """
    rng = np.random.default_rng(seed)
    usable = [d for d in all_dimensions() if _is_usable(people, d.name)]
    themselves, *sides = (
        _Side(
            sample=each,
            counts=draw_units(each, resamples, rng),
            parts=draw_parts(people, each.turns.size, PARTS, rng),
        )
        for each in (people, *candidates)
    )
    found = [_dimension(d, themselves, sides) for d in usable]
    formal = {d.name: float(d.formal) for d in usable if d.formal}
    return Formalism(
        people=_people(themselves, formal, sources),
        candidates=[_candidate(side, formal) for side in sides],
        shares=[
            *_shares_of_people(themselves, sources or {}, resamples, rng),
            *(_shares(side.sample, side.counts, people=False) for side in sides),
        ],
        share_definitions={each.name: each.definition for each in HEADLINES},
        dimensions=found,
        left_out=sorted({d.name for d in all_dimensions()} - {d.name for d in usable}),
        resamples=resamples,
        seed=seed,
        notes=list(notes),
    )


def _dimension(d: Dimension, themselves: _Side, sides: Sequence[_Side]) -> DimensionFormalism:
    people = themselves.sample
    edges = edges_of(people, d.name)
    everybody = curves(people, d.name, edges, themselves.counts)
    _hold_parts(people, d.name, edges, themselves)
    return DimensionFormalism(
        dimension=d.name,
        group=d.group,
        unit=d.unit,
        formal=d.formal,
        people=spread_of(people, d.name),
        users_sd=users_sd(people, d.name) if people.resampled == "user" else None,
        candidates=[
            _reading(d.name, people, everybody, edges, side)
            for side in sides
            if defined(side.sample, d.name) >= LEAST
        ],
    )


def _reading(
    name: str, people: Sample, everybody: Curves, edges: Floats, side: _Side
) -> CandidateReading:
    """Holds a candidate against people on one dimension, and notes it on the side."""
    theirs = curves(side.sample, name, edges, side.counts)
    side.coverage[name] = covers(everybody.below, theirs.below)
    # People's spread is the yardstick, the same in all draws.
    side.shift[name] = (theirs.mean - everybody.mean) / everybody.sd[0]
    _hold_parts(people, name, edges, side)
    return CandidateReading(
        candidate=side.sample.name,
        spread=spread_of(side.sample, name),
        mean=interval_of(theirs.mean),
        shift=interval_of(side.shift[name]),
        coverage=recentred(side.coverage[name]),
    )


def _hold_parts(people: Sample, name: str, edges: Floats, side: _Side) -> None:
    """Holds each part of the people against the others."""
    inside, others = (curves_of(people, name, edges, weights) for weights in side.parts)
    side.alike[name] = covers(others.below, inside.below)
    side.alike_shift[name] = (inside.mean - others.mean) / spread_of(people, name).sd


def _is_usable(people: Sample, name: str) -> bool:
    return defined(people, name) >= LEAST and spread_of(people, name).sd > 0


def _candidate(side: _Side, formal: Mapping[str, float]) -> CandidateFormalism:
    mine = {name: row for name, row in side.coverage.items() if name in formal}
    candidate = side.sample
    if not mine:
        raise TooFewUsers(
            f"{candidate.name}: no dimension with a formal side is defined in {LEAST}"
            f" conversations (there are {candidate.turns.size}); give more conversations"
        )
    raw = recentred(mean_rows(mine))
    ceiling, ceiling_all = _ceiling(side, mine), _ceiling(side, side.coverage)
    return CandidateFormalism(
        candidate=candidate.name,
        n_conversations=candidate.turns.size,
        n_turns=int(candidate.turns.sum()),
        n_units=len(candidate.units),
        resampled=candidate.resampled,
        n_dimensions=len(mine),
        coverage=relative(raw, ceiling),
        raw_coverage=raw,
        ceiling=rounded(ceiling),
        shift=interval_of(mean_rows(side.shift, formal)),
        n_dimensions_all=len(side.coverage),
        coverage_all=relative(recentred(mean_rows(side.coverage)), ceiling_all),
        ceiling_all=rounded(ceiling_all),
    )


def _ceiling(side: _Side, names: Collection[str]) -> float:
    return float(np.nanmean(np.stack([side.alike[name] for name in names])))


def _people(
    side: _Side, formal: Mapping[str, float], sources: Mapping[str, Sample] | None
) -> PeopleFormalism:
    mine, people = {n: row for n, row in side.alike.items() if n in formal}, side.sample
    if not mine:
        raise TooFewUsers(
            f"no dimension with a formal side is defined in {LEAST} conversations of people"
            f" (there are {people.turns.size}); give more of them with --people"
        )
    raw = over_parts(mean_rows(mine))
    return PeopleFormalism(
        sources=list(sources) if sources else [people.name],
        n_conversations=people.turns.size,
        n_turns=int(people.turns.sum()),
        n_users=len(people.units),
        n_dimensions=len(mine),
        coverage=relative(raw, raw.value),
        raw_coverage=raw,
        shift=over_parts(mean_rows(side.alike_shift, formal)),
    )


def _shares_of_people(
    side: _Side, sources: Mapping[str, Sample], resamples: int, rng: np.random.Generator
) -> list[Shares]:
    if not sources:
        return [_shares(side.sample, side.counts, people=True)]
    return [
        _shares(each, draw_units(each, resamples, rng), people=True) for each in sources.values()
    ]


def _shares(sample: Sample, counts: Floats, *, people: bool) -> Shares:
    """Of turns, each turn the same: that is how such figures are quoted."""
    return Shares(
        name=sample.name,
        people=people,
        n_conversations=sample.turns.size,
        n_turns=int(sample.turns.sum()),
        shares={
            each.name: interval_of(turn_share(sample, each.name, counts))
            for each in HEADLINES
            if each.name in sample.columns
        },
    )
