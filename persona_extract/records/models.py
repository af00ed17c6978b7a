"""Which language models are asked, and how. Keys are never a setting: only the name of the
environment variable that holds one."""

from __future__ import annotations

from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from persona_extract.records.fields import Record

Role = Literal["reader", "labeler", "simulator", "assistant", "judge"]
ROLES: tuple[Role, ...] = get_args(Role)

MOST_AT_ONCE = 1000


class ModelSettings(Record):
    """The model of one role; without `model` the role is not filled."""

    model: Annotated[
        str | None,
        Field(description="litellm model string, e.g. gpt-4o-mini or ollama_chat/qwen3:8b"),
    ] = None
    base_url: Annotated[
        str | None,
        Field(description="address of an OpenAI-compatible server (Ollama, vLLM, LM Studio ...)"),
    ] = None
    key_env: Annotated[
        str | None,
        Field(
            description="environment variable with the key; null takes the usual one of the "
            "provider, or none where base_url is set"
        ),
    ] = None
    temperature: Annotated[float | None, Field(ge=0, le=2, description="null: the model's own")] = 0
    top_p: Annotated[float | None, Field(gt=0, le=1, description="null: the model's own")] = None
    seed: Annotated[int | None, Field(ge=0, description="sampling seed, where supported")] = None
    max_tokens: Annotated[int, Field(ge=16, description="longest answer in tokens")] = 2048
    structured: Annotated[
        Literal["auto", "native", "prompt"],
        Field(description="JSON by the provider's own means or by prompt; auto takes what it has"),
    ] = "auto"
    timeout: Annotated[float, Field(gt=0, description="seconds that one answer may take")] = 120
    retries: Annotated[
        int, Field(ge=0, le=20, description="further attempts after limits and server errors")
    ] = 5
    concurrency: Annotated[
        int, Field(ge=1, le=MOST_AT_ONCE, description="calls under way at the same time")
    ] = 8
    requests_per_minute: Annotated[
        int | None, Field(ge=1, description="rate limit; null is none")
    ] = None
    tokens_per_minute: Annotated[
        int | None, Field(ge=1, description="rate limit; null is none")
    ] = None
    input_price: Annotated[
        float | None,
        Field(ge=0, description="USD per million tokens; null takes litellm's list"),
    ] = None
    output_price: Annotated[
        float | None,
        Field(ge=0, description="USD per million tokens; null takes litellm's list"),
    ] = None
    batch: Annotated[
        bool, Field(description="use the provider's batch API: half the price, hours to wait")
    ] = False

    @field_validator("base_url")
    @classmethod
    def _without_secrets(cls, url: str | None) -> str | None:
        """Settings are written into every output; a password in an address would be, too."""
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as http://localhost:8000/v1")
        if parts.username or parts.password or parts.query:
            raise ValueError("an address without user, password or query; keys go into key_env")
        return url


class ModelsSettings(Record):
    """Language models by role; all are optional."""

    budget: Annotated[
        float | None, Field(ge=0, description="USD that a run may spend at the most")
    ] = None
    cache: Annotated[
        str | None,
        Field(description="file of kept answers; null is cache/answers.sqlite in the workspace"),
    ] = None
    use_cache: Annotated[bool, Field(description="whether kept answers are used and made")] = True
    reader: ModelSettings = ModelSettings()
    labeler: ModelSettings = ModelSettings()
    simulator: ModelSettings = ModelSettings()
    assistant: ModelSettings = ModelSettings()
    judge: ModelSettings = ModelSettings()

    def of(self, role: Role) -> ModelSettings:
        """The settings of a role."""
        found: ModelSettings = getattr(self, role)
        return found

    def outcome(self, role: Role) -> dict[str, object] | None:
        """What of a role's settings changes an answer; None if the role is not filled."""
        kept = {"model", "base_url", "temperature", "top_p", "seed", "max_tokens", "structured"}
        chosen = self.of(role)
        return chosen.model_dump(include=kept) if chosen.model else None
