"""One dimension with all that is known of it, for a screen, a page or a program."""

from __future__ import annotations

from persona_extract.dimensions._acts import ACTS
from persona_extract.dimensions.measured import (
    CORPORA,
    MIN_PRECISION,
    Measured,
    is_personal,
    measured,
)
from persona_extract.dimensions.protocol import Dimension
from persona_extract.records.dimensions import ActCard, DimensionCard, LabelResult, StabilityResult


def card(dimension: Dimension) -> DimensionCard:
    """The dimension as a record."""
    found = measured(dimension.name)
    return DimensionCard(
        name=dimension.name,
        group=dimension.group,
        definition=dimension.definition,
        source=dimension.source,
        unit=dimension.unit,
        where=dimension.where,
        formal=dimension.formal,
        personal=is_personal(dimension),
        reason=_reason(dimension, found),
        reliability=_reliability(found) if found else [],
        validity=_validity(dimension.label, found) if found and dimension.label else None,
        directives={**dimension.directives},
        examples={**dimension.examples},
        enacted=dimension.enact is not None,
    )


def act_cards() -> list[ActCard]:
    """What the assistant does before a reaction, and how often the rules for it are right."""
    found = {act.name: measured(act.name) for act in ACTS if act.label}
    return [
        ActCard(
            name=act.name,
            definition=act.definition,
            validity=_validity(act.label, at) if (at := found.get(act.name)) else None,
        )
        for act in ACTS
    ]


def _reason(dimension: Dimension, found: Measured | None) -> str:
    """Why the dimension is personal or not."""
    if found is None:
        return "it was never measured"
    stable = [name for key, name in CORPORA.items() if found.reliability[key].above_chance]
    if not stable:
        return "its reliability is not above chance on any corpus"
    if dimension.label and found.precision is None:
        return "its rule found none of the labelled turns"
    if found.precision is not None and not is_personal(dimension):
        return f"its rule is right in less than {MIN_PRECISION:.0%} of the turns that it finds"
    return f"it tells people apart on {' and '.join(stable)}"


def _reliability(found: Measured) -> list[StabilityResult]:
    return [
        StabilityResult(
            corpus=CORPORA[corpus],
            reliability=one.value,
            low=one.low,
            high=one.high,
            users=one.users,
            above_chance=one.above_chance,
        )
        for corpus, one in found.reliability.items()
    ]


def _validity(label: str, found: Measured) -> LabelResult:
    return LabelResult(
        label=label,
        kappa=found.kappa,
        precision=found.precision,
        precision_low=found.precision_low,
        recall=found.recall,
        n_predicted=found.n_predicted,
        n_labelled=found.n_labelled,
    )
