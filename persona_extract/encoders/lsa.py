"""Latent semantic analysis: TF-IDF of words and characters, reduced by a truncated SVD.

Needs no download. The vectors depend on the whole list of texts, so they cannot be cached.

Source: Deerwester et al., "Indexing by latent semantic analysis", JASIS 1990.
"""

# scikit-learn and scipy ship no complete types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from persona_extract.encoders.protocol import Encoder, EncoderKind, Vectors
from persona_extract.errors import UsageError

DIMS = 64
_DECIMALS = 5
_MOST_TERMS = 50_000  # of either kind; bounds the memory of large corpora
_MOST_FITTED = 20_000  # texts that terms and axes are learnt from; the others are placed on them
_BLOCK = 5_000  # texts placed at a time


@dataclass(frozen=True, slots=True)
class Lsa:
    """TF-IDF (word 1-2-grams and character 3-4-grams within words) + truncated SVD.

    A corpus with fewer texts or terms than `dims` gives fewer dimensions. Of more than 20,000 texts
    a seeded sample is learnt from, and all are placed on its axes. Values are rounded to
    five decimals, so that the bytes do not depend on the machine's arithmetic libraries.
    """

    dims: int = DIMS

    @property
    def name(self) -> str:
        """E.g. "lsa(64)"."""
        return f"lsa({self.dims})"

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        """float32 (len(texts), at most dims), rows of length 1, or 0 for texts without a term."""
        from threadpoolctl import threadpool_limits

        if not any(text.strip() for text in texts):
            return np.zeros((len(texts), 1), dtype=np.float32)
        import_module("sklearn.decomposition")  # the limit finds only libraries that are loaded
        with threadpool_limits(1):
            reduced = _reduce(texts, self.dims, seed)
        return np.round(_unit_rows(reduced), _DECIMALS).astype(np.float32) + np.float32(0)


def _reduce(texts: Sequence[str], dims: int, seed: int) -> NDArray[np.float64]:
    from scipy.sparse import hstack
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        ngram_range=(1, 2), token_pattern=r"(?u)\S+", sublinear_tf=True, max_features=_MOST_TERMS
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, max_features=_MOST_TERMS
    )
    chosen = _some(texts, seed)
    terms = hstack([words.fit_transform(chosen), characters.fit_transform(chosen)]).tocsr()
    full = min(len(chosen), int(terms.shape[1] if terms.shape else 0))
    rank = min(dims, full)
    if rank == full:  # nothing to leave out, and the randomised solver needs room
        return _signed(_all_components(terms.toarray()))
    svd = TruncatedSVD(rank, algorithm="randomized", n_iter=5, random_state=seed)
    reduced = svd.fit_transform(terms)
    if len(chosen) == len(texts):
        return _signed(reduced)
    blocks = (list(texts[start : start + _BLOCK]) for start in range(0, len(texts), _BLOCK))
    placed = [
        svd.transform(hstack([words.transform(block), characters.transform(block)]).tocsr())
        for block in blocks
    ]
    return _signed(np.concatenate(placed))


def _some(texts: Sequence[str], seed: int) -> list[str]:
    if len(texts) <= _MOST_FITTED:
        return list(texts)
    rng = np.random.default_rng(seed)
    chosen: list[int] = rng.choice(len(texts), _MOST_FITTED, replace=False).tolist()
    return [texts[i] for i in sorted(chosen)]


def _all_components(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    left, sizes, _ = np.linalg.svd(terms, full_matrices=False)
    kept = max(1, int(np.sum(sizes > sizes[0] * 1e-10)))
    return np.asarray(left[:, :kept] * sizes[:kept], dtype=np.float64)


def _signed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each column turned so that its largest value is positive: an SVD leaves the sign open."""
    peaks = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    return vectors * np.where(peaks < 0, -1.0, 1.0)


def _unit_rows(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows divided by their length; rows of (nearly) no length become 0."""
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(sizes > 1e-9, vectors / np.maximum(sizes, 1e-9), 0.0)


def _open(dims: str) -> Encoder:
    if not dims:
        return Lsa()
    if not dims.isdecimal() or not 1 <= int(dims) <= 1024:
        raise UsageError(f'encoder "lsa:{dims}": dimensions are a number from 1 to 1024')
    return Lsa(int(dims))


def _available(_dims: str) -> str | None:
    return None


ENCODER = EncoderKind("lsa", _open, _available)
