"""What is sent: the messages of a call, the form of its answer, and the one correction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.answers import Unusable, schema_of
from persona_extract.prompts.fence import fence
from persona_extract.records.calls import Answer, Call, Message, Plain
from persona_extract.records.models import ModelSettings

_MOST_SHOWN = 8_000  # characters of an earlier answer in a correction


@dataclass(frozen=True, slots=True)
class Question:
    """One request. `native`: the provider is given the JSON Schema by its own means."""

    messages: tuple[Message, ...]
    answer: type[BaseModel]
    max_tokens: int
    native: bool


def call_key(settings: ModelSettings, call: Call[Answer]) -> str:
    """SHA-256, in hex, of everything that changes an answer: model, address, sampling, structured
    mode, messages, JSON Schema of the answer, prompt id."""
    asked = {
        "model": settings.model,
        "base_url": settings.base_url,
        "temperature": _plain(settings.temperature),
        "top_p": _plain(settings.top_p),
        "seed": settings.seed,
        "max_tokens": call.max_tokens or settings.max_tokens,
        "structured": settings.structured,
        "messages": [[message.role, message.content] for message in call.messages],
        "answer": "" if issubclass(call.answer, Plain) else schema_of(call.answer),
        "prompt": call.prompt,
    }
    # ASCII only: a lone surrogate in a message must not break the digest.
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _plain(number: float | None) -> float | None:
    """0 and 0.0 are one question, whether a setting was written out or is the default."""
    return int(number) if number is not None and number == int(number) else number


def ask_first(settings: ModelSettings, call: Call[Answer], *, native: bool) -> Question:
    """The question as it is asked first."""
    longest = call.max_tokens or settings.max_tokens
    plain = issubclass(call.answer, Plain)
    messages = call.messages if plain or native else _with_schema(call.messages, call.answer)
    return Question(messages, call.answer, longest, native and not plain)


def ask_again(asked: Question, first: Question, said: str, why: Unusable) -> Question:
    """The question with what was wrong. `said` is text of a model that read strangers: fenced.

    `first` is what was asked before, in the form in which it is to be asked now. After an answer
    that was cut off there is twice the room.
    """
    parts = [f"Your last answer was not usable: {why.detail}."]
    if why.reason in ("not JSON", "wrong shape"):
        parts += ["It was:", fence(said[:_MOST_SHOWN])]
    if why.hint:
        parts += ["What is wrong:", fence(why.hint)]
    if first.native:  # else it stands in the prompt already
        parts.append(_instruction(first.answer))
    messages = _with_words(first.messages, "\n".join(parts))
    room = 2 if why.reason == "cut off" else 1
    return replace(first, messages=messages, max_tokens=asked.max_tokens * room)


@cache
def response_format(answer: type[BaseModel]) -> dict[str, object]:
    """The `response_format` of OpenAI's protocol: a JSON Schema, strict."""
    # Of all schemas only this one is litellm's: it knows what "strict" allows.
    built: dict[str, object] = load_litellm().utils.type_to_response_format_param(answer)
    return built


def _with_schema(messages: tuple[Message, ...], answer: type[BaseModel]) -> tuple[Message, ...]:
    """The instruction stands in the system message; without one, at the end of the last message."""
    at = 0 if messages and messages[0].role == "system" else len(messages) - 1
    told = replace(messages[at], content=f"{messages[at].content}\n\n{_instruction(answer)}")
    return (*messages[:at], told, *messages[at + 1 :])


def _with_words(messages: tuple[Message, ...], words: str) -> tuple[Message, ...]:
    """Said by the user. Templates of some models refuse two messages of the same role in a row."""
    last = messages[-1]
    if last.role != "user":
        return (*messages, Message("user", words))
    return (*messages[:-1], replace(last, content=f"{last.content}\n\n{words}"))


def _instruction(answer: type[BaseModel]) -> str:
    return (
        "Answer with one JSON value that fits this JSON Schema, and nothing else:\n"
        f"{schema_of(answer)}"
    )
