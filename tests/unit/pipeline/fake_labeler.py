"""A labeler that is none: fixed rules that answer from what the prompt shows.

What it says is no finding about anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from persona_extract.pipeline.job import Job
from persona_extract.records.calls import Answered, Call, Usage
from persona_extract.records.models import Role
from persona_extract.text import content_hash
from persona_extract.traits.naming import LabelAnswer
from persona_extract.traits.picking import PickAnswer

WORDS = "calm eager plain brisk loud gentle curious direct patient early"
MODEL = "fake-labeler"


class FakeLabeler:
    """Names a group by words drawn from a hash of what it is shown; picks always the first."""

    def __init__(self) -> None:
        self.asked: list[Call[Any]] = []

    def __call__(
        self,
        job: Job,
        role: Role,
        calls: Sequence[Call[Any]],
        _advance: Callable[[int], None] | None,
    ) -> list[Any]:
        assert role == "labeler"
        self.asked.extend(calls)
        return [Answered(_answer(call), MODEL, Usage(10, 5), 0.0, False, 1) for call in calls]


def _answer(call: Call[Any]) -> LabelAnswer | PickAnswer:
    if call.answer is PickAnswer:
        return PickAnswer(why="it comes first", pick=1)
    shown = call.messages[1].content
    words = WORDS.split()
    drawn = [words[int(digit, 16) % len(words)] for digit in content_hash(shown, length=3)]
    assert re.search("^A:$", shown, re.MULTILINE)
    return LabelAnswer(
        name=f"{' '.join(drawn)} way",
        directive="Put it your own way.",
        condition=None,
        check="Does the user put it in their own way?",
    )
