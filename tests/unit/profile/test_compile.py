from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from persona_extract.profile.check import run_checks
from persona_extract.profile.compile import compile_profiles
from persona_extract.profile.ground import ground
from persona_extract.profile.render import render
from persona_extract.records.profile import Profile, measured, profile_id
from persona_extract.records.scenario import Scenario
from persona_extract.records.settings import ProfileSettings
from persona_extract.records.tables import MOVES
from persona_extract.text import fold_space
from tests.unit.profile.people import (
    CAREFUL,
    PROVENANCE,
    TYPED,
    conversations,
    part,
    profiles,
    quote_key,
)


@pytest.fixture(scope="module")
def compiled() -> list[Profile]:
    return profiles(conversations())


def directives(profile: Profile) -> dict[str, str]:
    return {d.dimension: d.level.removeprefix("very ") for d in measured(profile)}


def test_the_few_who_type_are_told_so_and_the_many_are_not(compiled: list[Profile]) -> None:
    typed = {"open_ending": "high", "lowercase_start": "high", "please": "low"}
    for user, profile in enumerate(compiled):
        found = directives(profile)
        if user % 3 == 1:
            assert {name: found.get(name) for name in typed} == typed
        else:
            assert not found.keys() & typed.keys()


def test_json_round_trip(compiled: list[Profile]) -> None:
    for profile in compiled:
        assert Profile.model_validate_json(profile.model_dump_json()) == profile


def test_ids_are_content_hashes_and_differ(compiled: list[Profile]) -> None:
    assert all(profile.id == profile_id(profile) for profile in compiled)
    assert len({profile.id for profile in compiled}) == len(compiled)


def test_order_of_rows_changes_nothing(compiled: list[Profile]) -> None:
    shuffled = conversations().sample(fraction=1.0, shuffle=True, seed=3)
    assert profiles(shuffled) == compiled


def test_support_and_checks_agree_with_the_readings(compiled: list[Profile]) -> None:
    for profile in compiled:
        readings = {reading.dimension: reading for reading in profile.readings}
        for directive in profile.directives:
            reading = readings[directive.dimension]
            assert directive.support.of == reading.n
            assert 1 <= directive.support.n <= reading.n
            assert len(directive.evidence) <= 5
            above = reading.value >= directive.check.threshold
            assert above == (directive.check.operator == ">=")


def test_no_text_of_a_user_is_in_a_profile(compiled: list[Profile]) -> None:
    runs = {
        " ".join(words[i : i + 5])
        for text in (*CAREFUL, *TYPED)
        for words in [fold_space(text).lower().split()]
        for i in range(len(words) - 4)
    }
    for profile in compiled:
        scenario = Scenario(id="s", domain=None, requests=["Plan a trip."])
        text = (profile.model_dump_json() + render(profile, scenario)).lower()
        assert not [run for run in runs if run in text]
        assert not re.search(r"[\w.]+@[\w.]+", text)


def test_most_directives_is_kept() -> None:
    few = profiles(conversations(), ProfileSettings(directives=2, evidence=1))
    assert all(len(profile.directives) <= 2 for profile in few)
    assert all(len(d.evidence) == 1 for profile in few for d in profile.directives)


def test_everything_compiled_is_grounded(compiled: list[Profile]) -> None:
    of = part(conversations())
    for profile in compiled:
        mine = pl.col("user_key") == profile.source.user_key
        grounded, refused = ground(
            profile, of.turns.filter(mine), of.readings.filter(mine), quote_key
        )
        assert {claim.reason for claim in refused} <= {
            "holds in fewer than half of the conversations"
        }
        assert len(grounded.directives) + len(refused) == len(profile.directives)
        assert len(grounded.directives) >= 0.9 * len(profile.directives)


def broken(profile: Profile, **changes: object) -> Profile:
    first = profile.directives[0].model_copy(update=changes)
    return profile.model_copy(update={"directives": [first]})


def test_ungrounded_claims_are_not_written(compiled: list[Profile]) -> None:
    of = part(conversations())
    profile = compiled[1]
    mine = pl.col("user_key") == profile.source.user_key
    turns, readings = of.turns.filter(mine), of.readings.filter(mine)
    cited = profile.directives[0].evidence[0]
    check = profile.directives[0].check
    opposite = ">=" if check.operator == "<=" else "<="
    cases = {
        "cites no turn": broken(profile, evidence=[]),
        "cites a turn that does not exist": broken(
            profile, evidence=[cited.model_copy(update={"turn": 99})]
        ),
        "cites a quote that does not stand there": broken(
            profile, evidence=[cited.model_copy(update={"quote_key": "0" * 16})]
        ),
        "fails its own check": broken(
            profile,
            check=check.model_copy(
                update={"operator": opposite, "threshold": 1e9 if opposite == ">=" else -1e9}
            ),
        ),
    }
    for reason, bad in cases.items():
        grounded, refused = ground(bad, turns, readings, quote_key)
        assert [claim.reason for claim in refused] == [reason]
        assert grounded.directives == []
        assert grounded.id == profile_id(grounded)


def test_one_odd_conversation_is_not_a_habit() -> None:
    """A user who shouts in one of three conversations has shouted, but has no such habit."""
    odd = conversations(per_user=3)
    rows = odd.to_dicts()
    for message in rows[3]["messages"]:
        message["content"] = message["content"].upper()
    odd = pl.DataFrame(rows, schema=odd.schema)
    of = part(odd)
    user = odd["user_key"][3]
    profile = next(p for p in profiles(odd) if p.source.user_key == user)
    mine = pl.col("user_key") == user
    grounded, refused = ground(profile, of.turns.filter(mine), of.readings.filter(mine), quote_key)
    assert "shouting" in directives(profile)
    assert "shouting" not in directives(grounded)
    assert ("shouting", "holds in fewer than half of the conversations") in {
        (claim.about, claim.reason) for claim in refused
    }


def test_people_who_are_all_alike_have_no_directives() -> None:
    alike = conversations(3).filter(pl.col("user_key").str.ends_with("1"))
    rows = pl.concat(
        alike.with_columns(
            user_key=pl.lit(f"{user:016x}"),
            conversation_id=pl.format(f"{user:08x}{{}}", pl.col("conversation_id").str.tail(8)),
        )
        for user in range(3)
    )
    assert [profile.directives for profile in profiles(rows)] == [[], [], []]


GO_ON, AGAIN, GONE = "m_aaaaaaaa", "m_bbbbbbbb", "m_cccccccc"


def moving(*rows: tuple[str, int, str]) -> Profile:
    """The first user, whose turns make these moves (conversation, turn, move)."""
    people = conversations()
    user = people["user_key"][0]
    moves = pl.DataFrame([(user, *row) for row in rows], schema=MOVES, orient="row")
    whole = replace(part(people), moves=moves.sample(fraction=1.0, shuffle=True, seed=len(rows)))
    labels = {GO_ON: "go on", AGAIN: "again"}
    return compile_profiles(whole, labels, ProfileSettings(), PROVENANCE, quote_key)[0]


def test_transitions_are_between_turns_that_stand_next_to_each_other() -> None:
    found = moving(
        *(("c1", 1, GO_ON), ("c1", 2, AGAIN), ("c1", 3, GO_ON)),
        *(("c2", 1, GO_ON), ("c2", 2, GO_ON), ("c2", 4, AGAIN)),  # turn 3 made no listed move
        ("c3", 2, AGAIN),  # nor did turn 1
    )
    assert [(t.before, t.after, t.n, t.rate) for t in found.transitions] == [
        (None, GO_ON, 2, 1.0),
        (GO_ON, GO_ON, 1, 0.5),
        (GO_ON, AGAIN, 1, 0.5),
        (AGAIN, GO_ON, 1, 1.0),
    ]


def test_moves_that_are_not_listed_neither_count_nor_lead_anywhere() -> None:
    found = moving(("c1", 1, GO_ON), ("c1", 2, GONE), ("c1", 3, AGAIN))
    assert [(m.move, m.rate) for m in found.moves] == [(GO_ON, 0.5), (AGAIN, 0.5)]
    assert [(t.before, t.after) for t in found.transitions] == [(None, GO_ON)]


def test_what_a_directive_cites_was_tested(compiled: list[Profile]) -> None:
    """By hand on the turns themselves, and with no other turn."""
    readings = part(conversations()).readings
    for profile in compiled:
        for told in measured(profile):
            at = [(one.conversation, one.turn) for one in told.evidence]
            cited = pl.DataFrame(at, schema=["conversation_id", "turn"], orient="row")
            rows = readings.with_columns(pl.col("turn").cast(pl.Int64)).join(
                cited, on=["conversation_id", "turn"], how="semi"
            )
            assert told.tested.n == len(at) == rows.height
            assert told.tested.value == pytest.approx(rows[told.dimension].mean(), abs=1e-6)
            assert run_checks([told.check.model_copy(update={"min_turns": 1})], rows)[0].followed
