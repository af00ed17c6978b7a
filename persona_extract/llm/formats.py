"""Whether JSON is asked for by the provider's own means or in the prompt."""

from __future__ import annotations

from pydantic import BaseModel

from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.keys import Access
from persona_extract.records.models import ModelSettings


class Formats:
    """What one door has learnt about a model, per form of answer.

    `auto` starts with the provider's own means where litellm lists the model as having them, and
    with any server that has an address of its own, for such a list cannot know it. Where that ends
    in a 400 or in no JSON, and the prompt does better, the prompt it is for the rest of the run.
    """

    def __init__(self, settings: ModelSettings, access: Access) -> None:
        self._mode = settings.structured
        self._model = settings.model
        self._native = self._mode == "native" or (
            self._mode == "auto" and (access.base_url is not None or _is_listed(access))
        )
        self._proven: set[type[BaseModel]] = set()
        self._prompted: set[type[BaseModel]] = set()

    def is_native(self, answer: type[BaseModel]) -> bool:
        """How a form of answer is asked for first."""
        return self._native and answer not in self._prompted

    def may_change(self, answer: type[BaseModel]) -> bool:
        """Whether the prompt may be tried after the provider's own means have failed."""
        return self._mode == "auto" and answer not in self._proven

    def worked(self, answer: type[BaseModel], *, native: bool, changed: bool) -> None:
        """Notes a usable answer; `changed` if the provider's own means had failed before it."""
        if native:
            self._proven.add(answer)
        elif changed and self.may_change(answer):
            self._prompted.add(answer)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know, a line each."""
        return tuple(
            f"{self._model} did not take the JSON Schema of {answer.__name__}: it was put into the "
            'prompt instead; structured = "prompt" saves the attempt'
            for answer in sorted(self._prompted, key=lambda each: each.__name__)
        )


def _is_listed(access: Access) -> bool:
    listed: bool = load_litellm().supports_response_schema(access.name, access.provider)
    return listed
