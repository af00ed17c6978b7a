"""An order of users and of what they are measured on that their keys have no part in.

Whoever is drawn is drawn by position. Keys of users and ids of moves are salted: in their order,
another salt would draw other people, and so find other groups where groups are weak.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from persona_extract.traits.user_vectors import KINDS, UserVectors

_DECIMALS = 9  # the last bits depend on the order in which users were summed up


def in_order_of_values(vectors: UserVectors) -> UserVectors:
    """The same users, sorted by their rounded values; users of equal values by key.

    Axes are sorted by kind; dimensions by name, moves and traits by the values that there are.
    """
    matrix = np.round(vectors.matrix, _DECIMALS) + 0.0
    values = np.sort(matrix, axis=0)
    columns = sorted(
        range(len(vectors.axes)),
        key=lambda at: (
            KINDS.index(vectors.axes[at].kind),
            vectors.axes[at].name if vectors.axes[at].kind == "dimension" else "",
            values[:, at].tolist(),
            vectors.axes[at].name,
        ),
    )
    matrix = matrix[:, columns]
    keys = np.array(vectors.users)
    rows = np.lexsort((keys, *matrix.T[::-1])) if len(keys) else np.zeros(0, dtype=np.int64)
    return replace(
        vectors,
        users=tuple(vectors.users[at] for at in rows.tolist()),
        matrix=matrix[rows],
        axes=tuple(vectors.axes[at] for at in columns),
    )
