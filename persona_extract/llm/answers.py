"""What a model wrote, parsed into what was asked for, or the reason why it cannot be."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Generic, cast

from pydantic import BaseModel, ValidationError

from persona_extract.llm._json import Found, find_json, without_thoughts
from persona_extract.llm.protocol import Reply
from persona_extract.records.calls import Answer, FailureReason, Plain

MOST_CHARS = 1_000_000
_MOST_REPAIRED = 60_000  # characters; json-repair is slow on long texts
_MOST_ERRORS = 8
_REFUSAL = re.compile(
    r"\b(?:I['’]?m sorry|I apologi[sz]e|I (?:can(?:no|['’])t|am (?:unable|not able)|won['’]t|must "
    r"decline)|I['’]m (?:unable|not able)|as an AI)\b",
    re.IGNORECASE,
)
_REFUSAL_WITHIN = 300  # characters from the start


@dataclass(frozen=True, slots=True)
class Accepted(Generic[Answer]):
    """A parsed answer, and the text it was parsed from, which is what a cache keeps."""

    value: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that cannot be taken. `detail` is for people and quotes nothing; `hint` is for the
    model, and may."""

    reason: FailureReason
    detail: str
    hint: str = ""


def parse_answer(reply: Reply, answer: type[Answer]) -> Accepted[Answer] | Unusable:
    """The answer of a reply, if there is exactly one of the right shape. Never raises."""
    if reply.refusal:
        return Unusable("refused", "the model declined")
    if reply.finish == "content_filter":
        return Unusable("refused", "the provider's filter stopped the answer")
    if len(reply.text) > MOST_CHARS:
        return Unusable("cut off", f"the answer has more than {MOST_CHARS:,} characters")
    text = without_thoughts(_encodable(reply.text))
    whole = reply.finish != "length"
    if not text:
        return _nothing(whole)
    if issubclass(answer, Plain):
        return Accepted(answer(text=text), text) if whole else _cut_off()
    return _structured(text, whole, answer)


def reparse(text: str, answer: type[Answer]) -> Answer | None:
    """The answer of a text that was accepted before; None if it is not one (any more)."""
    if issubclass(answer, Plain):
        return answer(text=text)
    result = _validated(text, answer)
    return None if isinstance(result, Unusable) else result


@cache
def schema_of(answer: type[BaseModel]) -> str:
    """The JSON Schema of an answer as compact JSON, always in the same order."""
    return json.dumps(answer.model_json_schema(), sort_keys=True, separators=(",", ":"))


def _structured(text: str, whole: bool, answer: type[Answer]) -> Accepted[Answer] | Unusable:
    found = find_json(text, lists=_is_list(answer))
    texts = list(found.values)
    if found.broken is not None:
        texts.append((_repaired(found.broken) if whole else None) or "")
    results = [(one, _validated(one, answer)) for one in texts]
    good = [Accepted(r, one) for one, r in results if not isinstance(r, Unusable)]
    if found.broken is not None and isinstance(results[-1][1], Unusable):
        return _declined(found) or (results[-1][1] if whole else _cut_off())
    if len({_canonical(each.value) for each in good}) > 1:
        return Unusable(
            "not JSON", "several different answers", "Give one JSON value, not several."
        )
    if good:
        return _declined(found, good[-1].value) or good[-1]
    if results:
        return cast(Unusable, results[-1][1])
    return _declined(found) or (_no_json() if whole else _cut_off())


def _validated(text: str, answer: type[Answer]) -> Answer | Unusable:
    try:
        json.loads(text, parse_constant=_refuse, parse_float=_finite)
        return answer.model_validate_json(text)
    except ValidationError as error:
        return _wrong_shape(error, answer)
    except (ValueError, RecursionError):
        return _no_json()


def _repaired(broken: str) -> str | None:
    if len(broken) > _MOST_REPAIRED:
        return None
    from json_repair import repair_json

    try:
        return repair_json(broken, ensure_ascii=False)
    except (ValueError, RecursionError, IndexError):
        return None


def _wrong_shape(error: ValidationError, answer: type[BaseModel]) -> Unusable:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    if errors[0]["type"] == "json_invalid":
        return _no_json()
    hint = "\n".join(
        f"- at {'.'.join(map(str, each['loc'])) or 'the top'}: {each['msg']}"
        for each in errors[:_MOST_ERRORS]
    )
    at = ".".join(_known(errors[0]["loc"], answer)) or "the top"
    number = f"{len(errors)} errors" if len(errors) > 1 else "1 error"
    return Unusable("wrong shape", f"{number}, the first at {at}: {errors[0]['type']}", hint)


def _known(place: tuple[int | str, ...], answer: type[BaseModel]) -> list[str]:
    """A place without the names that the model made up: those could be anybody's words."""
    schema = schema_of(answer)
    return [str(part) if isinstance(part, int) or f'"{part}":' in schema else "?" for part in place]


def _declined(found: Found, value: BaseModel | None = None) -> Unusable | None:
    """A refusal in prose: with no answer beside it, or with an empty one."""
    empty = value is None or not any(_leaves(value.model_dump(mode="json")))
    if empty and _REFUSAL.search(found.prose[:_REFUSAL_WITHIN]):
        return Unusable("refused", "the model declined in words")
    return None


def _leaves(value: object) -> list[object]:
    """What is said in a JSON value, below lists and objects; blanks say nothing."""
    if isinstance(value, dict):
        return [leaf for each in cast(dict[str, object], value).values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in cast(list[object], value) for leaf in _leaves(each)]
    return [value] if value not in (None, "", False, 0) else []


def _nothing(whole: bool) -> Unusable:
    return Unusable("empty", "no content", "Your last answer was empty.") if whole else _cut_off()


def _cut_off() -> Unusable:
    return Unusable("cut off", "it reached max_tokens", "Your last answer was cut off: be shorter.")


def _no_json() -> Unusable:
    return Unusable("not JSON", "no JSON that can be parsed", "That is not valid JSON.")


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else cast(float, _refuse(digits))


@cache
def _is_list(answer: type[BaseModel]) -> bool:
    return json.loads(schema_of(answer)).get("type") == "array"


def _canonical(value: BaseModel) -> str:
    return json.dumps(value.model_dump(mode="json"), sort_keys=True)


def _encodable(text: str) -> str:
    """Text without lone surrogates, which no file and no database takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
