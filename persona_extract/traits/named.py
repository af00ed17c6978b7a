"""Clusters under the names that a model gives them: asked, checked, corrected, told apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.catalogue import Label
from persona_extract.text import fold_space
from persona_extract.traits.label import numbered
from persona_extract.traits.naming import Cluster, LabelAnswer, label_call
from persona_extract.traits.public import why_not_public

Ask = Callable[[Sequence[Call[LabelAnswer]]], Sequence[Answered[LabelAnswer] | Failed]]


@dataclass(frozen=True, slots=True)
class Names:
    """Labels by id, and what became of the answers.

    Attributes:
        labels: of every cluster; `made_by` says whether key phrases stayed.
        refused: answers that broke the rule of public wording, corrected ones included.
        failed: calls without a usable answer.
    """

    labels: Mapping[str, Label]
    refused: int
    failed: int


def name_clusters(clusters: Sequence[Cluster], ask: Ask, shared: Collection[str]) -> Names:
    """Labels of clusters of one kind, all names different.

    An answer that may not be published is asked for once more with the reason. Two clusters of one
    name: the later one is asked once more with both shown; then a number tells them apart. Clusters
    without texts to show keep their key phrases and are not asked about.

    Args:
        clusters: those that are published, in their order.
        ask: gives an answer or a failure for each call.
        shared: words that enough users wrote.
    """
    by_id = {cluster.id: cluster for cluster in clusters}
    near = {one.id: by_id.get(one.near) if one.near else None for one in clusters}
    asked = [cluster for cluster in clusters if cluster.shown]
    first = _round(asked, near, ask, shared, {}, {})
    again = [by_id[one] for one in first.reasons]
    second = _round(again, near, ask, shared, first.reasons, {})
    labels = {one.id: one.label for one in clusters} | first.labels | second.labels
    twice = _twice(clusters, labels)
    third = _round(
        [by_id[one] for one in twice],
        {one: by_id[other] for one, other in twice.items()},
        ask,
        shared,
        {},
        {one: labels[other].name for one, other in twice.items()},
    )
    for one, label in third.labels.items():
        if label.name.casefold() not in {other.name.casefold() for other in labels.values()}:
            labels[one] = label
    rounds = (first, second, third)
    return Names(
        labels=_apart(clusters, labels),
        refused=sum(len(one.reasons) for one in rounds),
        failed=sum(one.failed for one in rounds),
    )


_NOTHING = ("", "")


@dataclass(frozen=True, slots=True)
class _Round:
    labels: dict[str, Label]
    reasons: dict[str, tuple[str, str]]  # id -> answer, why it was refused
    failed: int


def _round(
    clusters: Sequence[Cluster],
    others: Mapping[str, Cluster | None],
    ask: Ask,
    shared: Collection[str],
    refused: Mapping[str, tuple[str, str]],
    taken: Mapping[str, str],
) -> _Round:
    """One call for each cluster. `others`: id -> the cluster to tell it from; `taken`: id -> the
    name that both were given."""
    calls = [
        label_call(
            one,
            others[one.id],
            refused=refused.get(one.id, _NOTHING),
            taken=taken.get(one.id, ""),
        )
        for one in clusters
    ]
    labels: dict[str, Label] = {}
    reasons: dict[str, tuple[str, str]] = {}
    failed = 0
    for one, answer in zip(clusters, ask(calls) if calls else [], strict=True):
        if isinstance(answer, Failed):
            failed += 1
        elif reason := _refused(_label(answer), one, others[one.id], shared):
            reasons[one.id] = (answer.value.model_dump_json(), reason)
        else:
            labels[one.id] = _label(answer)
    return _Round(labels, reasons, failed)


def _refused(
    label: Label, one: Cluster, other: Cluster | None, shared: Collection[str]
) -> str | None:
    # marks of archetypes are our own words, texts of members are not
    shown = () if one.kind == "archetype" else (*one.shown, *(other.shown if other else ()))
    told = [label.name, label.directive, label.condition or "", label.check]
    return why_not_public(told, shown, shared)


def _label(answer: Answered[LabelAnswer]) -> Label:
    said = answer.value
    return Label(
        name=fold_space(said.name).rstrip("."),
        directive=fold_space(said.directive),
        condition=fold_space(said.condition or "") or None,
        check=fold_space(said.check),
        made_by=answer.model,
    )


def _twice(clusters: Sequence[Cluster], labels: Mapping[str, Label]) -> dict[str, str]:
    """Clusters whose name one before them has -> that one. Key phrases are left as they are."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for cluster in clusters:
        other = first.setdefault(labels[cluster.id].name.casefold(), cluster.id)
        if other != cluster.id and labels[cluster.id] is not cluster.label:
            found[cluster.id] = other
    return found


def _apart(clusters: Sequence[Cluster], labels: Mapping[str, Label]) -> dict[str, Label]:
    names = numbered([labels[cluster.id].name for cluster in clusters])
    return {
        cluster.id: labels[cluster.id].model_copy(update={"name": name})
        for cluster, name in zip(clusters, names, strict=True)
    }
