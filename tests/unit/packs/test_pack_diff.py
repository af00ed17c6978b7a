from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.packs.diff import match, profile_changes
from persona_extract.packs.read import Pack, read_pack
from persona_extract.records.catalogue import Label, Move
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, measured, profile_id

DEMO = Path(__file__).parents[3] / "profiles" / "demo"


@pytest.fixture(scope="module")
def demo() -> Pack:
    return read_pack(DEMO)


def with_moves(pack: Pack, names: dict[str, str], **other: object) -> PackManifest:
    moves = [
        Move(
            id=one, label=Label(name=name), phrases=[], n_turns=9, n_users=9, exemplars=[], share=0
        )
        for one, name in names.items()
    ]
    return pack.manifest.model_copy(update={"moves": moves, **other})


def changed(one: Profile, **fields: object) -> Profile:
    other = one.model_copy(update=fields)
    return other.model_copy(update={"id": profile_id(other)})


def test_entries_are_matched_by_id(demo: Pack) -> None:
    a = with_moves(demo, {"m_00000001": "go on", "m_00000002": "thanks", "m_00000003": "no"})
    b = with_moves(demo, {"m_00000001": "continue", "m_00000004": "Thanks", "m_00000005": "why"})
    found = match("move", a, b)
    assert found.kept == ["m_00000001"]
    assert [one.name for one in found.vanished] == ["thanks", "no"]
    assert [one.id for one in found.new] == ["m_00000004", "m_00000005"]
    assert [(one.before, one.after) for one in found.perhaps_same] == [("m_00000002", "m_00000004")]


def test_a_name_that_stands_twice_says_nothing(demo: Pack) -> None:
    a = with_moves(demo, {"m_00000001": "go on", "m_00000002": "no", "m_00000003": "no"})
    b = with_moves(demo, {"m_00000001": "go on", "m_00000004": "no"})
    assert match("move", a, b).perhaps_same == []


def test_ids_of_strangers_are_not_held_against_each_other(demo: Pack) -> None:
    a, b = with_moves(demo, {"m_00000001": "go on"}), with_moves(demo, {"m_00000002": "go on"})
    found = match("move", a, b)
    assert "no move of A has the id of one of B" in found.refused
    assert (found.new, found.vanished) == ([], [])
    assert len(found.perhaps_same) == 1


def test_everything_may_vanish_unless_the_pack_was_made_otherwise(demo: Pack) -> None:
    a, b = with_moves(demo, {"m_00000001": "go on"}), with_moves(demo, {})
    assert [one.name for one in match("move", a, b).vanished] == ["go on"]
    other = demo.manifest.provenance.model_copy(update={"encoder": "another"})
    found = match("move", a, with_moves(demo, {}, provenance=other))
    assert found.refused == "B lists none, and the packs were made in different ways"
    assert found.vanished == []
    assert match("trait", a, b).refused == ""


def test_the_same_pack_has_the_same_profiles(demo: Pack) -> None:
    found = profile_changes(demo, demo)
    assert (found.unchanged, found.added, found.removed, found.changed) == (44, [], [], [])


def test_who_came_and_went_and_changed(demo: Pack) -> None:
    first, second, third, *others = demo.profiles
    told = measured(second)[0]
    source = second.source.model_copy(update={"n_turns": second.source.n_turns + 1})
    other = changed(second, directives=second.directives[1:], source=source)
    found = profile_changes(
        Pack(demo.manifest, (first, second, *others)), Pack(demo.manifest, (other, third, *others))
    )
    assert (found.added, found.removed, found.unchanged) == ([third.id], [first.id], 41)
    (one,) = found.changed
    assert (one.before, one.after) == (second.id, other.id)
    assert one.parts == ["conversations", "directives"]
    side = told.level.removeprefix("very ")
    assert (one.gained, one.lost) == ([], [f"{told.dimension} ({side})"])
    assert found.lost == {f"{told.dimension} ({side})": 1}
    assert found.parts == {"conversations": 1, "directives": 1}


def test_what_hangs_on_others_is_told_from_what_the_user_did(demo: Pack) -> None:
    one = demo.profiles[0]
    first = one.readings[0]
    for update, part in (({"percentile": 0.99}, "standing"), ({"value": 0.123}, "readings")):
        readings = [first.model_copy(update=update), *one.readings[1:]]
        other = changed(one, readings=readings)
        found = profile_changes(Pack(demo.manifest, (one,)), Pack(demo.manifest, (other,)))
        assert found.changed[0].parts == [part]


def test_users_under_another_salt_cannot_be_told(demo: Pack) -> None:
    salted = tuple(
        changed(one, source=one.source.model_copy(update={"user_key": one.source.user_key[::-1]}))
        for one in demo.profiles
    )
    found = profile_changes(demo, Pack(demo.manifest, salted))
    assert "no user key in common" in found.refused
    assert (found.added, found.removed, found.unchanged) == ([], [], 0)
