"""Answer models that cost few tokens: what is sent as JSON schema holds no titles, and limits that
not every provider takes are checked here instead of there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Text = TypeVar("Text", str, str | None)


def at_most(chars: int) -> Callable[[Text], Text]:
    """A check on the length of a text, for `AfterValidator`."""

    def check(text: Text) -> Text:
        if text is not None and len(text) > chars:
            raise ValueError(f"at most {chars} characters")
        return text

    return check


def lean(schema: dict[str, Any]) -> None:
    """Takes docstrings, and the titles that pydantic makes of names, out of a JSON schema: every
    call is charged for them."""
    schema.pop("title", None)
    schema.pop("description", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
