"""Open room: encoders of short texts, and the choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from persona_extract.encoders.protocol import Encoder, EncoderKind
from persona_extract.errors import UsageError
from persona_extract.rooms import furniture
from persona_extract.text import fold_space


@dataclass(frozen=True, slots=True)
class Chosen:
    """An opened encoder, one line that says which it is and why, and whether its vectors can be
    kept from one run to the next (`store.embeddings.Kept`)."""

    encoder: Encoder
    line: str
    per_text: bool


def open_encoder(spec: str) -> Chosen:
    """The encoder that `spec` asks for: "auto", "KIND" or "KIND:MODEL".

    "auto" is sentence-transformers with its default model if that is on disk or can be fetched,
    else lsa; the line says why.

    Raises:
        UsageError: no such kind (names the nearest), or it cannot be opened (says what to do).
    """
    if spec == "auto":
        return _choose()
    check_encoder(spec)
    name, _, model = spec.partition(":")
    kinds = encoder_kinds()
    encoder = kinds[name].opens(model)
    return Chosen(encoder, f"encoder: {encoder.name} (as configured)", kinds[name].per_text)


def check_encoder(spec: str) -> None:
    """Refuses a `spec` of which there is no kind, without opening anything.

    Raises:
        UsageError: names the nearest.
    """
    name, kinds = spec.partition(":")[0], encoder_kinds()
    if spec != "auto" and name not in kinds:
        raise UsageError(f'no encoder "{name}"{_nearest(name, ["auto", *kinds])}')


def encoder_kinds() -> dict[str, EncoderKind]:
    """Every kind of the room by its name."""
    found = (value for _, value in furniture("encoders", "ENCODER"))
    return {kind.name: kind for kind in found if isinstance(kind, EncoderKind)}


def _choose() -> Chosen:
    kinds = encoder_kinds()
    model = kinds["sentence-transformers"]
    reason = model.available("")
    if reason is None:
        try:
            encoder = model.opens("")
            line = f"encoder: {encoder.name} (auto: the model is at hand)"
            return Chosen(encoder, line, model.per_text)
        except UsageError as error:
            reason = str(error)
    encoder = kinds["lsa"].opens("")
    return Chosen(encoder, f"encoder: {encoder.name} ({fold_space(reason)})", kinds["lsa"].per_text)


def _nearest(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1, cutoff=0.4)
    known = ", ".join(names)
    return f'; did you mean "{close[0]}"? (known: {known})' if close else f"; known: {known}"
