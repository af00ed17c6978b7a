"""What went wrong with one attempt, told from what litellm raises."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from persona_extract.records.calls import FailureReason

Kind = Literal[
    "limited",  # 429
    "unavailable",  # 5xx, connection lost
    "unreachable",  # nobody listens at that address
    "timed out",
    "garbled",  # not an answer of this protocol
    "huge",  # more than we read
    "rejected",  # 400: this very request
    "filtered",  # 400: content policy
    "too long",  # 400: context length
    "no entry",  # key, credit, model, permission
]

_REASON: dict[Kind, FailureReason] = {
    "limited": "rejected",
    "unavailable": "rejected",
    "unreachable": "timed out",
    "timed out": "timed out",
    "garbled": "not JSON",
    "huge": "cut off",
    "rejected": "rejected",
    "filtered": "rejected",
    "too long": "too long",
    "no entry": "rejected",
}
_NO_CREDIT = frozenset({"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"})
_FILTERS = frozenset({"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"})
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_.\[\]-]{1,60}")
_NOBODY_THERE = frozenset(
    {"ConnectError", "ConnectTimeout", "ProxyError", "ClientConnectorError", "gaierror"}
    | {"ConnectionRefusedError"}
)
_LATE = frozenset({"TimeoutError", "TimeoutException", "APITimeoutError"})
_LOST = frozenset({"TransportError", "ConnectionError", "ClientError"})  # of httpx, Python, aiohttp
_LATER = frozenset({408, 409, 425})
_NO_ENTRY = frozenset({401, 402, 403, 404, 405})


class Trouble(Exception):
    """An attempt that gave no answer.

    Attributes:
        kind: what it was.
        detail: for people, e.g. "400 invalid_value temperature"; holds no text of anybody.
        status: of HTTP, if there was one.
        wait: seconds the server asks to wait, if it does.
    """

    def __init__(
        self, kind: Kind, detail: str, status: int | None = None, wait: float | None = None
    ) -> None:
        super().__init__(detail)
        self.kind: Kind = kind
        self.detail = detail
        self.status = status
        self.wait = wait

    @property
    def outcome(self) -> FailureReason:
        """The reason that a call which ends so is recorded with."""
        lost = self.kind == "unavailable" and self.status is None
        return "timed out" if lost else _REASON[self.kind]


def tell(error: BaseException) -> Trouble:
    """The trouble behind an error. litellm wraps errors several times over, so that the whole chain
    of causes is looked at: what HTTP said is believed before what litellm makes of it."""
    chain = list(_causes(error))
    names = {kind.__name__ for each in chain for kind in type(each).__mro__}
    if "AnswerTooBig" in names:
        return Trouble("huge", "the answer is larger than we read")
    status = next((code for each in reversed(chain) if (code := _http_status(each))), None)
    if status is not None:
        return _of_status(status, chain, names)
    return _of_transport(chain, names)


def retry_after(headers: object, now: datetime | None = None) -> float | None:
    """Seconds that `retry-after-ms` or `Retry-After` (seconds or a date) ask for."""
    get = getattr(headers, "get", None)
    if get is None:
        return None
    if (thousandths := _number(get("retry-after-ms"))) is not None:
        return thousandths / 1000
    if (value := get("retry-after")) is None:
        return None
    if (seconds := _number(value)) is not None:
        return seconds
    try:
        when = parsedate_to_datetime(str(value))
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def _of_status(status: int, chain: list[BaseException], names: set[str]) -> Trouble:
    codes = [code for each in chain for code in _codes(each)]
    detail = " ".join(dict.fromkeys([str(status), *codes]))
    wait = next((w for e in chain if (w := retry_after(_headers(e))) is not None), None)
    return Trouble(_kind_of_status(status, set(codes), names), detail, status, wait)


def _kind_of_status(status: int, codes: set[str], names: set[str]) -> Kind:
    if codes & _NO_CREDIT or status in _NO_ENTRY or "model_not_found" in codes:
        return "no entry"
    if status == 429:
        return "limited"
    if status in _LATER or status >= 500:
        return "unavailable"
    if codes & _FILTERS or "ContentPolicyViolationError" in names:
        return "filtered"
    if status == 413 or "context_length_exceeded" in codes or "ContextWindowExceededError" in names:
        return "too long"
    return "rejected"


def _of_transport(chain: list[BaseException], names: set[str]) -> Trouble:
    missing = next((each.name for each in chain if isinstance(each, ModuleNotFoundError)), None)
    if missing is not None:
        return Trouble("no entry", f"litellm lacks the Python package {missing} for this provider")
    if names & _NOBODY_THERE and "ConnectionResetError" not in names:
        return Trouble("unreachable", "nobody answers at the address")
    if names & _LATE:
        return Trouble("timed out", "no answer in time")
    if names & _LOST:
        return Trouble("unavailable", "the connection was lost")
    if names & {"UnsupportedParamsError", "BadRequestError"}:
        return Trouble("rejected", "the request is not one that litellm can send to this model")
    return Trouble("garbled", "the response is not one of a chat model")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _http_status(error: BaseException) -> int | None:
    """The status that came over the wire. litellm's own exceptions make one up."""
    if type(error).__module__.partition(".")[0] == "litellm":
        return None
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def _headers(error: BaseException) -> object:
    return getattr(getattr(error, "response", None), "headers", None)


def _codes(error: BaseException) -> list[str]:
    """Code and parameter of an error of OpenAI's form, where they are plain words."""
    said = (getattr(error, "code", None), getattr(error, "param", None))
    return [one for one in said if isinstance(one, str) and _PLAIN_CODE.fullmatch(one)]


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
