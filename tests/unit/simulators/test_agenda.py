"""Pace, patience, thanks, facts, and a voice that keeps a person's rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario
from persona_extract.simulators.agenda import SIMULATOR, THANKS
from persona_extract.simulators.protocol import Part, Player
from persona_extract.simulators.voice import Place, voice_of
from tests.unit.simulators.people import profile

REQUESTS = ["Book a table for two.", "Ask for a window seat.", "Move it to eight.", "Cancel it."]


def user(
    who: Profile | None, *, most: int = 12, seed: int = 0, facts: Sequence[str] = ()
) -> Player:
    scenario = Scenario(id="s", domain=None, requests=REQUESTS, facts=list(facts))
    return SIMULATOR.play(Part(scenario, who, most), np.random.default_rng(seed))


def listen(player: Player, answer: str = "Noted.") -> list[str]:
    said: list[str] = []
    heard = None
    while (turn := player.speak(heard)) is not None:
        said.append(turn)
        heard = answer
    return said


def test_the_plain_arm_says_one_item_a_turn_as_it_stands() -> None:
    player = user(None)
    assert listen(player) == REQUESTS
    assert player.ended == "goal"


def test_pace_joins_items() -> None:
    said = listen(user(profile(opening_words=9, followup_words=4)))
    assert said == [" ".join(REQUESTS[:2]), *REQUESTS[2:]]


def test_pace_splits_long_items_between_sentences() -> None:
    scenario = Scenario(id="s", domain=None, requests=[" ".join(REQUESTS)])
    part = Part(scenario, profile(opening_words=5, followup_words=5), 12)
    assert listen(SIMULATOR.play(part, np.random.default_rng(0))) == REQUESTS


def test_patience_and_cap_end_a_conversation() -> None:
    tired = user(profile(opening_words=1, followup_words=1, turns=1))
    assert len(listen(tired)) == 2
    assert tired.ended == "patience"
    capped = user(profile(opening_words=1, followup_words=1), most=3)
    assert len(listen(capped)) == 3
    assert capped.ended == "cap"


def test_thanks_at_the_rate_of_the_profile() -> None:
    ends = [listen(user(profile(thanks_at_end=0.3), seed=seed))[-1] for seed in range(300)]
    assert 0.2 < sum(end.endswith(THANKS) for end in ends) / 300 < 0.4
    assert not any("hank" in " ".join(listen(user(None, seed=seed))) for seed in range(5))


def test_facts_follow_the_first_request_and_a_question_brings_one_forward() -> None:
    facts = ["The name is Ng.", "There are two of us."]
    assert listen(user(None, facts=facts))[1:3] == facts
    player = user(None, facts=facts)
    player.speak(None)
    player.speak("Noted.")
    assert player.speak("Noted.") == facts[1]
    player = SIMULATOR.play(
        Part(Scenario(id="s", domain=None, requests=REQUESTS, facts=facts[:1]), None, 12),
        np.random.default_rng(0),
    )
    assert player.speak("Before we start: who is it for?") == facts[0]


def test_a_heard_message_makes_the_first_turn_a_follow_up() -> None:
    who = profile(opening_words=20, followup_words=4, greeting=1.0)
    continued = user(who).speak("Go on.")
    opened = user(who).speak(None)
    assert continued == REQUESTS[0]
    assert opened is not None
    assert len(opened.split()) > len(continued.split())
    assert opened.split()[0].strip(",").lower() in ("hi", "hello", "hey")


def test_rates_hold_within_a_short_conversation() -> None:
    for seed in range(30):
        voice = voice_of(profile(lowercase_start=0.5), np.random.default_rng(seed))
        turns = [voice.word("Write it.", [], Place(False, False)) for _ in range(4)]
        assert sum(turn[0].islower() for turn in turns) == 2


def test_casing_comes_last() -> None:
    voice = voice_of(profile(lowercase_start=1.0, greeting=1.0), np.random.default_rng(0))
    assert voice.word("Write it.", [], Place(True, False))[0].islower()


def test_what_is_not_due_is_not_taken_out() -> None:
    voice = voice_of(profile(hedges=0.0, please=0.0), np.random.default_rng(0))
    text = "Ask what might be good, and say please."
    assert voice.word(text, [], Place(False, False)) == text


def test_code_keeps_its_own_lines() -> None:
    code = "def f(x):\n    return x"
    voice = voice_of(profile(greeting=1.0), np.random.default_rng(0))
    assert f"\n{code}" in voice.word(code, [], Place(True, False))
