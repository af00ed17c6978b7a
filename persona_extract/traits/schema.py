"""Answer models that cost few tokens: their JSON schema holds neither titles nor docstrings, and
limits, which not every provider takes in a schema, are checked here."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any, TypeVar

Whole = TypeVar("Whole", bound=Sized)


def at_most(n: int) -> Callable[[Whole], Whole]:
    """A check on the length of a text or list, for `AfterValidator`."""

    def check(whole: Whole) -> Whole:
        if len(whole) > n:
            raise ValueError(f"longer than {n}")
        return whole

    return check


def share(number: float) -> float:
    """A check that a number lies between 0 and 1, for `AfterValidator`."""
    if not 0 <= number <= 1:
        raise ValueError("not between 0 and 1")
    return number


def lean(schema: dict[str, Any]) -> None:
    """Takes docstrings, and the titles that pydantic makes of names, out of a JSON schema: every
    call is charged for them."""
    schema.pop("title", None)
    schema.pop("description", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
