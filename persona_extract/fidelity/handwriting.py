"""Who wrote this, by character n-grams of letters alone."""

# scikit-learn ships no complete types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_OTHER = re.compile(r"[\W\d_]+")

MOST_CHARS = 10_000
"""Characters read of each text: enough to know a hand by, and bounded."""


def similarities(queries: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
    """Cosine similarity of character 3-4-gram TF-IDF, shape (queries, references).

    Letters only: case, marks, digits and line breaks, which the dimensions set directly, do not
    count. Chat spellings, contractions and fillers that a simulator writes still do. The
    vocabulary and its weights are those of the references. A text without n-grams is at 0 from
    everything.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = [_folded(text) for text in references]
    if not queries or not any(len(text) >= 3 for text in known):
        return np.zeros((len(queries), len(references)))
    vectors = TfidfVectorizer(
        analyzer="char", ngram_range=(3, 4), lowercase=False, sublinear_tf=True
    )
    columns = vectors.fit_transform(known)
    rows = vectors.transform([_folded(text) for text in queries])
    return np.asarray((rows @ columns.T).toarray(), dtype=np.float64)


def _folded(text: str) -> str:
    return _OTHER.sub(" ", text[: 2 * MOST_CHARS].lower()).strip()[:MOST_CHARS]
