"""One user's readings against the population -> a profile. Bulk work is done for all users of a
part at once; only the records are made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from persona_extract.profile.background import backgrounds
from persona_extract.profile.candidates import candidates
from persona_extract.profile.directives import directives_for
from persona_extract.profile.evidence import QuoteKey
from persona_extract.profile.examples import cited_texts, examples
from persona_extract.profile.policy import policies
from persona_extract.profile.seen import Seen, belongings, read_directives, traits_seen
from persona_extract.records.directives import Directive, MeasuredDirective
from persona_extract.records.fields import DIGITS
from persona_extract.records.policy import Policy
from persona_extract.records.profile import (
    Background,
    Belonging,
    Example,
    MoveRate,
    Profile,
    ProfileSource,
    Provenance,
    Reading,
    TraitSeen,
    Transition,
    Window,
    profile_id,
)
from persona_extract.records.settings import ProfileSettings

_SHOWN = tuple(name for name in Reading.model_fields if name != "reliability")

Row = dict[str, Any]  # a polars row: checked by the record that it becomes
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Part:
    """The users of one part.

    Attributes:
        conversations: kept conversations (`records.tables.CONVERSATIONS`).
        turns: their user turns (`records.tables.TURNS`).
        readings: turn readings of those turns, one column a dimension.
        standings: `profile.standing.standings`, rows of these users (more do no harm).
        moves: `records.tables.MOVES` of these users (more do no harm).
        seen: what a reader saw of them, and of what kind they are.
    """

    conversations: pl.DataFrame
    turns: pl.DataFrame
    readings: pl.DataFrame
    standings: pl.DataFrame
    moves: pl.DataFrame
    seen: Seen = field(default_factory=Seen)


def compile_profiles(
    part: Part,
    labels: dict[str, str],
    settings: ProfileSettings,
    provenance: Provenance,
    quote_key: QuoteKey,
) -> list[Profile]:
    """One profile per user of the part, sorted by user key.

    Args:
        part: the users.
        labels: move id -> label; moves without one are not listed and not counted.
        settings: sizes.
        provenance: written into every profile.
        quote_key: keyed hash for quotes; text itself is never written.
    """
    sources = _sources(part)
    standings = part.standings.filter(pl.col("user_key").is_in(list(sources)))
    told = candidates(standings, settings.directives)
    directives = directives_for(told, part.turns, part.readings, settings.evidence, quote_key)
    shown = standings.select("user_key", *_SHOWN, reliability="weight")
    readings = _by_user(shown, _reading)
    listed = part.moves.filter(pl.col("move").is_in(list(labels)))
    moves, transitions = _moves(listed, labels), _transitions(listed)
    policy = policies(part.turns, part.readings, standings)
    traits = traits_seen(part.turns, part.seen, settings.evidence, quote_key)
    kinds, background = belongings(part.seen), backgrounds(part.seen.demographics)
    texts = cited_texts(part.turns) if settings.examples else {}
    return [
        _profile(
            source=source,
            readings=readings.get(key, []),
            directives=[
                *directives.get(key, []),
                *read_directives(part.seen, traits.get(key, [])),
            ],
            traits=traits.get(key, []),
            moves=moves.get(key, []),
            transitions=transitions.get(key, []),
            archetype=kinds.get(key),
            policy=policy[key],
            background=background.get(key, []),
            examples=examples(directives.get(key, []), texts, settings.examples) if texts else [],
            provenance=provenance,
        )
        for key, source in sources.items()
    ]


def with_claims(
    profile: Profile, directives: Iterable[Directive], traits: Iterable[TraitSeen]
) -> Profile:
    """The same profile with other directives and traits, and the id that goes with them. Examples
    of directives that are gone are gone."""
    told = list(directives)
    held = {one.dimension for one in told if isinstance(one, MeasuredDirective)}
    claims = {
        "directives": told,
        "traits": list(traits),
        "examples": [one for one in profile.examples if one.dimension in held],
    }
    changed = profile.model_copy(update=claims)
    return changed.model_copy(update={"id": profile_id(changed)})


def _profile(
    *,
    source: ProfileSource,
    readings: list[Reading],
    directives: list[Directive],
    traits: list[TraitSeen],
    moves: list[MoveRate],
    transitions: list[Transition],
    archetype: Belonging | None,
    policy: Policy,
    background: list[Background],
    examples: list[Example],
    provenance: Provenance,
) -> Profile:
    draft = Profile(
        id="p_" + "0" * 16,
        source=source,
        readings=readings,
        directives=directives,
        traits=traits,
        moves=moves,
        transitions=transitions,
        archetype=archetype,
        policy=policy,
        background=background,
        examples=examples,
        provenance=provenance,
    )
    return draft.model_copy(update={"id": profile_id(draft)})


def _sources(part: Part) -> dict[str, ProfileSource]:
    rows = (
        part.conversations.join(
            part.turns.group_by("conversation_id").agg(turns=pl.len()), on="conversation_id"
        )
        .sort("user_key", "conversation_id")
        .group_by("user_key", maintain_order=True)
        .agg(
            pl.col("corpus").first(),
            pl.col("revision").first(),
            pl.col("licence").first(),
            pl.col("conversation_id"),
            pl.col("turns").sum(),
            first=pl.col("started").min().dt.to_string("%Y-%m-%d"),
            last=pl.col("started").max().dt.to_string("%Y-%m-%d"),
        )
    )
    return {
        row["user_key"]: ProfileSource(
            corpus=row["corpus"],
            revision=row["revision"],
            licence=row["licence"],
            user_key=row["user_key"],
            conversations=row["conversation_id"],
            n_turns=row["turns"],
            window=Window(first=row["first"], last=row["last"]),
        )
        for row in rows.iter_rows(named=True)
    }


def _reading(row: Row) -> Reading:
    return Reading.model_validate({name: _rounded(row[name]) for name in Reading.model_fields})


def _rounded(value: object) -> object:
    return round(value, DIGITS) if isinstance(value, float) else value


def _by_user(rows: pl.DataFrame, make: Callable[[Row], Made]) -> dict[str, list[Made]]:
    made: dict[str, list[Made]] = {}
    for row in rows.iter_rows(named=True):
        made.setdefault(str(row["user_key"]), []).append(make(row))
    return made


def _moves(moves: pl.DataFrame, labels: dict[str, str]) -> dict[str, list[MoveRate]]:
    rates = (
        moves.group_by("user_key", "move")
        .agg(n=pl.len())
        .with_columns(rate=(pl.col("n") / pl.col("n").sum().over("user_key")).round(DIGITS))
        .sort("user_key", "n", "move", descending=[False, True, False])
    )
    return _by_user(
        rates,
        lambda row: MoveRate.model_validate(
            {"label": labels[str(row["move"])], **{k: row[k] for k in ("move", "rate", "n")}}
        ),
    )


def _transitions(moves: pl.DataFrame) -> dict[str, list[Transition]]:
    """User key -> what follows on what; only turns that stand next to each other count."""
    conversation = ["user_key", "conversation_id"]
    previous = pl.col("move", "turn").shift().over(conversation).name.prefix("previous_")
    pairs = (
        moves.sort(*conversation, "turn")
        .with_columns(previous)
        .filter((pl.col("turn") == 1) | (pl.col("turn") == pl.col("previous_turn") + 1))
        .group_by("user_key", before="previous_move", after="move")
        .agg(n=pl.len())
        .with_columns(
            rate=(pl.col("n") / pl.col("n").sum().over("user_key", "before")).round(DIGITS)
        )
        .sort("user_key", "before", "n", "after", descending=[False, False, True, False])
    )
    return _by_user(
        pairs,
        lambda row: Transition.model_validate({k: row[k] for k in Transition.model_fields}),
    )
