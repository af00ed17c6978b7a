"""Forgetting people in a pack of which there is nothing but the pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from persona_extract.errors import PackError, UsageError
from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.forget import clear, forget_in_pack
from persona_extract.packs.read import Pack, read_pack, validate_pack
from persona_extract.packs.recount import recounted, spread, trimmed
from persona_extract.records.catalogue import Label, Trait
from persona_extract.records.forgotten import Forgotten
from persona_extract.records.profile import Profile

DEMO = Path(__file__).parents[3] / "profiles" / "demo"


@pytest.fixture(scope="module")
def demo() -> Pack:
    return read_pack(DEMO)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "pack"
    shutil.copytree(DEMO, out)
    return out


def belonging(pack: Pack) -> Profile:
    """Somebody of the smallest archetype."""
    kind = min(pack.manifest.archetypes, key=lambda one: one.n_users)
    return next(
        one for one in pack.profiles if one.archetype and one.archetype.archetype == kind.id
    )


def without(pack: Pack, gone: Profile) -> list[Profile]:
    return [one for one in pack.profiles if one is not gone]


def test_the_person_is_gone_and_the_pack_is_good(folder: Path, demo: Pack) -> None:
    gone = belonging(demo)
    told = forget_in_pack(folder, Forgotten(users=[gone.source.user_key]))
    assert (told.profiles, told.left) == (1, len(demo.profiles) - 1)
    assert validate_pack(folder) == ()
    quotes = [e.quote_key for d in gone.directives for e in getattr(d, "evidence", [])]
    others = "".join(one.model_dump_json() for one in without(demo, gone))
    own = [quote for quote in quotes if quote not in others]
    assert own
    for text in (gone.id, gone.source.user_key, *gone.source.conversations, *own):
        for path in folder.iterdir():
            assert text.encode() not in path.read_bytes()


def test_numbers_are_those_of_who_is_left(folder: Path, demo: Pack) -> None:
    gone = belonging(demo)
    forget_in_pack(folder, Forgotten(users=[gone.source.user_key]))
    before, after = demo.manifest, read_pack(folder).manifest
    assert after.n_conversations == before.n_conversations - len(gone.source.conversations)
    assert after.n_turns == before.n_turns - gone.source.n_turns
    assert (before.version, after.version) == ("0.1.0", "0.1.1")
    same = ("name", "made_up", "imported", "demographics", "attribution", "k_users")
    for name in same:
        assert getattr(after, name) == getattr(before, name)
    made = {move.move: move.n for move in gone.moves}
    assert made
    for now in after.moves:
        then = next(one for one in before.moves if one.id == now.id)
        assert now.n_turns == then.n_turns - made.get(now.id, 0)
        assert now.n_users == then.n_users - (now.id in made)
        scale = now.n_turns / then.n_turns  # and all follow-ups are fewer by the person's own
        assert then.share * scale <= now.share <= 1.1 * then.share * scale
    dimension, old = next(iter(before.population.items()))
    values = [r.value for p in demo.profiles for r in p.readings if r.dimension == dimension]
    assert old.mean == pytest.approx(sum(values) / len(values), abs=1e-5)
    mine = [r.value for r in gone.readings if r.dimension == dimension]
    mean = (sum(values) - sum(mine)) / (len(values) - len(mine))
    assert after.population[dimension].mean == pytest.approx(mean, abs=1e-5)


def test_what_too_few_show_leaves_the_others_too(folder: Path, demo: Pack) -> None:
    """Everybody but `k_users` - 1 of those who make a move goes."""
    move = min(demo.manifest.moves, key=lambda one: one.n_users)
    makers = [p for p in demo.profiles if any(m.move == move.id for m in p.moves)]
    gone = makers[: len(makers) - demo.manifest.k_users + 1]
    told = forget_in_pack(folder, Forgotten(users=sorted(p.source.user_key for p in gone)))
    assert move.id in told.moves
    found = read_pack(folder)
    assert move.id not in {one.id for one in found.manifest.moves}
    left = {one.source.user_key: one for one in found.profiles}
    for old in makers[len(gone) :]:
        now = left[old.source.user_key]
        assert now.id != old.id
        assert sum(one.rate for one in now.moves) == pytest.approx(
            1.0 if now.moves else 0.0, abs=1e-4
        )
        assert all(move.id not in (one.before, one.after) for one in now.transitions)
        for before in {one.before for one in now.transitions}:
            rates = [one.rate for one in now.transitions if one.before == before]
            assert sum(rates) == pytest.approx(1, abs=1e-4)
        assert now.readings == old.readings and now.directives == old.directives


def test_a_small_archetype_goes_and_weights_are_of_who_is_left(folder: Path, demo: Pack) -> None:
    kind = min(demo.manifest.archetypes, key=lambda one: one.n_users)
    assert kind.n_users == demo.manifest.k_users
    told = forget_in_pack(folder, Forgotten(users=[belonging(demo).source.user_key]))
    assert told.archetypes == [kind.id]
    found = read_pack(folder)
    weights = {one.id: one.weight for one in found.manifest.archetypes}
    assert kind.id not in weights
    for one in found.manifest.archetypes:
        assert one.weight == pytest.approx(one.n_users / len(found.profiles), abs=1e-4)
    for one in found.profiles:
        if one.archetype:
            assert one.archetype.weight == weights[one.archetype.archetype]


def test_traits_are_counted_anew_and_go_below_k(demo: Pack) -> None:
    from persona_extract.records.directives import Evidence, ReadDirective, Support
    from persona_extract.records.profile import TraitSeen

    label = Label(name="asks twice", directive="Ask twice.", check="Did they ask twice?")
    trait = Trait(
        id="t_00000001",
        label=label,
        group="requests",
        polarity="does",
        situation="always",
        phrases=[],
        n_statements=20,
        n_conversations=12,
        n_users=6,
        share=0.5,
        stability=None,
    )

    def showing(profile: Profile) -> Profile:
        cited = Evidence(
            conversation=profile.source.conversations[0], turn=0, start=0, end=4, quote_key="0" * 16
        )
        support, evidence = Support(n=1, of=2), [cited]
        seen = TraitSeen(trait=trait.id, name=label.name, support=support, evidence=evidence)
        told = ReadDirective(
            trait=trait.id,
            text=label.directive,
            situation="always",
            condition=None,
            strength=0.5,
            support=support,
            evidence=evidence,
            check=None,
        )
        return profile.model_copy(
            update={"traits": [seen], "directives": [*profile.directives, told]}
        )

    people = [showing(one) for one in demo.profiles[:6]] + list(demo.profiles[6:])
    manifest = demo.manifest.model_copy(update={"traits": [trait]})
    one_less = recounted(manifest, people[:1], people[1:])
    (now,) = one_less.traits
    assert (now.n_users, now.n_statements, now.n_conversations) == (5, 19, 11)
    assert now.share == pytest.approx(5 / 11, abs=1e-4)
    kept = trimmed(people[1], one_less)
    assert kept.traits and kept.directives == people[1].directives
    two_less = recounted(manifest, people[:2], people[2:])
    assert two_less.traits == []
    bare = trimmed(people[2], two_less)
    assert bare.traits == [] and bare.directives == demo.profiles[2].directives


def test_a_conversation_takes_the_profile_with_it(folder: Path, demo: Pack) -> None:
    one = demo.profiles[3]
    told = forget_in_pack(folder, Forgotten(conversations=[one.source.conversations[-1]]))
    assert told.profiles == 1
    assert one.source.user_key not in {p.source.user_key for p in read_pack(folder).profiles}


def test_who_is_not_in_it_leaves_every_byte(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert forget_in_pack(folder, Forgotten(users=["0" * 16])).profiles == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_pack_of_one_is_refused(demo: Pack, tmp_path: Path) -> None:
    one = demo.profiles[0]
    listed = recounted(demo.manifest, demo.profiles[1:], [one])
    people = Population(spread([one]), listed)
    build_pack(tmp_path / "one", "one", [trimmed(one, listed)], people, made_up=True)
    with pytest.raises(UsageError, match="Delete the folder"):
        forget_in_pack(tmp_path / "one", Forgotten(users=[one.source.user_key]))
    assert validate_pack(tmp_path / "one") == ()


def test_what_an_interrupted_writing_left_goes(folder: Path) -> None:
    old, partial = (folder.with_name(f".pack.{what}") for what in ("old", "partial"))
    shutil.copytree(folder, partial)
    folder.rename(old)
    clear(folder)
    assert validate_pack(folder) == () and not old.exists() and not partial.exists()
    shutil.copytree(folder, old)
    clear(folder)
    assert folder.exists() and not old.exists()


def test_a_damaged_pack_is_refused_and_stays(folder: Path, demo: Pack) -> None:
    (folder / "README.md").write_text("changed")
    with pytest.raises(PackError, match="checksum"):
        forget_in_pack(folder, Forgotten(users=[demo.profiles[0].source.user_key]))
    assert (folder / "README.md").read_text() == "changed"
