"""A panel: a few profiles of a pack, with weights, that stand for all of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import ArchetypeId, Record, Share

PANEL_VERSION = "1.0"

ProfileId = Annotated[str, Field(pattern=r"^p_[0-9a-f]{16}$")]


class Member(Record):
    """One profile of the panel. The weights of all members sum to 1."""

    profile: ProfileId
    archetype: ArchetypeId | None
    weight: Annotated[float, Field(gt=0, le=1)]


class Nearness(Record):
    """A distance of the panel to its population, and of random panels of the same size.

    Attributes:
        distance: of the panel.
        random_mean, random_low, random_high: mean, 5 % and 95 % of random panels.
        better_than: share of the random panels that are farther away.
    """

    distance: Annotated[float, Field(ge=0)]
    random_mean: Annotated[float, Field(ge=0)]
    random_low: Annotated[float, Field(ge=0)]
    random_high: Annotated[float, Field(ge=0)]
    better_than: Share


class Panel(Nearness):
    """What `pack sample` writes.

    The fields of `Nearness` are of the energy distance, which the panel was chosen by.

    Attributes:
        pack, version, digest: the pack it is of; the digest is the manifest's.
        by: what was stratified by.
        n_population: profiles of the pack that could be chosen.
        unrepresented: archetypes with too few users for a member; their weight is spread over the
            others.
        per_dimension: the Wasserstein distance in standard deviations, mean over all dimensions of
            the pack: a measure that the panel was not chosen by.
    """

    panel_version: Literal["1.0"] = PANEL_VERSION
    pack: str
    version: str
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    seed: Annotated[int, Field(ge=0)]
    by: Literal["archetype", "none"]
    n_population: Annotated[int, Field(ge=1)]
    members: Annotated[list[Member], Field(min_length=1)]
    unrepresented: list[ArchetypeId]
    n_random: Annotated[int, Field(ge=1)]
    n_dimensions: Annotated[int, Field(ge=1)]  # that the panel was chosen by
    per_dimension: Nearness
