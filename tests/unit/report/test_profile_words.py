from __future__ import annotations

import pytest

from persona_extract.records.directives import Check, Trial
from persona_extract.records.policy import Ending, Policy
from persona_extract.records.profile import Transition
from persona_extract.report.profile_words import (
    about,
    amount,
    check_words,
    ending_words,
    in_words,
    next_moves,
    outcome_words,
    policy_lines,
    title,
    unusual,
    unusualness,
)
from tests.unit.report.gallery_made import demo_pack, imported_profile


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("please", 0.125, "12% of turns"),
        ("please", 0.0, "0% of turns"),
        ("turn_words", 2.302585, "9 words"),
        ("turn_words", 4.0, "54 words"),
        ("front_loading", 0.0, "1 times as many opening words as follow-up words"),
        ("word_length", 4.25, "4.2 letters per word"),
        ("a_dimension_of_tomorrow", 0.123456, "0.123"),
    ],
)
def test_values_are_said_in_the_unit_that_was_counted(name: str, value: float, said: str) -> None:
    assert amount(name, value) == said


def test_a_check_says_what_it_asks_and_what_it_found() -> None:
    check = Check(dimension="please", operator="<=", threshold=0.25, min_turns=3)
    assert check_words(check) == "please: on average at most 25% of turns, over 3 turns or more"
    assert outcome_words(check, Trial(value=0.0, n=5)) == "0% on the 5 turns that it cites"
    assert outcome_words(check, Trial(value=1.0, n=1)) == "100% on the turn that it cites"


def test_the_most_unusual_come_first_and_none_says_the_same_twice() -> None:
    for one in demo_pack().profiles:
        found = unusual(one, 8)
        sizes = [unusualness(reading) for reading in found]
        assert sizes == sorted(sizes, reverse=True)
        assert len({in_words(reading) for reading in found}) == len(found) == 8


def test_a_title_names_reliable_readings_that_are_not_typical() -> None:
    profiles = demo_pack().profiles
    assert len({title(one) for one in profiles}) > 30
    one = profiles[0]
    dull = [r.model_copy(update={"percentile": 0.5, "level": "typical"}) for r in one.readings]
    assert title(one.model_copy(update={"readings": dull})) == "much like the others"
    assert title(imported_profile(one)) == "imported directives"


def test_a_policy_in_words() -> None:
    policy = Policy(
        opening_words=10,
        followup_words=1,
        words_spread=0.5,
        conversation_turns=1,
        patience_turns=7,
        opening_facts=0.25,
        facts_per_turn=12.0,
        opening_share=None,
        reactions=[],
        ending=None,
    )
    said = dict(policy_lines(policy))
    assert said["opening"] == "about 10 words (two in three have 6 to 16)"
    assert said["follow-ups"] == "about 1 word (two in three have 1 to 2)"
    assert said["facts"] == "0.25 in the opening, 12 a turn (figures, names, quoted strings)"
    assert said["patience"].startswith("1 turn is the median") and "7 turns" in said["patience"]
    assert "ending" not in said
    ending = Ending(thanks=0.5, wraps_up=0.25, silent=0.5, abandons=0)
    assert ending_words(ending) == "silent 50%, thanks 50%, wraps up 25%, gives up 0%"


def test_the_most_likely_next_move_is_the_most_frequent_one() -> None:
    steps = [
        Transition(before="m_1", after=after, rate=rate, n=n)
        for after, rate, n in [("m_3", 0.25, 1), ("m_2", 0.5, 2), ("m_1", 0.25, 1)]
    ]
    one = demo_pack().profiles[0].model_copy(update={"transitions": steps})
    assert {before: found.after for before, found in next_moves(one).items()} == {"m_1": "m_2"}


def test_every_kind_of_directive_is_told_apart() -> None:
    one = demo_pack().profiles[0]
    assert about(one.directives[0]).kind == "measured"
    imported = about(imported_profile(one).directives[0])
    assert (imported.kind, imported.check) == ("imported", "")
