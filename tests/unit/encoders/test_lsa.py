import numpy as np
from threadpoolctl import threadpool_limits

from persona_extract.encoders import lsa
from persona_extract.encoders.lsa import Lsa

TEXTS = [f"{verb} {what} {n}" for verb in ("make", "show", "fix") for what in ("it", "them")
         for n in range(30)]  # fmt: skip


def test_fewer_texts_than_dimensions_give_fewer_dimensions():
    assert Lsa(64).encode(["a b", "c d", "a d"], seed=0).shape[1] <= 3
    assert Lsa(8).encode(TEXTS, seed=0).shape == (180, 8)


def test_the_number_of_threads_does_not_change_a_byte():
    with threadpool_limits(1):
        one = Lsa().encode(TEXTS, seed=0)
    with threadpool_limits(2):
        assert Lsa().encode(TEXTS, seed=0).tobytes() == one.tobytes()


def test_signs_are_fixed():
    vectors = Lsa(4).encode(TEXTS, seed=0)
    assert (vectors.max(axis=0) > 0).all()
    other = Lsa(4).encode(TEXTS, seed=99)
    assert np.allclose(vectors @ vectors.T, other @ other.T, atol=0.1)


def test_texts_without_a_letter_are_encoded_too():
    vectors = Lsa().encode(["?", "???", "再简短", "!"], seed=0)
    assert np.isfinite(vectors).all()
    assert vectors.any(axis=1).all()


def test_many_texts_are_placed_on_the_axes_of_some(monkeypatch):
    monkeypatch.setattr(lsa, "_MOST_FITTED", 120)
    monkeypatch.setattr(lsa, "_BLOCK", 50)
    vectors = Lsa(8).encode(TEXTS, seed=0)
    assert vectors.shape == (180, 8)
    assert vectors.tobytes() == Lsa(8).encode(TEXTS, seed=0).tobytes()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    alike = vectors @ vectors.T
    same_verb = [text.split()[0] for text in TEXTS]
    inside = np.equal.outer(same_verb, same_verb)
    assert alike[inside].mean() > alike[~inside].mean() + 0.2
