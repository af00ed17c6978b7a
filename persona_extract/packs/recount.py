"""What a pack may still say of everybody together once some of its profiles are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import polars as pl

from persona_extract.dimensions.levels import population
from persona_extract.packs.tally import held
from persona_extract.records.catalogue import Archetype, Catalogue, Move, Trait
from persona_extract.records.directives import ReadDirective
from persona_extract.records.fields import DIGITS
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import MoveRate, Profile, Transition, profile_id
from persona_extract.records.tables import USER_READINGS

_DIGITS = 4
"""Of shares and weights in a catalogue."""


def recounted(
    manifest: PackManifest, gone: Sequence[Profile], left: Sequence[Profile]
) -> Catalogue:
    """The catalogue of a pack without some profiles: what fewer than `k_users` of those that are
    left hold is not listed any more.

    What a pack does not tell is taken as the least that it can be: a person who shows a trait is
    taken to have made one statement of it a conversation, and to have been read in any case; of
    follow-ups only those in listed moves are subtracted.
    """
    shown = Counter((kind, one) for profile in left for kind, one, _ in held(profile))
    traits = [_trait(one, gone) for one in manifest.traits]
    k = manifest.k_users
    moves = _moves(manifest, Counter({o: n for (w, o), n in shown.items() if w == "move"}), gone)
    kept = [one for one in traits if one and min(one.n_users, shown["trait", one.id]) >= k]
    names = {one.id for one in (*moves, *kept)}
    return Catalogue(
        moves=moves,
        traits=kept,
        archetypes=[
            _archetype(one, shown["archetype", one.id], len(left), names)
            for one in manifest.archetypes
            if shown["archetype", one.id] >= k
        ],
        k_users=k,
        left=[],
        changes=[],
        accuracy=[],
    )


def trimmed(profile: Profile, listed: Catalogue) -> Profile:
    """A profile that holds nothing that is not listed, under the id that goes with it. Rates are
    of what is left; levels, percentiles and directives stay as they were measured."""
    moves, traits = {one.id for one in listed.moves}, {one.id for one in listed.traits}
    kinds = {one.id: one for one in listed.archetypes}
    belongs = profile.archetype
    kind = kinds.get(belongs.archetype) if belongs else None
    changes = {
        "moves": _rated([one for one in profile.moves if one.move in moves]),
        "transitions": _transitions(profile, moves),
        "traits": [one for one in profile.traits if one.trait in traits],
        "directives": [
            one
            for one in profile.directives
            if not isinstance(one, ReadDirective) or one.trait in traits
        ],
        "archetype": belongs.model_copy(update={"weight": kind.weight})
        if belongs and kind
        else None,
    }
    changed = profile.model_copy(update=changes)
    return changed.model_copy(update={"id": profile_id(changed)})


def spread(profiles: Iterable[Profile]) -> pl.DataFrame:
    """`dimensions.levels.population` of the readings in profiles."""
    rows = [
        (one.source.user_key, r.dimension, r.n, r.n_conversations, r.value, r.spread)
        for one in profiles
        for r in one.readings
    ]
    return population(pl.DataFrame(rows, USER_READINGS, orient="row"))


def _moves(manifest: PackManifest, shown: Counter[str], gone: Sequence[Profile]) -> list[Move]:
    listed, k = manifest.moves, manifest.k_users
    less = Counter[str]()
    for made in (made for profile in gone for made in profile.moves):
        less[made.move] += made.n
    shares = sum(one.share for one in listed)
    of = sum(one.n_turns for one in listed) / shares - less.total() if shares else 0.0
    return [_move(one, shown[one.id], less[one.id], of) for one in listed if shown[one.id] >= k]


def _move(one: Move, n_users: int, less: int, of: float) -> Move:
    """`of`: all follow-ups that are left, those of no listed move included."""
    n = max(1, one.n_turns - less)
    share = min(1.0, round(n / of, _DIGITS)) if of > 0 else one.share
    return one.model_copy(update={"n_users": n_users, "n_turns": n, "share": share})


def _trait(one: Trait, gone: Sequence[Profile]) -> Trait | None:
    """None if nobody is left of whom it is known."""
    seen = [s for profile in gone for s in profile.traits if s.trait == one.id]
    n_users = one.n_users - len(seen)
    if n_users < 1:
        return None
    read = one.n_users / one.share - len(gone) if one.share else 0
    less = sum(s.support.n for s in seen)
    return one.model_copy(
        update={
            "n_users": n_users,
            "n_statements": max(n_users, one.n_statements - less),
            "n_conversations": max(n_users, one.n_conversations - less),
            "share": min(1.0, round(n_users / read, _DIGITS)) if read > 0 else one.share,
        }
    )


def _archetype(one: Archetype, n_users: int, of: int, names: set[str]) -> Archetype:
    marks = [mark for mark in one.marks if mark.kind == "dimension" or mark.name in names]
    weight = round(n_users / of, _DIGITS)
    return one.model_copy(update={"n_users": n_users, "weight": weight, "marks": marks})


def _transitions(profile: Profile, moves: set[str]) -> list[Transition]:
    kept = [
        one
        for one in profile.transitions
        if one.after in moves and (one.before is None or one.before in moves)
    ]
    totals = Counter[str | None]()
    for one in kept:
        totals[one.before] += one.n
    return [
        one.model_copy(update={"rate": round(one.n / totals[one.before], DIGITS)}) for one in kept
    ]


def _rated(counted: list[MoveRate]) -> list[MoveRate]:
    """The same with rates that sum to 1."""
    total = sum(one.n for one in counted)
    return [one.model_copy(update={"rate": round(one.n / total, DIGITS)}) for one in counted]
