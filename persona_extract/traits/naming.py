"""What a labeler is asked about a cluster, and the form of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from persona_extract.prompts import Prompt, load_prompt
from persona_extract.records.calls import Call
from persona_extract.records.catalogue import Label
from persona_extract.text import fold_space

Kind = Literal["move", "trait", "archetype"]

KINDS: Mapping[Kind, str] = {
    "move": "a group of follow-up messages",
    "trait": "a habit, from observations of several people,",
    "archetype": "a kind of people, from what marks them against all others,",
}
"""What a prompt calls them."""

SHOWN = 8
"""Texts of a cluster that a call shows, and half as many of the other one."""

SHOWN_CHARS = 200
MAX_TOKENS = 300
NAME_WORDS = 6


class LabelAnswer(BaseModel):
    """What a labeler is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(min_length=2, max_length=60)]
    directive: Annotated[str, Field(min_length=5, max_length=200)]
    condition: Annotated[str, Field(max_length=80)] | None
    check: Annotated[str, Field(min_length=5, max_length=200)]

    @field_validator("name")
    @classmethod
    def _few_words(cls, name: str) -> str:
        if len(name.split()) > NAME_WORDS:
            raise ValueError(f"at most {NAME_WORDS} words")
        return name

    @field_validator("check")
    @classmethod
    def _is_question(cls, check: str) -> str:
        if not check.rstrip().endswith("?"):
            raise ValueError("a question that ends with a question mark")
        return check


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster to be named.

    Attributes:
        id: of the move, trait or archetype.
        kind: which of them.
        shown: scrubbed texts of members, those nearest the centre first.
        near: id of the nearest other cluster of its kind, or None.
        label: by key phrases; stays if no answer can be used.
    """

    id: str
    kind: Kind
    shown: tuple[str, ...]
    near: str | None
    label: Label


def label_prompt() -> Prompt:
    """The template of the call."""
    return load_prompt("label", 1)


def label_call(
    cluster: Cluster,
    other: Cluster | None,
    *,
    refused: tuple[str, str] = ("", ""),
    taken: str = "",
) -> Call[LabelAnswer]:
    """The question after the name of a cluster.

    Args:
        cluster: the one to be named.
        other: the one to tell it from.
        refused: an earlier answer and why it cannot be used.
        taken: name of the other one, where the two were called the same.
    """
    prompt = label_prompt()
    messages = prompt.messages(
        kind=KINDS[cluster.kind],
        members=_listed(cluster.shown[:SHOWN]),
        others=_listed(other.shown[: SHOWN // 2]) if other else "",
        taken=taken,
        refused=refused[0],
        reason=refused[1],
    )
    return Call("label", prompt.id, messages, LabelAnswer, MAX_TOKENS)


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {fold_space(text)[:SHOWN_CHARS]}" for text in texts)
