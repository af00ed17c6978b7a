"""Do labels say what is in their clusters? A second pass must pick the right one.

A member that no label was made from is shown with a few labels: its own, that of the nearest other
cluster and random others. This is the "intruder" test of Chang et al., "Reading tea leaves", 2009,
turned round: they hide a word among a topic's words, here a label hides among labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from persona_extract.encoders.protocol import Encoder
from persona_extract.records.catalogue import LabelAccuracy
from persona_extract.text import content_hash

CHOICES = 4
MOST = 200
"""Members asked about, over all clusters."""

_DRAWS = 2000
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """A member and the clusters whose labels are offered; one of them is its own.

    Attributes:
        user_key: who wrote it.
        text: scrubbed text of the member.
        options: ids of clusters, in the order in which their labels are shown.
        right: place of its own cluster among them.
    """

    user_key: str
    text: str
    options: tuple[str, ...]
    right: int


def pose_questions(
    members: pl.DataFrame, nearest: Mapping[str, str], *, seed: int, most: int = MOST
) -> list[Question]:
    """Questions about members of clusters, the clusters taken evenly.

    Args:
        members: user_key, cluster, text; held-out members only, of the clusters that have labels.
        nearest: cluster -> the nearest other cluster; one that is missing is replaced at random.
        seed: of the members drawn, the random options and their order.
        most: questions at the most.

    Returns:
        At most `most` questions with `CHOICES` options, or as many as there are clusters; none if
        there is but one cluster.
    """
    clusters = sorted({*members["cluster"].to_list(), *nearest, *nearest.values()})
    if len(clusters) < 2 or members.is_empty():
        return []
    drawn = _drawn(members, max(1, most // members["cluster"].n_unique()), seed).head(most)
    return [
        _question(user, own, text, clusters, nearest.get(own), seed)
        for user, own, text in drawn.select("user_key", "cluster", "text").iter_rows()
    ]


def pick_by_similarity(
    questions: Sequence[Question],
    labels: Mapping[str, str],
    encoder: Encoder,
    *,
    beside: Sequence[str] = (),
    seed: int,
) -> list[float]:
    """Of each question, 1 if its own label is the most similar to the member, 0 if not; equally
    similar labels share the point.

    Args:
        questions: what `pose_questions` gives.
        labels: cluster -> text of its label.
        encoder: similarity is the cosine of its vectors.
        beside: other texts that the encoder is to see, for one that learns from what it is given.
        seed: of the encoder.
    """
    if not questions:
        return []
    offered = sorted({option for question in questions for option in question.options})
    texts = sorted({*(q.text for q in questions), *(labels[o] for o in offered), *beside})
    vectors = encoder.encode(texts, seed=seed).astype(np.float64)
    at = {text: row for row, text in enumerate(texts)}
    return [
        _point(
            [
                round(float(vectors[at[q.text]] @ vectors[at[labels[option]]]), 5)
                for option in q.options
            ],
            q.right,
        )
        for q in questions
    ]


def label_accuracy(
    kind: Literal["move", "trait"],
    judge: str,
    questions: Sequence[Question],
    points: Sequence[float | None],
    *,
    seed: int,
) -> LabelAccuracy | None:
    """Share of right picks with a 95 % percentile interval, users resampled.

    Args:
        kind: what the members are.
        judge: who picked.
        questions: what was asked.
        points: 0 to 1 for each; None where there was no usable answer: not asked is not wrong.
        seed: of the resampling.

    Returns:
        None if nothing was answered.
    """
    scored = [(q, p) for q, p in zip(questions, points, strict=True) if p is not None]
    if not scored:
        return None
    choices = max(len(q.options) for q, _ in scored)
    by_user = {user: [0.0, 0] for user in sorted({q.user_key for q, _ in scored})}
    for question, point in scored:
        by_user[question.user_key][0] += point
        by_user[question.user_key][1] += 1
    sums = np.array(list(by_user.values()), dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(_DRAWS, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    accuracy = sums[:, 0].sum() / sums[:, 1].sum()
    return LabelAccuracy(
        kind=kind,
        judge=judge,
        n=len(scored),
        choices=choices,
        accuracy=round(float(accuracy), _DIGITS),
        low=round(float(low), _DIGITS),
        high=round(float(high), _DIGITS),
    )


def _drawn(members: pl.DataFrame, each: int, seed: int) -> pl.DataFrame:
    """At most `each` members of a cluster, different texts of a user first come by hash."""
    apart = members.select("user_key", "cluster", "text").unique()
    stamps = [
        content_hash("asked", str(seed), user, cluster, text)
        for user, cluster, text in apart.iter_rows()
    ]
    stamped = apart.with_columns(stamp=pl.Series(stamps, dtype=pl.String))
    return stamped.sort("cluster", "stamp").group_by("cluster", maintain_order=True).head(each)


def _question(
    user: str, own: str, text: str, clusters: Sequence[str], near: str | None, seed: int
) -> Question:
    def order(salt: str, ids: Sequence[str]) -> list[str]:
        return sorted(ids, key=lambda one: content_hash(salt, str(seed), user, text, one))

    fixed = [own] if near is None or near == own else [own, near]
    others = order("other", [one for one in clusters if one not in fixed])
    options = order("order", [*fixed, *others[: CHOICES - len(fixed)]])
    return Question(user, text, tuple(options), options.index(own))


def _point(similarities: Sequence[float], right: int) -> float:
    best = max(similarities)
    return (similarities[right] == best) / similarities.count(best)
