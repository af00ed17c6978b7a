"""Tokens, counted here without any network."""

from __future__ import annotations

from collections.abc import Sequence

from persona_extract.llm._litellm import load_litellm
from persona_extract.records.calls import Message
from persona_extract.records.models import ModelSettings


def count_tokens(settings: ModelSettings, messages: Sequence[Message]) -> int:
    """Tokens of a prompt by the tokenizer that litellm has for the model, else by OpenAI's."""
    sent = [{"role": each.role, "content": each.content} for each in messages]
    count: int = load_litellm().token_counter(model=settings.model or "", messages=sent)
    return count


def count_text_tokens(settings: ModelSettings, text: str) -> int:
    """Tokens of what was answered."""
    count: int = load_litellm().token_counter(model=settings.model or "", text=text)
    return count
