"""label: clusters -> the trait catalogue that names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import polars as pl

from persona_extract.pipeline.archetypes import kinds_of_users
from persona_extract.pipeline.cluster import clustering
from persona_extract.pipeline.found import stated, users_read
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.labelling import Pool, name_archetypes, name_pool, pool, try_labels
from persona_extract.pipeline.models import cost_in
from persona_extract.pipeline.remember import read_changes
from persona_extract.pipeline.steps import Steps
from persona_extract.records.calls import Call
from persona_extract.records.catalogue import Catalogue, Label
from persona_extract.records.settings import Settings
from persona_extract.store.atomic import read_table, write_json
from persona_extract.store.workspace import Counts
from persona_extract.traits.accuracy import CHOICES, MOST, Question
from persona_extract.traits.cluster import MEMBERS
from persona_extract.traits.form import has_words
from persona_extract.traits.label import describe
from persona_extract.traits.named import Names
from persona_extract.traits.naming import (
    KINDS,
    SHOWN,
    SHOWN_CHARS,
    Cluster,
    Kind,
    LabelAnswer,
    label_call,
    label_prompt,
)
from persona_extract.traits.picking import PickAnswer, pick_call, pick_prompt
from persona_extract.traits.stated import describe_traits

_ROUNDS = 3  # a name, a corrected one, one that tells two apart
_FORM = "could you please make … more … ?"
_SENTENCE = "The user asks for another version whenever the first answer is too long. "


def label(job: Job, steps: Steps) -> Counts:
    """Names the clusters: by the labeler if there is one, else by key phrases."""
    return steps.once("label", label_all, job)


def label_settings(job: Job) -> object:
    """What the names depend on."""
    labeler = job.settings.models.outcome("labeler")
    return labeler, label_prompts(job.settings), job.settings.seed


def label_prompts(settings: Settings) -> list[str]:
    """Ids of the prompts that the stage asks with; none without a labeler."""
    return [label_prompt().id, pick_prompt().id] if settings.models.labeler.model else []


def label_all(job: Job) -> Counts:
    """Writes the catalogue.

    Raises:
        ModelUnavailable, ModelRefused, BudgetSpent: as the labeler's door says.
    """
    said, kinds = clustering(job), kinds_of_users(job)
    turns = read_table(job.folder("cluster") / "members.parquet", MEMBERS)
    sentences = stated(job)
    followed = _pool(job, "move", turns.filter(has_words("form")), "form")
    seen = _pool(job, "trait", sentences, "text")
    moves, move_names = name_pool(
        describe(turns, _made_from(turns, followed), said.stabilities, said.n_follow_ups),
        followed,
    )
    traits, trait_names = name_pool(
        describe_traits(
            sentences,
            _made_from(sentences, seen),
            n_users=users_read(job),
            stability=said.stabilities,
        ),
        seen,
    )
    words = {one.id: one.label.name for one in (*moves, *traits)}
    archetypes, kind_names = name_archetypes(job, kinds.archetypes, words)
    accuracy = (try_labels(moves, followed), try_labels(traits, seen))
    made = Catalogue(
        moves=moves,
        traits=traits,
        archetypes=archetypes,
        k_users=said.k_users,
        left=[*said.left, *kinds.left],
        changes=read_changes(job),
        accuracy=[one for one in accuracy if one is not None],
    )
    write_json(job.folder("label") / "catalogue.json", made.model_dump(mode="json"))
    return _counts(job, made, (move_names, trait_names, kind_names))


def catalogue(job: Job) -> Catalogue:
    """The catalogue of a labelled run."""
    return Catalogue.model_validate_json((job.folder("label") / "catalogue.json").read_bytes())


def label_calls_at_most(job: Job) -> Iterator[Call[LabelAnswer] | Call[PickAnswer]]:
    """Calls like those that the labeler would be asked, at the most: for a forecast.

    Clusters are counted as `max_clusters`, `max_traits` and `max_archetypes`, each asked about
    three times, and the test of labels asks all it may. Without a reader there are no traits.
    Nothing if there is no labeler.
    """
    models, most = job.settings.models, job.settings.cluster
    if not models.labeler.model:
        return
    clusters: dict[Kind, int] = {"move": most.max_clusters, "archetype": most.max_archetypes}
    if models.reader.model:
        clusters["trait"] = most.max_traits
    for kind in KINDS:
        one = _full(kind)
        refused = (one.label.model_dump_json(), "it holds a figure")
        question = Question("", one.shown[0], (one.id,) * CHOICES, 0)
        for _ in range(clusters.get(kind, 0)):
            yield label_call(one, one)
            for _ in range(_ROUNDS - 1):
                yield label_call(one, one, refused=refused, taken=one.label.name)
        for _ in range(MOST if kind in clusters and kind != "archetype" else 0):
            yield pick_call(question, kind, {one.id: one.label})


def _full(kind: Kind) -> Cluster:
    """A cluster that shows as much as one can."""
    sentence = _FORM if kind == "move" else (_SENTENCE * SHOWN_CHARS)[:SHOWN_CHARS]
    label = Label(
        name="asks for a version that is shorter",
        directive=_SENTENCE + _SENTENCE,
        condition="when the first answer is too long",
        check=_SENTENCE,
    )
    return Cluster(kind, kind, (sentence,) * SHOWN, None, label)


def _pool(job: Job, kind: Literal["move", "trait"], rows: pl.DataFrame, text: str) -> Pool:
    said = clustering(job)
    members = rows.filter(pl.col(kind).is_not_null()).select(
        "user_key", "distance", cluster=kind, text=text
    )
    return pool(
        job,
        kind,
        members,
        told={one: other for one, other in said.nearest.items() if other is not None},
        k_users=said.k_users,
    )


def _made_from(rows: pl.DataFrame, members: Pool) -> pl.DataFrame:
    return rows.filter(~pl.col("user_key").is_in(members.held_out.to_list()))


def _counts(job: Job, made: Catalogue, names: Iterable[Names]) -> Counts:
    counts = {
        "moves": len(made.moves),
        "traits": len(made.traits),
        "archetypes": len(made.archetypes),
    }
    if not job.settings.models.labeler.model:
        return counts
    asked = Counter[str]()
    for one in names:
        asked["labels: answers refused"] += one.refused
        asked["labels: calls failed"] += one.failed
    labels = [one.label for one in (*made.moves, *made.traits, *made.archetypes)]
    asked["labels: by the model"] = sum(label.made_by != "key phrases" for label in labels)
    return counts | dict(sorted(asked.items())) | cost_in(job, "label")
