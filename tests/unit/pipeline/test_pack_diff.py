"""`pack diff` on the demo pack, its halves and changed copies of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from persona_extract.fidelity.drift import Effort
from persona_extract.packs.read import Pack
from persona_extract.pipeline.pack_diff import compare_packs
from persona_extract.records.profile import Profile, Reading
from tests.unit.packs.test_pack_diff import demo as demo

QUICK = Effort(permutations=99, resamples=200)
SPLITS = 40


def part(pack: Pack, rows: np.ndarray) -> Pack:
    return Pack(pack.manifest, tuple(pack.profiles[i] for i in rows))


def each(pack: Pack, change: Callable[[Profile], Profile]) -> Pack:
    return Pack(pack.manifest, tuple(map(change, pack.profiles)))


def shift(pack: Pack, dimension: str, by: float) -> Pack:
    def move(one: Reading) -> Reading:
        if one.dimension != dimension:
            return one
        return one.model_copy(update={"value": one.value + by})

    return each(
        pack, lambda one: one.model_copy(update={"readings": [move(r) for r in one.readings]})
    )


def rekeyed(one: Profile) -> Profile:
    return one.model_copy(
        update={"source": one.source.model_copy(update={"user_key": one.source.user_key[::-1]})}
    )


def test_a_pack_is_the_same_as_itself(demo: Pack) -> None:
    found = compare_packs(demo, demo, effort=QUICK)
    assert found.verdict == "same"
    assert found.n_shared == found.profiles.unchanged == 44
    assert len(found.dimensions) + len(found.left_out) == len(demo.manifest.population)
    assert not any(one.effect.value or one.wasserstein for one in found.dimensions)
    assert found.archetype_weights is not None
    assert found.archetype_weights.variation == 0
    moves = next(one for one in found.catalogue if one.kind == "move")
    assert len(moves.kept) == 33
    assert all(one.share_a == one.share_b for one in moves.kept)
    assert {one.q for one in moves.kept} == {1.0}


def test_the_same_seed_gives_the_same_document(demo: Pack) -> None:
    halves = part(demo, np.arange(22)), part(demo, np.arange(22, 44))
    first, again = (compare_packs(*halves, effort=QUICK) for _ in range(2))
    assert first.model_dump_json() == again.model_dump_json()
    other = compare_packs(*halves, effort=replace(QUICK, seed=1))
    assert other.model_dump_json() != first.model_dump_json()


def test_random_halves_are_seldom_called_drifted(demo: Pack) -> None:
    """On a third of the dimensions; `benchmarks/pack_diff.py` takes all, and more splits."""
    some = each(demo, lambda one: one.model_copy(update={"readings": one.readings[::3]}))
    rng = np.random.default_rng(0)
    drifted = 0
    for seed in range(SPLITS):
        order = rng.permutation(44)
        found = compare_packs(
            part(some, order[:22]), part(some, order[22:]), effort=replace(QUICK, seed=seed)
        )
        assert found.n_shared == 0
        drifted += found.verdict == "drifted"
    # At a true rate of 10 % eleven or more of 40 have a chance of 0.2 %.
    assert drifted <= 10


def test_half_a_standard_deviation_of_one_dimension_is_seen(demo: Pack) -> None:
    unit = float(
        np.std(
            [one.value for p in demo.profiles for one in p.readings if one.dimension == "commas"],
            ddof=1,
        )
    )
    later = shift(demo, "commas", 0.5 * unit)
    found = compare_packs(demo, later, effort=QUICK)
    assert found.verdict == "drifted"
    assert [one.dimension for one in found.dimensions if one.moved] == ["commas"]
    assert found.dimensions[0].effect.value == pytest.approx(0.5, abs=1e-4)
    assert "commas the most (+0.50)" in found.reasons[0]
    strangers = compare_packs(demo, each(later, rekeyed), effort=QUICK)
    assert strangers.verdict == "same"  # 44 against 44 other users cannot show as little


def test_strangers_are_compared_as_populations(demo: Pack) -> None:
    found = compare_packs(demo, each(demo, rekeyed), effort=QUICK)
    assert found.verdict == "same"
    assert found.n_shared == 0
    assert "different salts" in found.profiles.refused


def test_another_ruler_is_no_drift(demo: Pack) -> None:
    made = demo.manifest.provenance.model_copy(update={"dimensions": "other"})
    manifest = demo.manifest.model_copy(update={"provenance": made})
    later = shift(demo, "commas", 5.0)
    found = compare_packs(demo, Pack(manifest, later.profiles), effort=QUICK)
    assert found.verdict == "cannot be compared"
    assert "different versions of the dimensions" in found.reasons[0]
    assert "commas" in found.reasons[1]
    assert found.dimensions[0].dimension == "commas"
    assert any("dimensions" in note for note in found.notes)


def test_packs_without_readings_cannot_be_compared(demo: Pack) -> None:
    bare = each(demo, lambda one: one.model_copy(update={"readings": []}))
    found = compare_packs(demo, bare, effort=QUICK)
    assert found.verdict == "cannot be compared"
    assert found.dimensions == []
    assert set(found.left_out.values()) == {"B has no reading of it"}


def test_a_dimension_that_few_have_is_left_out(demo: Pack) -> None:
    def bare(one: Profile) -> Profile:
        kept = [r for r in one.readings if r.dimension != "commas" or one in demo.profiles[:4]]
        return one.model_copy(update={"readings": kept})

    found = compare_packs(demo, each(demo, bare), effort=QUICK)
    assert found.left_out["commas"] == "44 users of A and 4 of B have it; 5 are needed"


def test_archetypes_that_grew_are_drift(demo: Pack) -> None:
    into = demo.profiles[0].archetype
    assert into is not None
    moved = {one.id for one in demo.profiles[10:30]}
    later = each(
        demo, lambda one: one.model_copy(update={"archetype": into}) if one.id in moved else one
    )
    found = compare_packs(demo, later, effort=QUICK)
    assert found.archetype_weights is not None
    assert found.archetype_weights.moved
    assert found.verdict == "drifted"
    kinds = next(one for one in found.catalogue if one.kind == "archetype")
    assert kinds.kept[0].id == into.archetype
    assert kinds.kept[0].moved
    assert kinds.kept[0].difference.value > 0.2


def test_users_who_were_grouped_anew_are_no_drift(demo: Pack) -> None:
    listed = demo.manifest.archetypes[1:]
    gone = demo.manifest.archetypes[0].id
    later = each(
        demo,
        lambda one: (
            one.model_copy(update={"archetype": None})
            if one.archetype and one.archetype.archetype == gone
            else one
        ),
    )
    manifest = demo.manifest.model_copy(update={"archetypes": listed})
    found = compare_packs(demo, Pack(manifest, later.profiles), effort=QUICK)
    assert found.verdict == "same"
    weights = found.archetype_weights
    assert weights is not None
    assert weights.variation == pytest.approx(9 / 44, abs=1e-6)
    assert not weights.same_list
    kinds = next(one for one in found.catalogue if one.kind == "archetype")
    assert [one.id for one in kinds.vanished] == [gone]


def test_moves_that_vanished_are_drift(demo: Pack) -> None:
    fewer = demo.manifest.model_copy(update={"moves": demo.manifest.moves[:10]})
    found = compare_packs(demo, Pack(fewer, demo.profiles), effort=QUICK)
    assert found.verdict == "drifted"
    assert found.reasons == ["23 of 33 moves vanished"]
