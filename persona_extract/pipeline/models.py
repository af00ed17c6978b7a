"""How stages ask models. Without a way to ask, a filled role is an error, never an empty answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from persona_extract.errors import ModelUnavailable
from persona_extract.pipeline.job import Job
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.models import Role

A = TypeVar("A", bound=BaseModel)
Advance = Callable[[int], None]
Asker = Callable[[Job, Role, Sequence[Call[Any]], Advance | None], list[Any]]

asker: Asker | None = None
"""Who answers; tests put a fake here."""


def ask(
    job: Job, role: Role, calls: Sequence[Call[A]], advance: Advance | None = None
) -> list[Answered[A] | Failed]:
    """Answers to the calls, in their order; `advance` is told how many more are done.

    Raises:
        ModelUnavailable: nobody is there to ask.
    """
    if asker is None:
        raise ModelUnavailable(f"there is no door to the {role} yet.")
    return asker(job, role, calls, advance)
