"""litellm, imported when it is needed (2.5 s), made quiet, and kept from looking outside."""

from __future__ import annotations

import logging
import os
import warnings
from functools import cache
from types import ModuleType

_BEFORE_IMPORT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else prices are downloaded at import
    "LITELLM_MODE": "PRODUCTION",  # else a .env file of the working folder is read
}
_ABOVE_ALL = logging.CRITICAL + 1


@cache
def load_litellm() -> ModuleType:
    """litellm without callbacks, logs, downloads or hints on the screen."""
    for name, value in _BEFORE_IMPORT.items():
        os.environ.setdefault(name, value)
    import litellm

    litellm.suppress_debug_info = True
    litellm.disable_hf_tokenizer_download = True
    litellm.drop_params = False
    for callbacks in ("callbacks", "success_callback", "failure_callback", "service_callback"):
        setattr(litellm, callbacks, [])
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(_ABOVE_ALL)
    # An answer of the wrong type is judged by us; pydantic's warning would quote it.
    warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)
    # It prepares a request in another thread; a call that is cancelled then never awaits it.
    warnings.filterwarnings(
        "ignore", message=r"coroutine '[\w.]*completion' was never awaited", category=RuntimeWarning
    )
    return litellm
