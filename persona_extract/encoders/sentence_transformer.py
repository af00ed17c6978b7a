"""Any sentence-transformers model, by hub id or by local folder.

Source: Reimers and Gurevych, "Sentence-BERT", EMNLP 2019.
"""

# torch, transformers and their tokenizers ship no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from persona_extract.encoders.protocol import Encoder, EncoderKind, Vectors
from persona_extract.errors import UsageError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer as Model

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

_BATCH = 32
_DECIMALS = 5
_HUB_SECONDS = 3.0
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite"]


class SentenceTransformer:
    """A model in a folder on disk, loaded when the first text is encoded.

    The vector of a text does not depend on the texts beside it: only texts of the same number of
    tokens share a batch, and every batch is filled up to the same size. One thread: on a machine
    with other work more of them were six times slower (25 s for 800 texts in place of 4).
    """

    def __init__(self, model: str, folder: Path, revision: str) -> None:
        self._folder = folder
        self._name = f"sentence-transformers:{model}@{revision[:8]}"

    @property
    def name(self) -> str:
        """Kind, model and revision (a digest of the files for a local folder)."""
        return self._name

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        """float32 (len(texts), the model's size); `seed` is not needed, a model is fixed.

        Raises:
            UsageError: the folder does not hold a model that can be loaded.
        """
        from threadpoolctl import threadpool_limits

        distinct = sorted({text for text in texts if text.strip()})
        vectors = np.zeros((len(texts), self._size), dtype=np.float32)
        with threadpool_limits(1):  # after the model is loaded: it finds only loaded libraries
            rows = self._encode_distinct(distinct)
        for i, text in enumerate(texts):
            if text in rows:
                vectors[i] = rows[text]
        return vectors

    def _encode_distinct(self, texts: Sequence[str]) -> dict[str, Vectors]:
        tokens = {text: len(self._model.tokenizer(text)["input_ids"]) for text in texts}
        ordered = sorted(texts, key=lambda text: (tokens[text], text))
        rows: dict[str, Vectors] = {}
        for _, alike in groupby(ordered, key=lambda text: tokens[text]):
            same = list(alike)
            for start in range(0, len(same), _BATCH):
                batch = same[start : start + _BATCH]
                rows.update(zip(batch, self._encode_batch(batch), strict=True))
        return rows

    def _encode_batch(self, batch: list[str]) -> Vectors:
        filled = batch + [batch[-1]] * (_BATCH - len(batch))
        vectors = self._model.encode(
            filled,
            batch_size=_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.round(np.asarray(vectors[: len(batch)]), _DECIMALS).astype(np.float32)

    @property
    def _size(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def _model(self) -> Model:
        from sentence_transformers import SentenceTransformer as Loaded
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            return Loaded(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"no sentence-transformers model in {self._folder}: {error}"
            ) from error


def _open(model: str) -> Encoder:
    reason = _available(model)
    if reason is not None:
        raise UsageError(
            f"encoder {reason}; fetch it once with a connection, name a local folder, "
            'or set encoder = "lsa"'
        )
    if model and Path(model).is_dir():
        folder = Path(model).resolve()
        return SentenceTransformer(folder.name, folder, _digest(folder))
    folder = _on_disk(_hub_id(model)) or _fetch(_hub_id(model))
    return SentenceTransformer(
        _hub_id(model).removeprefix("sentence-transformers/"), folder, folder.name
    )


def _available(model: str) -> str | None:
    if find_spec("sentence_transformers") is None:
        return "sentence-transformers is not installed"
    path = Path(model)
    if model and path.is_dir():
        return None if _has_model(path) else f"{model} holds no model (config.json and weights)"
    if model.startswith((".", "/", "~")):
        return f"{model} is not a folder"
    name = _hub_id(model)
    return None if _on_disk(name) else _unreachable(name)


def _hub_id(model: str) -> str:
    model = model or DEFAULT_MODEL
    return model if "/" in model else f"sentence-transformers/{model}"


def _has_model(folder: Path) -> bool:
    has_weights = any(folder.rglob("*.safetensors")) or any(folder.rglob("pytorch_model*.bin"))
    return any((folder / n).is_file() for n in ("config.json", "modules.json")) and has_weights


def _on_disk(name: str) -> Path | None:
    """Folder of the newest whole snapshot in the hub cache; a half-fetched one does not count."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = [try_to_load_from_cache(name, file) for file in ("config.json", *_WEIGHTS)]
    except HFValidationError:
        return None
    config, *weights = found
    if isinstance(config, str) and any(isinstance(path, str) for path in weights):
        return Path(config).parent
    return None


def _unreachable(name: str) -> str | None:
    """Why the hub cannot give the model now, None if it can. Asks once, for 3 seconds."""
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        return f"{name} is not on disk and HF_HUB_OFFLINE is set"
    try:
        HfApi().model_info(name, timeout=_HUB_SECONDS)
    except HFValidationError:
        return f"{name} is neither a folder nor a model id of the hub"
    except HfHubHTTPError as error:
        return f"{name} is not on disk and the hub does not give it ({type(error).__name__})"
    except (httpx.HTTPError, OfflineModeIsEnabled, OSError):
        return f"{name} is not on disk and the hub cannot be reached"
    return None


def _fetch(name: str) -> Path:
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return Path(snapshot_download(name, ignore_patterns=_NOT_NEEDED))
    except (httpx.HTTPError, HfHubHTTPError, OSError) as error:
        raise UsageError(f"{name} could not be fetched: {error}") from error


def _digest(folder: Path) -> str:
    """SHA-256 over names and contents of the model's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".safetensors", ".bin", ".txt", ".model") and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


ENCODER = EncoderKind("sentence-transformers", _open, _available, per_text=True)
