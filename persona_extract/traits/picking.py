"""The labeler's second pass: which of a few labels fits a member that no label was made from?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from persona_extract.prompts import Prompt, load_prompt
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.catalogue import Label
from persona_extract.text import fold_space
from persona_extract.traits.accuracy import CHOICES, Question
from persona_extract.traits.naming import KINDS, SHOWN_CHARS, Kind

MAX_TOKENS = 120


class PickAnswer(BaseModel):
    """What the second pass is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    why: Annotated[str, Field(max_length=240)]
    pick: Annotated[int, Field(ge=1, le=CHOICES)]


def pick_prompt() -> Prompt:
    """The template of the call."""
    return load_prompt("pick", 1)


def pick_call(question: Question, kind: Kind, labels: Mapping[str, Label]) -> Call[PickAnswer]:
    """A question put to a model. `labels`: by id of the cluster."""
    prompt = pick_prompt()
    messages = prompt.messages(
        kind=KINDS[kind],
        member=fold_space(question.text)[:SHOWN_CHARS],
        options=[_described(labels[option]) for option in question.options],
    )
    return Call("label", prompt.id, messages, PickAnswer, MAX_TOKENS)


def points(
    questions: Sequence[Question], answers: Sequence[Answered[PickAnswer] | Failed]
) -> list[float | None]:
    """1 for the right label, 0 for another one; None for no answer, or one that was not offered."""
    return [
        None
        if isinstance(answer, Failed) or answer.value.pick > len(question.options)
        else float(answer.value.pick - 1 == question.right)
        for question, answer in zip(questions, answers, strict=True)
    ]


def _described(label: Label) -> str:
    parts = [label.name, label.directive]
    if label.condition:
        parts.append(f"({label.condition})")
    return " ".join(part for part in parts if part)
