"""One attempt: a question over litellm, a reply or a `Trouble`."""

from __future__ import annotations

import asyncio
import math
from typing import cast

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.keys import Access
from persona_extract.llm.protocol import Reply
from persona_extract.llm.questions import Question, response_format
from persona_extract.llm.tokens import count_text_tokens
from persona_extract.llm.troubles import Trouble, tell
from persona_extract.records.calls import Usage
from persona_extract.records.models import ModelSettings

_GARBLED = (ValueError, TypeError, LookupError, AttributeError, RuntimeError)


async def send(
    settings: ModelSettings, access: Access, question: Question, prompt_tokens: int
) -> Reply:
    """What the model says. `prompt_tokens` stand in where the provider does not count.

    Raises:
        Trouble: no reply, and why. It ends after `settings.timeout` seconds.
    """
    import httpx
    import openai

    try:
        async with asyncio.timeout(settings.timeout):
            said = await load_litellm().acompletion(**_request(settings, access, question))
        return _reply(said, settings, prompt_tokens)
    except TimeoutError:
        trouble = Trouble("timed out", f"no answer within {settings.timeout:g} seconds")
    except (openai.OpenAIError, httpx.HTTPError, OSError, *_GARBLED) as error:
        trouble = tell(error)
    # Raised here, it carries no chain in which a key or somebody's text could stand.
    raise trouble


def _request(settings: ModelSettings, access: Access, question: Question) -> dict[str, object]:
    _use_session()
    request: dict[str, object | None] = {
        "model": access.model,
        "api_base": access.base_url,
        "api_key": access.key,
        "messages": [{"role": each.role, "content": each.content} for each in question.messages],
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "seed": settings.seed,
        "max_tokens": question.max_tokens,
        "response_format": response_format(question.answer) if question.native else None,
        "timeout": math.ceil(settings.timeout) + 1,  # ours comes first, and ends dripping, too
    }
    sent = {name: value for name, value in request.items() if value is not None}
    # Each retry is decided, paid and counted here, so that nothing beneath may retry.
    return sent | {"num_retries": 0, "max_retries": 0}


def _reply(said: object, settings: ModelSettings, prompt_tokens: int) -> Reply:
    choice = getattr(said, "choices")[0]  # noqa: B009 - litellm's type says nothing
    message = choice.message
    text = _text(message.content)
    return Reply(
        text=text,
        refusal=_refusal(message),
        finish=str(choice.finish_reason or ""),
        usage=_usage(getattr(said, "usage", None), settings, prompt_tokens, text),
        model=str(getattr(said, "model", None) or settings.model),
    )


def _text(content: object) -> str:
    if content is None:
        return ""
    if not isinstance(content, str):
        raise TypeError("content is no text")
    return content


def _refusal(message: object) -> str | None:
    """The field is OpenAI's own; litellm keeps it beside its own fields, if at all."""
    fields = cast(dict[str, object], getattr(message, "provider_specific_fields", None) or {})
    said: object = getattr(message, "refusal", None) or fields.get("refusal")
    return str(said) if said else None


def _usage(told: object, settings: ModelSettings, prompt_tokens: int, text: str) -> Usage:
    prompt, completion = (
        getattr(told, name, None) for name in ("prompt_tokens", "completion_tokens")
    )
    if isinstance(prompt, int) and isinstance(completion, int) and prompt > 0 <= completion:
        return Usage(prompt, completion)
    return Usage(prompt_tokens, count_text_tokens(settings, text), estimated=True)


_session_of: asyncio.AbstractEventLoop | None = None


def _use_session() -> None:
    """Connections belong to a loop; litellm takes the client from a variable of its module."""
    global _session_of
    loop = asyncio.get_running_loop()
    if _session_of is not loop:
        from persona_extract.llm._session import open_session

        setattr(load_litellm(), "aclient_session", open_session())  # noqa: B010 - untyped
        _session_of = loop
