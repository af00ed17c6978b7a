"""Who wrote this, by character n-grams alone: a reading that no simulator here is built from."""

# scikit-learn ships no complete types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST_CHARS = 10_000
"""Characters read of each text: enough to know a hand by, and bounded."""


def similarities(queries: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
    """Cosine similarity of character 3-4-gram TF-IDF, shape (queries, references).

    Case and marks count, white space is folded. The vocabulary and its weights are those of the
    references. A text without n-grams is at 0 from everything.
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
    return " ".join(text[: 2 * MOST_CHARS].split())[:MOST_CHARS]
