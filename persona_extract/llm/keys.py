"""Who is asked, and with which key. Keys come from the environment and go nowhere else."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from persona_extract.errors import ModelRefused
from persona_extract.llm._litellm import load_litellm
from persona_extract.records.models import ROLES, ModelSettings, ModelsSettings

_NO_KEY = "none"  # clients insist on one; local servers ignore it
_NOT_KEYS = ("_BASE", "_URL", "_VERSION")
_OPENAI_LIKE = "openai"


@dataclass(frozen=True, slots=True)
class Access:
    """How litellm reaches a model.

    Attributes:
        model: litellm's string, with the provider in it.
        name: the model's name at the provider.
        key: None leaves it to litellm, which knows the provider's variables.
    """

    model: str
    name: str
    provider: str
    base_url: str | None
    key: str | None = field(repr=False)


def check_models(settings: ModelsSettings) -> None:
    """Finds, before anything is paid, what would stop every call.

    Raises:
        ModelRefused: a provider that does not exist, a key that is not there, a parameter that a
            model does not take. Says what to do, and never a key.
    """
    for role in ROLES:
        chosen = settings.of(role)
        if chosen.model:
            try:
                _check_parameters(chosen, resolve_access(chosen, os.environ))
            except ModelRefused as error:
                raise ModelRefused(f"models.{role}: {error}") from None


def resolve_access(settings: ModelSettings, environment: Mapping[str, str]) -> Access:
    """Model, provider, address and key of a role.

    Raises:
        ModelRefused: as `check_models`.
    """
    model, name, provider = _provider(settings)
    key = _key(settings, provider, environment)
    return Access(model, name, provider, settings.base_url, key)


def is_local(base_url: str) -> bool:
    """Whether an address is on this machine or in its own network."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))
    return address.is_private or address.is_loopback or address.is_link_local


def _provider(settings: ModelSettings) -> tuple[str, str, str]:
    litellm = load_litellm()
    model = settings.model or ""
    try:
        name, provider = litellm.get_llm_provider(model, api_base=settings.base_url)[:2]
    except litellm.exceptions.BadRequestError:
        if settings.base_url:  # the server's own name of a model, e.g. Qwen/Qwen3-8B
            return f"{_OPENAI_LIKE}/{model}", model, _OPENAI_LIKE
        raise ModelRefused(
            f'no known provider has a model "{model}": write provider/model, e.g. '
            f"openai/{model.rpartition('/')[2]} (docs.litellm.ai/docs/providers), or set base_url "
            "to the address of your server"
        ) from None
    return model, str(name), str(provider)


def _key(settings: ModelSettings, provider: str, environment: Mapping[str, str]) -> str | None:
    if settings.key_env:
        return _read_key(settings.key_env, environment)
    if settings.base_url is None:
        _require_usual_key(settings.model or "", provider)
        return None
    if is_local(settings.base_url):
        return _NO_KEY
    # The provider's usual key must not be sent to whoever stands at another address.
    raise ModelRefused(
        f"{settings.base_url} is not a local address: set key_env to the name of the environment "
        "variable that holds its key (any word, if it wants none)"
    )


def _read_key(name: str, environment: Mapping[str, str]) -> str:
    key = environment.get(name, "").strip()
    if not key:
        raise ModelRefused(f"the environment variable {name} is not set: export it with the key")
    if not (key.isascii() and key.isprintable()):
        raise ModelRefused(f"what the environment variable {name} holds cannot be a key: export it")
    return key


def _require_usual_key(model: str, provider: str) -> None:
    found = load_litellm().validate_environment(f"{provider}/{model.removeprefix(f'{provider}/')}")
    missing = [name for name in found["missing_keys"] if not name.endswith(_NOT_KEYS)]
    if missing and not found["keys_in_environment"]:
        raise ModelRefused(
            f"{model} needs a key: export {' or '.join(missing)}, or set key_env to the name of "
            "the variable that holds it"
        )


def _check_parameters(settings: ModelSettings, access: Access) -> None:
    sampling = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "seed": settings.seed,
    }
    litellm = load_litellm()
    for name, value in sampling.items():
        try:
            litellm.utils.get_optional_params(
                model=access.name, custom_llm_provider=access.provider, **{name: value}
            )
        except litellm.exceptions.UnsupportedParamsError:
            raise ModelRefused(
                f'{settings.model} does not take {name} = {value}: set it to "null", which is the '
                "model's own"
            ) from None
