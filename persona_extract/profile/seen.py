"""What a reader saw of users, and of what kind they are -> traits with evidence, archetypes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from persona_extract.profile.evidence import SPAN, TURN, QuoteKey, cite
from persona_extract.records.catalogue import Archetype, Trait
from persona_extract.records.directives import Question, ReadDirective, Support
from persona_extract.records.fields import DIGITS
from persona_extract.records.profile import Belonging, TraitSeen
from persona_extract.records.tables import (
    DEMOGRAPHICS,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    USER_ARCHETYPES,
    empty,
)

_STATEMENT = ["user_key", "conversation_id", "statement"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the users of a part beyond what is measured. Rows of other users do no
    harm; what the catalogue does not list is left out.

    Attributes:
        traits: of the catalogue.
        archetypes: of the catalogue.
        support: `records.tables.TRAIT_SUPPORT`.
        members: `records.tables.TRAIT_MEMBERS`.
        statements: `records.tables.STATEMENTS`.
        kinds: `records.tables.USER_ARCHETYPES`.
        demographics: `records.tables.DEMOGRAPHICS`; empty where they were not asked for.
    """

    traits: tuple[Trait, ...] = ()
    archetypes: tuple[Archetype, ...] = ()
    support: pl.DataFrame = field(default_factory=lambda: empty(TRAIT_SUPPORT))
    members: pl.DataFrame = field(default_factory=lambda: empty(TRAIT_MEMBERS))
    statements: pl.DataFrame = field(default_factory=lambda: empty(STATEMENTS))
    kinds: pl.DataFrame = field(default_factory=lambda: empty(USER_ARCHETYPES))
    demographics: pl.DataFrame = field(default_factory=lambda: empty(DEMOGRAPHICS))


def traits_seen(
    turns: pl.DataFrame, seen: Seen, most: int, quote_key: QuoteKey
) -> dict[str, list[TraitSeen]]:
    """User key -> the traits that the user shows, the best supported first.

    Support n of N is ranked by (n + 1) / (N + 2), Laplace's rule of succession, so that 5 of 6
    goes before 1 of 1; equals by id. A row that could have been seen nowhere is no claim.

    Args:
        turns: of the users (`records.tables.TURNS`).
        seen: what the reader left.
        most: quotes cited per trait at the most.
        quote_key: keyed hash for quotes; text itself is never written.
    """
    labels = {trait.id: trait.label for trait in seen.traits}
    told = seen.support.filter(
        pl.col("trait").is_in(list(labels)), pl.col("n") > 0, pl.col("of") > 0
    ).sort("user_key", -(pl.col("n") + 1.0) / (pl.col("of") + 2.0), "trait")
    evidence = cite(_quotes(turns, seen, told, most), "trait", quote_key)
    made: dict[str, list[TraitSeen]] = {}
    for user, trait, n, of in told.select("user_key", "trait", "n", "of").iter_rows():
        label = labels[trait]
        made.setdefault(user, []).append(
            TraitSeen(
                trait=trait,
                name=label.name,
                support=Support(n=n, of=of),
                evidence=evidence.get((user, trait), []),
            )
        )
    return made


def read_directives(seen: Seen, traits: list[TraitSeen]) -> list[ReadDirective]:
    """What a labeler would have a simulator do, of the traits of one user; strongest first."""
    listed = {trait.id: trait for trait in seen.traits}
    told = [
        ReadDirective(
            trait=one.trait,
            text=label.directive,
            situation=listed[one.trait].situation,
            condition=label.condition,
            strength=round((one.support.n + 1) / (one.support.of + 2), DIGITS),
            support=one.support,
            evidence=one.evidence,
            check=Question(question=label.check) if label.check else None,
        )
        for one in traits
        if (label := listed[one.trait].label).directive
    ]
    return sorted(told, key=lambda one: (-one.strength, one.trait))


def belongings(seen: Seen) -> dict[str, Belonging]:
    """User key -> the archetype that the user belongs to; users who belong to none are left out."""
    known = {archetype.id: archetype for archetype in seen.archetypes}
    rows = seen.kinds.filter(pl.col("archetype").is_in(list(known)))
    return {
        user: Belonging(
            archetype=archetype,
            name=known[archetype].label.name,
            weight=known[archetype].weight,
            fit=fit,
        )
        for user, archetype, fit in rows.select(
            "user_key", "archetype", pl.col("fit").round(DIGITS)
        ).iter_rows()
    }


def _quotes(turns: pl.DataFrame, seen: Seen, told: pl.DataFrame, most: int) -> pl.DataFrame:
    """Per user and trait the quotes to cite, with the text of their turns: one of each conversation
    before a second of any, those nearest the centre of the trait first."""
    of = ["user_key", "trait"]
    at = pl.int_range(pl.len()).over(*of, "conversation_id")
    return (
        seen.members.join(told.select(of), on=of, how="semi")
        .join(seen.statements.select(*_STATEMENT, "quotes"), on=_STATEMENT)
        .explode("quotes")
        .unnest("quotes")
        .join(turns.select(*TURN, "text"), on=TURN)
        .group_by(*of, *SPAN, "text")
        .agg(pl.col("distance").min())
        .sort(*of, "distance", *SPAN, nulls_last=True)
        .with_columns(at=at)
        .sort(*of, "at", "distance", *SPAN, nulls_last=True)
        .group_by(of, maintain_order=True)
        .head(most)
    )
