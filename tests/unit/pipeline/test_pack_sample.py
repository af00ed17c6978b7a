from __future__ import annotations

from collections import Counter

import pytest

from persona_extract.errors import TooFewUsers, UsageError
from persona_extract.packs.read import Pack
from persona_extract.pipeline.pack_sample import sample_panel
from tests.unit.packs.test_pack_diff import demo as demo


@pytest.mark.parametrize("by_archetype", [True, False])
def test_a_panel_of_the_demo_beats_random_panels(demo: Pack, by_archetype: bool) -> None:
    found = sample_panel(demo, 12, by_archetype=by_archetype)
    assert found.better_than > 0.98
    assert found.distance < found.random_low
    assert found.per_dimension.better_than > 0.9  # which it was not chosen by
    assert found.per_dimension.distance < 0.9 * found.per_dimension.random_mean


def test_archetypes_have_the_weight_that_they_have_in_the_pack(demo: Pack) -> None:
    found = sample_panel(demo, 20)
    share = Counter(one.archetype.archetype if one.archetype else None for one in demo.profiles)
    weight: Counter[str | None] = Counter()
    for one in found.members:
        weight[one.archetype] += one.weight
    assert weight == pytest.approx({name: n / 44 for name, n in share.items()})
    assert sum(weight.values()) == pytest.approx(1)
    assert found.unrepresented == []
    own = {one.id: one.archetype for one in demo.profiles}
    assert all(
        (kind.archetype if (kind := own[one.profile]) else None) == one.archetype
        for one in found.members
    )


def test_a_small_panel_says_whom_it_leaves_out(demo: Pack) -> None:
    found = sample_panel(demo, 3)
    assert len(found.members) == 3
    assert len(found.unrepresented) in (3, 4)
    assert sum(one.weight for one in found.members) == pytest.approx(1)


def test_without_strata_all_weigh_the_same(demo: Pack) -> None:
    found = sample_panel(demo, 7, by_archetype=False)
    assert [one.weight for one in found.members] == pytest.approx([1 / 7] * 7)


def test_one_seed_one_panel_in_whatever_order_profiles_come(demo: Pack) -> None:
    first = sample_panel(demo, 6, seed=3)
    assert sample_panel(Pack(demo.manifest, demo.profiles[::-1]), 6, seed=3) == first


def test_everybody_is_a_panel(demo: Pack) -> None:
    found = sample_panel(demo, 44)
    assert found.distance == 0
    assert found.better_than == 0


def test_more_than_there_are_is_refused(demo: Pack) -> None:
    with pytest.raises(UsageError, match="has 44 profiles: ask for --n 44 or fewer"):
        sample_panel(demo, 45)


def test_one_profile_is_no_panel(demo: Pack) -> None:
    with pytest.raises(TooFewUsers, match="two profiles or more, and the pack has 1"):
        sample_panel(Pack(demo.manifest, demo.profiles[:1]), 1)


def test_profiles_that_nothing_tells_apart(demo: Pack) -> None:
    one = demo.profiles[0]
    twin = one.model_copy(update={"id": "p_" + "0" * 16})
    with pytest.raises(TooFewUsers, match="have the same readings"):
        sample_panel(Pack(demo.manifest, (one, twin)), 1)


def test_imported_profiles_are_refused(demo: Pack) -> None:
    bare = demo.profiles[0].model_copy(update={"readings": []})
    with pytest.raises(UsageError, match="1 of 44 profiles have no readings"):
        sample_panel(Pack(demo.manifest, (bare, *demo.profiles[1:])), 5)
