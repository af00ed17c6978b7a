"""Clusters of one kind: their members, who is held out, their names, and the test of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal, TypeVar

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.encoders import open_encoder
from persona_extract.encoders.protocol import Encoder
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.models import ask
from persona_extract.records.catalogue import Archetype, LabelAccuracy, Mark, Move, Trait
from persona_extract.store.embeddings import Kept
from persona_extract.traits.accuracy import label_accuracy, pick_by_similarity, pose_questions
from persona_extract.traits.named import Names, name_clusters
from persona_extract.traits.naming import SHOWN, Cluster
from persona_extract.traits.neighbours import nearest_archetypes, nearest_clusters
from persona_extract.traits.picking import pick_call, points
from persona_extract.traits.public import PUBLIC_USERS, shared_words
from persona_extract.traits.split import held_out_users

Found = TypeVar("Found", Move, Trait, Archetype)


@dataclass(frozen=True)
class Pool:
    """Members of the clusters of one kind.

    Attributes:
        job: the run.
        kind: of the clusters.
        members: user_key, cluster, text (scrubbed, with words in it), distance.
        held_out: keys of users whose members no label is made from.
        told: cluster -> nearest other one, as far as the clustering said.
        k_users: so many users make a word common property.
    """

    job: Job
    kind: Literal["move", "trait"]
    members: pl.DataFrame
    held_out: pl.Series
    told: Mapping[str, str]
    k_users: int

    @cached_property
    def made_from(self) -> pl.DataFrame:
        """Members that labels are made from."""
        return self.members.filter(~pl.col("user_key").is_in(self.held_out.to_list()))

    @cached_property
    def tested_on(self) -> pl.DataFrame:
        """The others."""
        return self.members.filter(pl.col("user_key").is_in(self.held_out.to_list()))

    @cached_property
    def nearest(self) -> Mapping[str, str]:
        """Cluster -> nearest other one, of those that labels are made for."""
        known = set(self.made_from["cluster"])
        told = {one: other for one, other in self.told.items() if {one, other} <= known}
        if told.keys() >= known or len(known) < 2:
            return told
        reckoned = nearest_clusters(self.made_from, self.encoder, seed=self.job.settings.seed)
        return reckoned | told

    @cached_property
    def encoder(self) -> Encoder:
        """The one that clustered."""
        chosen = open_encoder(self.job.settings.cluster.encoder)
        return Kept(chosen.encoder, self.job.vectors) if chosen.per_text else chosen.encoder


def pool(
    job: Job,
    kind: Literal["move", "trait"],
    members: pl.DataFrame,
    *,
    told: Mapping[str, str],
    k_users: int,
) -> Pool:
    """The pool of a kind; a fifth of its users is held out where there are enough of them."""
    held_out = held_out_users(members["user_key"], seed=job.settings.seed)
    return Pool(job, kind, members, held_out, told, max(k_users, PUBLIC_USERS))


def name_pool(found: Sequence[Found], members: Pool) -> tuple[list[Found], Names]:
    """Moves or traits under the labeler's names; as they are where there is no labeler."""
    if not _model(members.job):
        return list(found), Names({}, 0, 0)
    shown = _near_centre(members.made_from)
    clusters = [
        Cluster(one.id, members.kind, shown.get(one.id, ()), members.nearest.get(one.id), one.label)
        for one in found
    ]
    return _named(members.job, found, clusters, shared_words(members.made_from, k=members.k_users))


def name_archetypes(
    job: Job, found: Sequence[Archetype], words: Mapping[str, str]
) -> tuple[list[Archetype], Names]:
    """Archetypes under the labeler's names. `words`: names of moves and traits by id."""
    if not _model(job):
        return list(found), Names({}, 0, 0)
    near = nearest_archetypes(found)
    clusters = [
        Cluster(
            one.id,
            "archetype",
            tuple(_in_words(mark, words) for mark in one.marks),
            near.get(one.id),
            one.label,
        )
        for one in found
    ]
    return _named(job, found, clusters, ())


def try_labels(found: Sequence[Move] | Sequence[Trait], members: Pool) -> LabelAccuracy | None:
    """How often the labels are picked for members of held-out users; None if nobody is."""
    seed = members.job.settings.seed
    known = [one.id for one in found]
    asked = members.tested_on.filter(pl.col("cluster").is_in(known))
    questions = pose_questions(asked, members.nearest, seed=seed)
    if not questions:
        return None
    if model := _model(members.job):
        labels = {one.id: one.label for one in found}
        calls = [pick_call(question, members.kind, labels) for question in questions]
        scored = points(questions, ask(members.job, "labeler", calls))
        return label_accuracy(members.kind, model, questions, scored, seed=seed)
    texts = {one.id: " ".join([one.label.name, *one.phrases]) for one in found}
    beside = members.members["text"].unique().sort().to_list()
    similar = pick_by_similarity(questions, texts, members.encoder, beside=beside, seed=seed)
    return label_accuracy(members.kind, members.encoder.name, questions, similar, seed=seed)


def _named(
    job: Job, found: Sequence[Found], clusters: Sequence[Cluster], shared: Sequence[str]
) -> tuple[list[Found], Names]:
    names = name_clusters(clusters, partial(ask, job, "labeler"), frozenset(shared))
    return [one.model_copy(update={"label": names.labels[one.id]}) for one in found], names


def _near_centre(members: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    nearest = members.group_by("cluster", "text").agg(pl.col("distance").min())
    shown = nearest.sort("cluster", "distance", "text").group_by("cluster", maintain_order=True)
    return {
        str(cluster): tuple(texts)
        for cluster, texts in shown.agg(pl.col("text").head(SHOWN)).iter_rows()
    }


def _in_words(mark: Mark, words: Mapping[str, str]) -> str:
    amount = "more than others" if mark.side == "high" else "less than others"
    said = find_dimension(mark.name).definition if mark.kind == "dimension" else words[mark.name]
    return f"{amount}: {said}"


def _model(job: Job) -> str | None:
    return job.settings.models.labeler.model
