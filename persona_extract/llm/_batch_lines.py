"""The files of a batch: one line for each question, one line for each answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.keys import Access
from persona_extract.llm.protocol import Reply
from persona_extract.llm.questions import Question, response_format
from persona_extract.records.calls import FailureReason, Usage
from persona_extract.records.models import ModelSettings

ENDPOINT = "/v1/chat/completions"
_NOT_SENT = frozenset({"stream", "extra_body"})


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a question: a reply, or why there is none. `detail` holds no text of anybody.

    Attributes:
        key: digest of the call.
        usage: None where the provider did not say.
    """

    key: str
    reply: Reply | None
    usage: Usage | None
    reason: FailureReason = "rejected"
    detail: str = ""


def write_line(key: str, question: Question, settings: ModelSettings, access: Access) -> bytes:
    """A question as a line of the file that is uploaded."""
    wanted: dict[str, object | None] = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "seed": settings.seed,
        "max_tokens": question.max_tokens,
        "response_format": response_format(question.answer) if question.native else None,
    }
    # litellm takes its own prefix off where it sends; a file goes as it is.
    model = access.model.removeprefix(f"{access.provider}/")
    parameters: dict[str, object] = load_litellm().utils.get_optional_params(
        model=model,
        custom_llm_provider=access.provider,
        **{name: value for name, value in wanted.items() if value is not None},
    )
    body = {
        "model": model,
        "messages": [{"role": each.role, "content": each.content} for each in question.messages],
        **{name: value for name, value in parameters.items() if name not in _NOT_SENT},
    }
    line = {"custom_id": key, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line).encode() + b"\n"


def read_lines(content: bytes) -> Iterator[Line]:
    """Lines of a file of answers or errors. One that says for no question is left out."""
    for text in content.split(b"\n"):
        try:
            found: object = json.loads(text)
        except ValueError:
            continue
        key = _text(_part(found, "custom_id"))
        if key:
            yield _line(key, found)


def _line(key: str, found: object) -> Line:
    response = _part(found, "response")
    status = _part(response, "status_code")
    if status != 200:
        return _failed(key, status, found)
    body = _part(response, "body")
    choices = _part(body, "choices")
    if not isinstance(choices, list) or not choices:
        return Line(key, None, _usage(body), "empty", "the response has no choices")
    choice = cast(list[object], choices)[0]
    message = _part(choice, "message")
    usage = _usage(body)
    reply = Reply(
        text=_text(_part(message, "content")),
        refusal=_text(_part(message, "refusal")) or None,
        finish=_text(_part(choice, "finish_reason")) or "stop",
        usage=usage or Usage(),
        model=_text(_part(body, "model")),
    )
    return Line(key, reply, usage)


def _failed(key: str, status: object, found: object) -> Line:
    code = _text(_part(_part(found, "error"), "code")) or _text(
        _part(_part(_part(_part(found, "response"), "body"), "error"), "code")
    )
    reason: FailureReason = "rejected"
    if code in ("batch_expired", "batch_cancelled"):
        reason = "timed out"
    elif code == "context_length_exceeded":
        reason = "too long"
    said = " ".join([str(status)] * isinstance(status, int) + [code] * _plain(code))
    return Line(key, None, None, reason, f"the batch could not answer it: {said or 'no reason'}")


def _usage(body: object) -> Usage | None:
    usage = _part(body, "usage")
    asked, answered = _part(usage, "prompt_tokens"), _part(usage, "completion_tokens")
    if not isinstance(asked, int) or not isinstance(answered, int) or min(asked, answered) < 0:
        return None
    return Usage(asked, answered)


def _part(value: object, name: str) -> object:
    return cast(Mapping[str, object], value).get(name) if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(code: str) -> bool:
    return 0 < len(code) <= 60 and code.replace("_", "").isalnum() and code.isascii()
