"""Which other cluster is nearest, where the clustering did not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from persona_extract.encoders.protocol import Encoder
from persona_extract.records.catalogue import Archetype

_DECIMALS = 5


def nearest_clusters(members: pl.DataFrame, encoder: Encoder, *, seed: int) -> dict[str, str]:
    """Each cluster's nearest other one by the cosine of their mean vectors.

    Args:
        members: cluster, text; of the clusters to compare.
        encoder: of the texts.
        seed: of the encoder.
    """
    apart = members.select("cluster", "text").unique().sort("cluster", "text")
    texts = apart["text"].unique().sort().to_list()
    if not texts:
        return {}
    vectors = encoder.encode(texts, seed=seed).astype(np.float64)
    at = {text: row for row, text in enumerate(texts)}
    means = {
        str(cluster): vectors[[at[text] for text in found]].mean(axis=0).tolist()
        for cluster, found in apart.group_by("cluster", maintain_order=True).agg("text").iter_rows()
    }
    return _nearest(means)


def nearest_archetypes(archetypes: Sequence[Archetype]) -> dict[str, str]:
    """Each archetype's nearest other one by the cosine of their marks."""
    axes = sorted({mark.name for one in archetypes for mark in one.marks})
    marked = {one.id: {mark.name: mark.z for mark in one.marks} for one in archetypes}
    return _nearest({key: [marks.get(axis, 0.0) for axis in axes] for key, marks in marked.items()})


def _nearest(points: Mapping[str, Sequence[float]]) -> dict[str, str]:
    keys = sorted(points)
    if len(keys) < 2:
        return {}
    rows = np.array([points[key] for key in keys], dtype=np.float64)
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, sizes, out=np.zeros_like(rows), where=sizes > 0)
    similar = np.round(unit @ unit.T, _DECIMALS)
    np.fill_diagonal(similar, -np.inf)
    return {key: keys[int(found)] for key, found in zip(keys, similar.argmax(axis=1), strict=True)}
