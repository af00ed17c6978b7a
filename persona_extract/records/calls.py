"""A question to a model and what came of it. A failed call is a record, never a default answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

Answer = TypeVar("Answer", bound=BaseModel)

FailureReason = Literal[
    "refused",  # the model declined
    "empty",  # no content
    "not JSON",
    "wrong shape",  # JSON, but not what was asked for
    "cut off",  # the answer reached max_tokens
    "too long",  # the question does not fit into the model's context
    "rejected",  # the provider refuses this very request (content filter, bad request)
    "timed out",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class Plain(BaseModel):
    """The answer of a call that wants text and no JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """A question to a model.

    Attributes:
        stage: stage of the run, for the ledger, e.g. "read".
        prompt: which template asks, as `prompts.Prompt.id` says, e.g. "read.v1@0a1b2c3d".
        messages: what is sent.
        answer: pydantic model (extra="forbid") that the answer is parsed into; `Plain` for text.
        max_tokens: longest answer; None takes that of the role.
    """

    stage: str
    prompt: str
    messages: tuple[Message, ...]
    answer: type[Answer]
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were paid, all attempts together. `estimated`: counted here, for the provider
    did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Answered(Generic[Answer]):
    """A call that was answered in the asked form. `cost` is in USD, None where the price is
    unknown, 0 where the answer was kept from before; `paid` is what it cost when it was first
    given."""

    value: Answer
    model: str
    usage: Usage
    cost: float | None
    from_cache: bool
    attempts: int
    paid: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that was not. `detail` is one line for people and holds no text of users."""

    reason: FailureReason
    detail: str
    model: str
    usage: Usage
    cost: float | None
    attempts: int
