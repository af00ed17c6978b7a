"""Tokens, counted here without any network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.answers import schema_of
from persona_extract.llm.questions import Question
from persona_extract.records.calls import Message
from persona_extract.records.models import ModelSettings


def count_tokens(settings: ModelSettings, messages: Sequence[Message]) -> int:
    """Tokens of a prompt by the tokenizer that litellm has for the model, else by OpenAI's."""
    sent = [{"role": each.role, "content": each.content} for each in messages]
    count: int = load_litellm().token_counter(model=settings.model or "", messages=sent)
    return count


def count_sent_tokens(settings: ModelSettings, question: Question) -> int:
    """Tokens of a question, with the JSON Schema that goes beside the messages."""
    schema = schema_of(question.answer) if question.native else ""
    return count_tokens(settings, question.messages) + _count_schema(settings.model or "", schema)


def count_text_tokens(settings: ModelSettings, text: str) -> int:
    """Tokens of what was answered."""
    count: int = load_litellm().token_counter(model=settings.model or "", text=text)
    return count


@cache
def _count_schema(model: str, schema: str) -> int:
    return count_text_tokens(ModelSettings(model=model), schema) if schema else 0
