"""What raw text alone says about whose a conversation is: the bar that profiles have to clear."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# (scipy and scikit-learn ship no complete types)

from __future__ import annotations

from typing import Any, Literal, cast

import numpy as np

from persona_extract.fidelity.ranking import Floats, Ints, Leads

Kind = Literal["char", "word"]


def text_leads(texts: list[str], owner: Ints, kind: Kind) -> Leads:
    """Leads of the own user by cosine of a conversation's text to all other text of a user.

    TF-IDF with logarithmic counts over character 3- and 4-grams ("char") or words ("word").

    Args:
        texts: the user's text of each conversation.
        owner: user number of each conversation.
        kind: what is counted.
    """
    vectors = _vectorise(texts, kind)
    users = _sum_by(vectors, owner)
    norms = np.sqrt(_row_sums(users.multiply(users)))

    def leads(rows: Ints) -> Floats:
        mine = vectors[rows]
        shared: Floats = (mine @ users.T).toarray()
        others: Floats = shared / np.maximum(norms, 1e-12)
        rest = users[owner[rows]] - mine  # all text of the own user but this conversation
        own = _row_sums(mine.multiply(rest))
        length = np.sqrt(_row_sums(rest.multiply(rest)))
        out = (own / np.maximum(length, 1e-12))[:, None] - others
        out[np.arange(len(rows)), owner[rows]] = 0
        return out

    return leads


def _vectorise(texts: list[str], kind: Kind) -> Any:
    """Sparse rows of length 1, shape (texts, terms); no terms at all give one empty column."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    options: dict[str, Any] = {"analyzer": "char", "ngram_range": (3, 4)} if kind == "char" else {}
    try:
        return cast(Any, TfidfVectorizer(sublinear_tf=True, **options).fit_transform(texts))
    except ValueError:  # "empty vocabulary": texts without a single word
        return csr_matrix((len(texts), 1))


def _sum_by(vectors: Any, owner: Ints) -> Any:
    from scipy.sparse import csr_matrix

    ones = np.ones(len(owner))
    return csr_matrix((ones, (owner, np.arange(len(owner))))) @ vectors


def _row_sums(matrix: Any) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
