"""Traits, archetypes and background in profiles, from tables that a fake reader filled."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.profile.background import backgrounds
from persona_extract.profile.compile import compile_profiles
from persona_extract.profile.ground import ground
from persona_extract.profile.render import render
from persona_extract.profile.seen import Seen, belongings, traits_seen
from persona_extract.records.directives import Evidence, ReadDirective, Support
from persona_extract.records.profile import Profile, TraitSeen, profile_id
from persona_extract.records.settings import ProfileSettings
from persona_extract.records.tables import (
    DEMOGRAPHICS,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    TURNS,
    USER_ARCHETYPES,
)
from persona_extract.text import fold_space
from tests.unit.profile.people import CAREFUL, PROVENANCE, TYPED, conversations, part, quote_key
from tests.unit.profile.read_made import CALM, HASTY, POLITE, SHY, TRIED, catalogue, seen

FRAME = conversations()
OF = part(FRAME)
SEEN = seen(FRAME, OF.turns)


def profiles(known: Seen, settings: ProfileSettings | None = None) -> list[Profile]:
    made = replace(OF, seen=known)
    return compile_profiles(made, {}, settings or ProfileSettings(), PROVENANCE, quote_key)


PLAIN = profiles(Seen())


@pytest.fixture(scope="module")
def compiled() -> list[Profile]:
    return profiles(SEEN)


def test_users_show_the_traits_that_were_seen_of_them(compiled: list[Profile]) -> None:
    for user, profile in enumerate(compiled):
        hasty = user % 3 == 1
        (trait,) = profile.traits
        assert trait.trait == (TRIED if hasty else POLITE)
        assert trait.support == Support(n=3, of=3)
        assert trait.name == ("says what was tried" if hasty else "asks politely")
        (told,) = (d for d in profile.directives if isinstance(d, ReadDirective))
        assert (told.trait, told.support, told.evidence) == (
            trait.trait,
            trait.support,
            trait.evidence,
        )
        assert (told.condition, told.strength) == (
            "when the advice is old." if hasty else None,
            0.8,  # (3 + 1) / (3 + 2)
        )
        assert profile.archetype is not None
        assert profile.archetype.archetype == (HASTY if hasty else CALM)
        (age,) = profile.background
        assert (age.value, age.n_conversations, age.confidence) == ("about thirty", 3, 0.5)


def test_evidence_is_the_quote_and_not_the_turn(compiled: list[Profile]) -> None:
    texts = {(c, t): text for c, t, text in OF.turns[["conversation_id", "turn", "text"]].rows()}
    for profile in compiled:
        cited = profile.traits[0].evidence
        assert len({e.conversation for e in cited[:3]}) == 3  # one of each before a second of any
        assert len(cited) == 5
        for e in cited:
            text = texts[e.conversation, e.turn]
            assert e.quote_key == quote_key(text[e.start : e.end]) != quote_key(text)


def test_most_evidence_is_kept() -> None:
    few = profiles(SEEN, ProfileSettings(evidence=2))
    assert {len(profile.traits[0].evidence) for profile in few} == {2}


def test_without_a_reader_only_the_archetype_is_added() -> None:
    kinds = Seen(archetypes=SEEN.archetypes, kinds=SEEN.kinds)
    assert all(one.archetype is None and one.traits == [] for one in PLAIN)
    for before, after in zip(PLAIN, profiles(kinds), strict=True):
        assert after.archetype is not None
        assert after.model_copy(update={"archetype": None, "id": before.id}) == before


def test_what_the_catalogue_does_not_list_is_not_in_a_profile() -> None:
    unlisted = replace(SEEN, traits=SEEN.traits[:1], archetypes=SEEN.archetypes[:1])
    for user, profile in enumerate(profiles(unlisted)):
        assert (profile.traits == [], profile.archetype is None) == (user % 3 == 1,) * 2


def test_round_trip_and_ids(compiled: list[Profile]) -> None:
    for profile in compiled:
        assert Profile.model_validate_json(profile.model_dump_json()) == profile
        assert profile.id == profile_id(profile)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_changes_nothing(seed: int, compiled: list[Profile]) -> None:
    tables = {
        field.name: getattr(SEEN, field.name).sample(fraction=1.0, shuffle=True, seed=seed)
        for field in fields(Seen)
        if isinstance(getattr(SEEN, field.name), pl.DataFrame)
    }
    assert profiles(replace(SEEN, **tables)) == compiled


def test_no_text_of_a_user_is_in_a_profile_with_traits(compiled: list[Profile]) -> None:
    runs = {
        " ".join(words[i : i + 5])
        for text in (*CAREFUL, *TYPED)
        for words in [fold_space(text).lower().split()]
        for i in range(len(words) - 4)
    }
    for profile in compiled:
        assert profile.traits and profile.background
        text = (profile.model_dump_json() + render(profile)).lower()
        assert not [run for run in runs if run in text]


def test_what_was_read_is_grounded(compiled: list[Profile]) -> None:
    for profile in compiled:
        mine = pl.col("user_key") == profile.source.user_key
        grounded, refused = ground(
            profile, OF.turns.filter(mine), OF.readings.filter(mine), quote_key
        )
        assert grounded.traits == profile.traits
        assert not [claim for claim in refused if claim.kind == "trait"]


def lied(profile: Profile, **changes: object) -> Profile:
    trait = TraitSeen.model_validate({**profile.traits[0].model_dump(), **changes})
    return profile.model_copy(update={"traits": [trait]})


def requoted(profile: Profile, **changes: object) -> Profile:
    first, *rest = profile.traits[0].evidence
    changed = first.model_copy(update=changes)
    return lied(profile, evidence=[one.model_dump() for one in (*rest, changed)])


def test_traits_that_do_not_hold_are_not_written(compiled: list[Profile]) -> None:
    profile = compiled[0]
    mine = pl.col("user_key") == profile.source.user_key
    turns, readings = OF.turns.filter(mine), OF.readings.filter(mine)
    first = profile.traits[0].evidence[0]
    foreign = OF.turns.filter(~mine)["conversation_id"][0]
    unseen = "was seen in no conversation, or in more than it could have been"
    cases = [
        ("cites no turn", lied(profile, evidence=[])),
        ("cites a turn that does not exist", requoted(profile, turn=99)),
        ("cites a turn that does not exist", requoted(profile, conversation=foreign)),
        ("cites characters that its turn does not have", requoted(profile, end=10**6)),
        ("cites characters that its turn does not have", requoted(profile, end=0)),
        ("cites a quote that does not stand there", requoted(profile, quote_key="0" * 16)),
        ("cites a quote that does not stand there", requoted(profile, start=first.start + 1)),
        (
            "cites an empty quote",
            requoted(profile, start=3, end=3, quote_key=quote_key("")),
        ),
        (unseen, lied(profile, support={"n": 3, "of": 2})),
        (unseen, lied(profile, support={"n": 0, "of": 2})),
        (
            "could have been seen in more conversations than there are",
            lied(profile, support={"n": 3, "of": 4}),
        ),
    ]
    for reason, bad in cases:
        grounded, refused = ground(bad, turns, readings, quote_key)
        told = [(claim.about, claim.reason) for claim in refused if claim.kind == "trait"]
        assert told == [(POLITE, reason)]
        assert grounded.traits == []
        assert not [d for d in grounded.directives if isinstance(d, ReadDirective)]
        assert grounded.id == profile_id(grounded) != bad.id


def test_the_best_supported_trait_comes_first() -> None:
    rows = [("u", POLITE, 1, 1), ("u", SHY, 1, 1), ("u", TRIED, 5, 6)]
    support = pl.DataFrame(rows, schema=TRAIT_SUPPORT, orient="row")
    listed = catalogue().traits
    shy = listed[0].model_copy(update={"id": SHY})
    found = traits_seen(
        pl.DataFrame(schema=TURNS), Seen(traits=(shy, *listed), support=support), 5, quote_key
    )
    assert [one.trait for one in found["u"]] == [TRIED, POLITE, SHY]


def test_a_trait_that_could_have_been_seen_nowhere_is_no_claim() -> None:
    support = pl.DataFrame([("u", POLITE, 1, 0)], schema=TRAIT_SUPPORT, orient="row")
    known = Seen(traits=tuple(catalogue().traits), support=support)
    assert traits_seen(pl.DataFrame(schema=TURNS), known, 5, quote_key) == {}


def test_users_in_no_archetype_have_none() -> None:
    rows = [("u", None, None, 0.0, 0.0), ("v", CALM, -0.1234567, 0.0, 0.0)]
    kinds = pl.DataFrame(rows, schema=USER_ARCHETYPES, orient="row")
    found = belongings(Seen(archetypes=tuple(catalogue().archetypes), kinds=kinds))
    assert list(found) == ["v"]
    assert found["v"].fit == -0.123457


def test_the_only_archetype_has_no_fit() -> None:
    kinds = pl.DataFrame([("v", CALM, None, 0.0, 0.0)], schema=USER_ARCHETYPES, orient="row")
    found = belongings(Seen(archetypes=tuple(catalogue().archetypes), kinds=kinds))
    assert (found["v"].archetype, found["v"].fit) == (CALM, None)


def said(*rows: tuple[str, str, str, str, float]) -> pl.DataFrame:
    """Rows (conversation, attribute, value, source, confidence) of one user."""
    return pl.DataFrame([("u", *row) for row in rows], schema=DEMOGRAPHICS, orient="row")


def test_what_is_said_goes_before_what_is_inferred_and_the_surest_before_the_many() -> None:
    found = backgrounds(
        said(
            ("1", "occupation", "nurse", "inferred", 0.9),
            ("2", "occupation", "nurse", "inferred", 0.9),
            ("3", "occupation", "Teacher ", "extracted", 0.5),
            ("1", "location", "coast", "extracted", 0.3),
            ("2", "location", "coast", "extracted", 0.3),
            ("3", "location", "inland", "extracted", 0.9),
            ("1", "age", "30", "inferred", 0.4),
            ("1", "age", "30", "inferred", 0.8),  # the same conversation counts once
            ("2", "age", "30", "inferred", 0.6),
            ("3", "age", " ", "extracted", 1.0),
        )
    )["u"]
    assert [(one.attribute, one.value, one.source) for one in found] == [
        ("age", "30", "inferred"),
        ("location", "inland", "extracted"),
        ("occupation", "Teacher", "extracted"),
    ]
    assert (found[0].n_conversations, found[0].confidence) == (2, 0.7)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("123"),
            st.sampled_from(["age", "gender"]),
            st.sampled_from(["a", "A", "b", "b  c", ""]),
            st.sampled_from(["extracted", "inferred"]),
            st.sampled_from([0.1, 0.2, 0.3, 0.7]),
        ),
        max_size=12,
    ),
    st.integers(0, 9),
)
def test_one_background_value_per_attribute_in_any_order(
    rows: list[tuple[str, str, str, str, float]], seed: int
) -> None:
    table = said(*rows)
    found = backgrounds(table)
    assert found == backgrounds(table.sample(fraction=1.0, shuffle=True, seed=seed))
    spoken = {row[1] for row in rows if row[2].strip()}
    assert {one.attribute for one in found.get("u", [])} == spoken
    assert len(found.get("u", [])) == len(spoken)


TEXTS = ["could you explain", "no. shorter", "naïve 🎈 text"]
SPANS = st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(0, 20))


@settings(max_examples=60, deadline=None)
@given(st.lists(SPANS, max_size=6), st.integers(0, 4), st.integers(0, 4), st.integers(1, 4))
def test_a_grounded_trait_cites_what_is_there_whatever_was_read(
    spans: list[tuple[int, int, int]], n: int, of: int, most: int
) -> None:
    """Quotes of any turn and any characters; a claim is kept whole or refused."""
    profile = PLAIN[0].model_copy(update={"directives": []})
    user, conversation = profile.source.user_key, profile.source.conversations[0]
    turns = pl.DataFrame(
        [
            (user, conversation, None, at, 3, t, None, None, None, None)
            for at, t in enumerate(TEXTS)
        ],
        schema=TURNS,
        orient="row",
    )
    quotes = [{"turn": turn, "start": start, "end": end} for turn, start, end in spans]
    statement = (user, conversation, 0, "g", "Does so.", "does", "always", None, quotes)
    known = Seen(
        traits=tuple(catalogue().traits),
        support=pl.DataFrame([(user, POLITE, n, of)], schema=TRAIT_SUPPORT, orient="row"),
        members=pl.DataFrame(
            [(user, conversation, 0, POLITE, 0.1)], schema=TRAIT_MEMBERS, orient="row"
        ),
        statements=pl.DataFrame([statement], schema=STATEMENTS, orient="row"),
    )
    claimed = traits_seen(turns, known, most, quote_key).get(user, [])
    draft = profile.model_copy(update={"traits": claimed})
    grounded, refused = ground(draft, turns, OF.readings.head(0), quote_key)
    lost = [claim for claim in refused if claim.kind == "trait"]
    assert len(grounded.traits) + len(lost) == len(claimed)
    for kept in grounded.traits:
        assert 1 <= kept.support.n <= kept.support.of <= len(profile.source.conversations)
        assert 1 <= len(kept.evidence) <= most
        assert all(stands(cited) for cited in kept.evidence)


def stands(cited: Evidence) -> bool:
    quote = TEXTS[cited.turn][cited.start : cited.end]
    return len(quote) == cited.end - cited.start > 0 and quote_key(quote) == cited.quote_key
