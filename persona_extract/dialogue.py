"""Lets a simulator talk to an assistant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, cast

import numpy as np

from persona_extract.records.scenario import Message, Transcript
from persona_extract.simulators.protocol import Part, Simulator

Assistant = Callable[[Sequence[Message]], str]
"""The conversation so far, the user's turn last -> the answer."""


def converse(
    simulator: Simulator,
    part: Part,
    assistant: Assistant,
    *,
    arm: str,
    seed: int,
    heard: str | None = None,
) -> Transcript:
    """Plays one conversation to its end: the user leaves, or has said `part.max_turns` turns.

    Args:
        simulator: who plays the user.
        part: what it is given.
        assistant: who answers.
        arm: written into the transcript.
        seed: the same part, assistant and seed give the same transcript.
        heard: the assistant's last message where a conversation is continued; None opens one.
    """
    player = simulator.play(part, np.random.default_rng(seed))
    messages = [] if heard is None else [Message(role="assistant", content=heard)]
    for _ in range(part.max_turns):
        said = player.speak(heard)
        if said is None:
            break
        messages.append(Message(role="user", content=said))
        heard = assistant(messages)
        messages.append(Message(role="assistant", content=heard))
    else:
        player.speak(heard)  # has it say why it leaves: at the cap, it may just have finished
    return Transcript(
        scenario=part.scenario.id,
        simulator=simulator.name,
        arm=arm,
        profile=part.profile.id if part.profile else None,
        seed=seed,
        messages=messages,
        ended=cast(Literal["goal", "patience", "cap"], player.ended),
    )


def echo(messages: Sequence[Message]) -> str:
    """A stand-in for an assistant: acknowledges the last turn, and asks after every second one."""
    turns = [m.content for m in messages if m.role == "user"]
    topic = " ".join(turns[-1].split()[:6]) if turns else ""
    asks = " Is there anything that I should know first?" if len(turns) % 2 else ""
    return f"Noted: {topic.rstrip('.?!')}.{asks}"
