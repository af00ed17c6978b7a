"""How well profiles find their users by how much there is to read, on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from persona_extract.fidelity.ranking import Ints, Places, Ranking
from persona_extract.fidelity.written import LeftOut

PARTS = 3


@dataclass(frozen=True, slots=True)
class Amount(Ranking):
    """The `Ranking` of the conversations that have `least` to `most` of `what`."""

    what: str
    least: int
    most: int


def amounts(corpus: LeftOut, texts: Sequence[str]) -> dict[str, Ints]:
    """Turns and words of each held-out conversation, and turns of the profile without it.

    Args:
        corpus: readings; a conversation's turns are those of its best-defined dimension.
        texts: the user's text of each conversation.
    """
    return {
        "held-out turns": corpus.held_out.n.max(axis=1).astype(np.int64),
        "held-out words": np.array([len(text.split()) for text in texts], dtype=np.int64),
        "profile turns": corpus.rest.n.max(axis=1).astype(np.int64),
    }


def by_amount(
    places: Places, read: Mapping[str, Ints], *, seed: int, bootstrap: int
) -> tuple[Amount, ...]:
    """Conversations parted into thirds by each amount; equal amounts stay together."""
    out: list[Amount] = []
    for what, values in read.items():
        for rows in _parts(values):
            some = Places(places.owner[rows], places.below[rows], places.first[rows])
            found = some.sum_up(seed=seed, bootstrap=bootstrap)
            least, most = int(values[rows].min()), int(values[rows].max())
            out.append(
                Amount(
                    found.auc,
                    found.auc_low,
                    found.auc_high,
                    found.top1,
                    found.n_users,
                    found.n_conversations,
                    what,
                    least,
                    most,
                )
            )
    return tuple(out)


def _parts(values: Ints) -> list[Ints]:
    """Row numbers of each part that has any, from little to much."""
    cuts = np.quantile(values, np.arange(1, PARTS) / PARTS)
    part = np.searchsorted(cuts, values, side="left")
    return [np.flatnonzero(part == p) for p in range(PARTS) if (part == p).any()]
