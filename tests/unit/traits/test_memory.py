"""Ids stay put: the same clusters keep theirs, and what became of the others is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from persona_extract.records.catalogue import Change
from persona_extract.traits.memory import Group, Kind, Remembered, comparable, match

Parts = dict[str, range]


def run(parts: Parts, kind: Kind = "move", salt: str = "s", encoder: str = "") -> Remembered:
    """A run whose clusters hold the numbered members."""
    prefix = {"move": "m_", "trait": "t_", "archetype": "a_"}[kind]
    groups = tuple(
        Group(kind, prefix + name, frozenset(f"k{i}" for i in members))
        for name, members in parts.items()
    )
    return Remembered(salt, encoder, groups)


def far(name: str, angle: float, salt: str, kind: Kind = "move") -> Remembered:
    """A run of one cluster with a centre in a plane and members that only its salt knows."""
    members = frozenset(f"{salt}{i}" for i in range(9))
    return Remembered(salt, "st:model", (Group(kind, name, members, ("x", "y"), (1.0, angle)),))


def told(changes: Sequence[Change]) -> list[tuple[str, list[str], list[str]]]:
    return [(change.what, change.before, change.after) for change in changes]


def test_without_a_last_run_everything_keeps_its_own_id_and_nothing_is_told() -> None:
    now = run({"a": range(9), "b": range(9, 20)})
    found = match(None, now)
    assert found.ids == {"m_a": "m_a", "m_b": "m_b"}
    assert found.changes == ()
    assert found.now == now


def test_clusters_that_grew_and_lost_some_keep_their_ids() -> None:
    before = run({"a": range(10), "b": range(10, 30)})
    after = match(before, run({"x": range(12, 60), "y": range(12)}))
    assert after.ids == {"m_x": "m_b", "m_y": "m_a"}
    assert told(after.changes) == [("kept", ["m_a"], ["m_a"]), ("kept", ["m_b"], ["m_b"])]


def test_members_that_one_run_lacks_do_not_count() -> None:
    before = run({"a": range(10)})
    assert match(before, run({"x": range(1000)})).ids == {"m_x": "m_a"}
    within = replace(run({"x": range(10)}), others={"move": frozenset({"k11", "k12"})})
    assert match(run({"a": range(13)}), within).ids == {"m_x": "m_a"}


def test_members_known_and_elsewhere_do_count() -> None:
    before = run({"a": range(40)})
    elsewhere = frozenset(f"k{i}" for i in range(9, 40))
    lost = replace(run({"x": range(9)}), others={"move": elsewhere})
    assert match(before, lost).ids == {"m_x": "m_x"}  # 9 of 40: below MIN_JACCARD
    assert [change.what for change in match(before, lost).changes] == ["new", "vanished"]


def test_new_and_vanished_are_told() -> None:
    found = match(
        run({"a": range(9), "b": range(10, 20)}), run({"x": range(9), "c": range(50, 70)})
    )
    assert told(found.changes) == [
        ("kept", ["m_a"], ["m_a"]),
        ("new", [], ["m_c"]),
        ("vanished", ["m_b"], []),
    ]


def test_a_split_is_told_once_and_the_larger_part_keeps_the_id() -> None:
    found = match(run({"a": range(20)}), run({"x": range(12), "y": range(12, 20)}))
    assert found.ids == {"m_x": "m_a", "m_y": "m_y"}
    assert told(found.changes) == [("split", ["m_a"], ["m_a", "m_y"])]


def test_a_merge_is_told_once_and_keeps_the_larger_ones_id() -> None:
    found = match(run({"a": range(12), "b": range(12, 20)}), run({"x": range(20)}))
    assert found.ids == {"m_x": "m_a"}
    assert told(found.changes) == [("merged", ["m_a", "m_b"], ["m_a"])]


def test_a_few_members_that_move_over_are_no_split() -> None:
    before = run({"a": range(20), "b": range(20, 40)})
    found = match(before, run({"x": range(17), "y": range(17, 40)}))
    assert [change.what for change in found.changes] == ["kept", "kept"]


def test_centres_of_one_encoder_match_where_the_salt_is_another() -> None:
    assert match(far("m_a", 0.0, "s"), far("m_b", 0.1, "t")).ids == {"m_b": "m_a"}
    assert match(far("m_a", 0.0, "s"), far("m_b", 2.0, "t")).ids == {"m_b": "m_b"}


def test_centres_of_another_encoder_say_nothing() -> None:
    before, now = far("m_a", 0.0, "s"), replace(far("m_b", 0.0, "t"), encoder="st:other")
    assert match(before, now).ids == {"m_b": "m_b"}
    assert not comparable(before, now)
    assert comparable(before, far("m_b", 0.0, "t"))


def test_centres_of_an_encoder_that_looks_at_all_texts_say_nothing() -> None:
    before, now = far("m_a", 0.0, "s"), far("m_b", 0.0, "t")
    assert match(replace(before, encoder=""), replace(now, encoder="")).ids == {"m_b": "m_b"}


def test_centres_of_archetypes_compare_whatever_the_encoder() -> None:
    before, now = far("a_a", 0.0, "s", "archetype"), far("a_b", 0.1, "t", "archetype")
    assert match(replace(before, encoder=""), replace(now, encoder="")).ids == {"a_b": "a_a"}


def test_a_near_centre_does_not_take_the_id_from_who_has_the_members() -> None:
    here = ("x", "y"), (1.0, 0.0)
    before = Remembered("s", "e", (Group("move", "m_a", frozenset("123456"), *here),))
    heir = Group("move", "m_x", frozenset("12345"), ("x", "y"), (0.0, 1.0))
    stranger = Group("move", "m_y", frozenset("890"), *here)
    found = match(before, Remembered("s", "e", (heir, stranger), {"move": frozenset("67")}))
    assert found.ids == {"m_x": "m_a", "m_y": "m_y"}


def test_kinds_never_mix() -> None:
    before = run({"a": range(9)}, kind="trait")
    found = match(before, run({"a": range(9)}, kind="move"))
    assert found.ids == {"m_a": "m_a"}
    assert told(found.changes) == [("new", [], ["m_a"]), ("vanished", ["t_a"], [])]


def test_what_vanished_gets_its_id_back_when_it_returns() -> None:
    first = match(None, run({"a": range(10), "b": range(10, 20)})).now
    second = match(first, run({"x": range(10)})).now
    assert [group.id for group in second.gone] == ["m_b"]
    third = match(second, run({"y": range(10), "z": range(10, 21)}))
    assert third.ids == {"m_y": "m_a", "m_z": "m_b"}
    assert told(third.changes) == [("kept", ["m_a"], ["m_a"]), ("new", [], ["m_b"])]
    assert third.now.gone == ()


def test_an_id_that_another_cluster_has_is_not_given_again() -> None:
    found = match(run({"a": range(9)}), run({"x": range(9), "a": range(20, 30)}))
    assert found.ids["m_x"] == "m_a"
    assert found.ids["m_a"] not in ("m_a", "m_x")


labellings = st.lists(st.integers(0, 5), min_size=30, max_size=30)


def made(labels: list[int], prefix: str) -> Remembered:
    groups = tuple(
        Group(
            "move",
            f"m_{prefix}{label}",
            frozenset(f"k{i}" for i, own in enumerate(labels) if own == label),
        )
        for label in sorted(set(labels) - {0})
    )
    rest = frozenset(f"k{i}" for i, own in enumerate(labels) if own == 0)
    return Remembered("s", "", groups, {"move": rest})


@given(labellings)
def test_a_run_is_itself_again(labels: list[int]) -> None:
    one, again = made(labels, "a"), made(labels, "b")
    found = match(one, again)
    large = {g.members: g.id for g in one.groups if len(g.members) >= 3}
    same = {g.id: large[g.members] for g in again.groups if g.members in large}
    assert {own: found.ids[own] for own in same} == same
    kept = {change.before[0] for change in found.changes if change.what == "kept"}
    assert kept == set(large.values())


@given(labellings, labellings, st.randoms(use_true_random=False))
def test_the_order_of_clusters_changes_nothing(
    old: list[int], new: list[int], random: Random
) -> None:
    before, now = made(old, "a"), made(new, "b")
    shuffled = [list(before.groups), list(now.groups)]
    for groups in shuffled:
        random.shuffle(groups)
    again = match(
        replace(before, groups=tuple(shuffled[0])), replace(now, groups=tuple(shuffled[1]))
    )
    found = match(before, now)
    assert again.ids == found.ids
    assert again.changes == found.changes


@given(labellings, labellings)
def test_every_id_is_unique_and_told_once(old: list[int], new: list[int]) -> None:
    before, now = made(old, "a"), made(new, "b")
    found = match(before, now)
    assert len(set(found.ids.values())) == len(now.groups)
    assert sorted(i for c in found.changes for i in c.before) == sorted(g.id for g in before.groups)
    assert sorted(i for c in found.changes for i in c.after) == sorted(found.ids.values())
    assert {group.id for group in found.now.groups} == set(found.ids.values())


@given(labellings, labellings, st.integers(1, 4))
def test_unrelated_clusters_steal_no_ids(old: list[int], new: list[int], n: int) -> None:
    before, now = made(old, "a"), made(new, "b")
    strangers = run({f"z{i}": range(100 + 10 * i, 110 + 10 * i) for i in range(n)}).groups
    found = match(before, now)
    more = match(before, replace(now, groups=now.groups + strangers))
    assert {own: more.ids[own] for own in found.ids} == dict(found.ids)


@given(labellings, st.sets(st.integers(1, 5)))
def test_going_back_to_earlier_data_gives_the_earlier_ids(old: list[int], lost: set[int]) -> None:
    first = match(None, made(old, "a")).now
    without = made([0 if label in lost else label for label in old], "b")
    back = match(match(first, without).now, made(old, "c"))
    earlier = {g.members: g.id for g in first.groups if len(g.members) >= 3}
    later = {g.members: g.id for g in back.now.groups if len(g.members) >= 3}
    assert later == earlier
