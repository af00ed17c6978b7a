"""A conversation and its record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from persona_extract.dialogue import converse, echo
from persona_extract.records.scenario import Message, Scenario
from persona_extract.simulators.agenda import SIMULATOR
from persona_extract.simulators.protocol import Part, Player

SCENARIO = Scenario(id="s", domain=None, requests=["Do this.", "Do that.", "Do more."])


def test_turns_alternate_and_the_assistant_sees_all_of_it() -> None:
    lengths: list[int] = []

    def assistant(messages: Sequence[Message]) -> str:
        lengths.append(len(messages))
        return "Done."

    talk = converse(SIMULATOR, Part(SCENARIO, None, 12), assistant, arm="plain", seed=7)
    assert [m.role for m in talk.messages] == ["user", "assistant"] * 3
    assert lengths == [1, 3, 5]
    assert (talk.ended, talk.arm, talk.seed, talk.profile) == ("goal", "plain", 7, None)


def test_a_continued_conversation_starts_with_what_was_heard() -> None:
    talk = converse(SIMULATOR, Part(SCENARIO, None, 2), echo, arm="plain", seed=0, heard="Well?")
    assert talk.messages[0] == Message(role="assistant", content="Well?")
    assert talk.ended == "cap"


def test_nobody_talks_beyond_the_cap() -> None:
    class Endless:
        ended = "cap"

        def speak(self, heard: str | None) -> str:
            return "And?"

    class Talker:
        name = "talker"

        def play(self, part: Part, rng: np.random.Generator) -> Player:
            return Endless()

    talk = converse(Talker(), Part(SCENARIO, None, 5), echo, arm="plain", seed=0)
    assert sum(m.role == "user" for m in talk.messages) == 5


def test_the_echo_asks_sometimes() -> None:
    turns = [Message(role="user", content=f"Thing {i}?") for i in range(4)]
    asked = [("?" in echo(turns[: n + 1])) for n in range(4)]
    assert asked == [True, False, True, False]
