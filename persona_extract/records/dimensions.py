"""What is known of the dimensions themselves, as `persona-extract dimensions --json` prints it."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.fields import Record

Side = Literal["low", "high"]


class StabilityResult(Record):
    """Split-half reliability on one corpus, with its 95 % interval over users; null where fewer
    than three users can be halved."""

    corpus: str
    reliability: float | None
    low: float | None
    high: float | None
    users: int
    above_chance: bool


class LabelResult(Record):
    """The rule against labels given by reading; null where it was not held against them."""

    label: str
    kappa: float | None
    precision: float | None
    precision_low: float | None
    recall: float | None
    n_predicted: int | None
    n_labelled: int | None


class DimensionCard(Record):
    """Everything about one dimension. `directives` and `examples`: side -> text; `validity` is
    null for a dimension that counts marks or words and reads no meaning."""

    name: str
    group: str
    definition: str
    source: str
    unit: str
    where: str
    formal: int
    personal: bool
    reason: str
    reliability: list[StabilityResult]
    validity: LabelResult | None
    directives: dict[Side, str]
    examples: dict[Side, str]
    enacted: bool


class ActCard(Record):
    """Something that the assistant does, which reactions are conditional on; `validity` is null
    where the rule only counts."""

    name: str
    definition: str
    validity: LabelResult | None


class DimensionCards(Record):
    """All dimensions that were asked for, by group and name, and the acts of the assistant."""

    dimensions: list[DimensionCard]
    acts: list[ActCard]
