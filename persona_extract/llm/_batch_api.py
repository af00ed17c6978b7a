"""Batches of OpenAI's protocol, over litellm."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# litellm is an untyped module to us.

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from persona_extract.errors import ModelRefused, ModelUnavailable, UsageError
from persona_extract.llm._batch_lines import ENDPOINT
from persona_extract.llm._litellm import load_litellm
from persona_extract.llm.keys import Access
from persona_extract.llm.troubles import Trouble, tell
from persona_extract.records.models import ModelSettings, Role

PROVIDERS = ("openai",)
_MARK = "persona_extract"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_LISTED = 100
_SECONDS = 600.0  # for a file to go up or come down
_GARBLED = (ValueError, TypeError, LookupError, AttributeError)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is.

    Attributes:
        status: in the provider's word.
        ended: whether anything more will come.
        questions: the file that was sent.
        files: those of answers and of errors, once it has ended.
        errors: why the whole batch was refused.
    """

    status: str
    ended: bool
    questions: str
    files: tuple[str, ...]
    errors: tuple[str, ...]


class BatchApi:
    """The batch API of a provider.

    Raises:
        UsageError: the provider has none that litellm can use in this form.
        ModelRefused: from every method: wrong key, no credit.
        ModelUnavailable: from every method: out of reach for now.
    """

    def __init__(self, role: Role, settings: ModelSettings, access: Access) -> None:
        if access.provider not in PROVIDERS:
            raise UsageError(
                f"{settings.model}: batches of {access.provider} are not supported. batch = true "
                "works with OpenAI and with servers that speak its protocol (openai/<model> and "
                f"base_url). Set batch = false in [models.{role}]."
            )
        self._role = role
        self._name = settings.model or ""
        self._litellm = load_litellm()
        self._how: dict[str, object] = {
            "custom_llm_provider": access.provider,
            "api_base": access.base_url,
            "api_key": access.key,
            "timeout": _SECONDS,
            "max_retries": 2,  # nothing of this is paid by the attempt
        }

    def upload(self, lines: bytes) -> str:
        """Sends questions; returns the id of the file."""
        file = ("questions.jsonl", lines)
        made = self._told(
            lambda: self._litellm.create_file(file=file, purpose="batch", **self._how)
        )
        return str(made.id)

    def start(self, file: str, mark: str) -> str:
        """Starts a batch of a file of questions; returns its id."""
        how = self._how | {"max_retries": 0}  # two batches would be paid twice
        batch = self._told(
            lambda: self._litellm.create_batch(
                completion_window="24h",
                endpoint=ENDPOINT,
                input_file_id=file,
                metadata={_MARK: mark},
                **how,
            )
        )
        return str(batch.id)

    def find(self, mark: str) -> str | None:
        """Id of a batch that carries a mark, among the newest; None if there is none."""
        listed = self._told(lambda: self._litellm.list_batches(limit=_LISTED, **self._how))
        for batch in listed.data:
            if (batch.metadata or {}).get(_MARK) == mark:
                return str(batch.id)
        return None

    def look(self, batch: str) -> State | None:
        """How far a batch is; None if there is no such batch (any more)."""
        how = self._how | {"max_retries": 0}  # whoever waits looks again anyway
        try:
            found = self._call(lambda: self._litellm.retrieve_batch(batch_id=batch, **how))
        except Trouble as trouble:
            if trouble.status == 404:
                return None
            raise self._explained(trouble) from None
        files = (found.output_file_id, found.error_file_id)
        errors = found.errors.data or [] if found.errors else []
        return State(
            status=str(found.status),
            ended=found.status in _ENDED,
            questions=str(found.input_file_id),
            files=tuple(str(file) for file in files if file),
            errors=tuple(str(each.code) for each in errors),
        )

    def read(self, file: str) -> bytes:
        """Content of a file of answers or errors."""
        found = self._told(lambda: self._litellm.file_content(file_id=file, **self._how))
        return bytes(found.content)

    def remove(self, file: str) -> None:
        """Removes a file from the provider's disks, as far as it lets us: it holds what people
        said, and nobody needs it any more."""
        with suppress(Trouble):
            self._call(lambda: self._litellm.file_delete(file_id=file, **self._how))

    def _told(self, do: Callable[[], Result]) -> Result:
        try:
            return self._call(do)
        except Trouble as trouble:
            raise self._explained(trouble) from None

    def _call(self, do: Callable[[], Result]) -> Result:
        import httpx
        import openai

        try:
            return do()
        except (openai.OpenAIError, httpx.HTTPError, OSError, *_GARBLED) as error:
            trouble = tell(error)
        raise trouble

    def _explained(self, trouble: Trouble) -> UsageError | ModelUnavailable:
        if trouble.status in (404, 405, 501):
            return UsageError(
                f"{self._name}: the server has no batch API ({trouble.detail}). Set batch = false "
                f"in [models.{self._role}]."
            )
        if trouble.kind in ("no entry", "rejected", "filtered"):
            return ModelRefused(f"{self._name}: the batch was refused ({trouble.detail}).")
        return ModelUnavailable(
            f"{self._name}: its batch API cannot be reached ({trouble.detail}). Run the same "
            "command again later: a batch under way goes on meanwhile and is picked up."
        )
