"""Invented archetypes, traits and what belongs to them, for results of any size."""

from __future__ import annotations

import numpy as np

from persona_extract.records.catalogue import (
    Archetype,
    Change,
    Label,
    LabelAccuracy,
    Left,
    Mark,
    Trait,
)
from persona_extract.records.results import (
    ArchetypeResult,
    MapMark,
    PlantedResult,
    ReadResult,
    Results,
    SpentResult,
)

NAMES = [
    "brisk and lower case",
    "polite explainers",
    "loud with marks",
    "hedgers who restate what they asked",
    "pasters of long material",
    "one-word steerers",
]
LONG = "people who {} whenever an answer is longer than the question deserved"
VERBS = ["sigh", "ask for a table", "count steps", "restart", "quote themselves", "change units"]
TRAITS = [
    "asks for a shorter answer",
    "names the tone that is wanted",
    "gives an example of the result",
    "complains before asking again",
    "says which attempt was better",
    "asks for sources",
    "restates the goal after an error",
    "thanks before the next request",
]
STABILITY = [0.91, 0.78, 0.69, 0.52, None]


def with_groups(
    results: Results, n_archetypes: int = 4, n_traits: int = 8, *, long: bool = False
) -> Results:
    """The results with so many archetypes and traits, users on a map, and a ledger."""
    rng = np.random.default_rng(len(results.users) + 97 * n_archetypes)
    centres = rng.normal(0, 2.4, (n_archetypes, 2))
    which = rng.integers(0, n_archetypes + 1, len(results.users))
    traits = [_trait(i, len(results.users), long=long) for i in range(n_traits)]
    archetypes = [
        _archetype(i, int((which == i).sum()), results, traits, rng, long=long)
        for i in range(n_archetypes)
    ]
    users = []
    for user, k in zip(results.users, which, strict=True):
        inside = k < n_archetypes
        x, y = rng.normal(centres[k] if inside else 0, 0.8 if inside else 2.2, 2)
        users.append(
            user.model_copy(
                update={
                    "archetype": archetypes[k].id if inside else None,
                    "fit": round(float(rng.uniform(-0.1, 0.7)), 3),
                    "x": round(float(x), 4),
                    "y": round(float(y), 4),
                }
            )
        )
    marks = [("trait", t.id, t.label.name) for t in traits]
    marks += [("move", m.id, m.label) for m in results.clusters.moves]
    marks += [("dimension", d.name, d.name.replace("_", " ")) for d in results.dimensions]
    moves = [
        move.model_copy(update={"stability": STABILITY[i % len(STABILITY)]})
        for i, move in enumerate(results.clusters.moves)
    ]
    return results.model_copy(
        update={
            "users": users,
            "clusters": results.clusters.model_copy(update={"moves": moves}),
            "archetypes": ArchetypeResult(
                archetypes=[one for one in archetypes if one.n_users > 0],
                criterion_name="found again, above chance",
                criterion=[(k, round(4.1 - 0.2 * abs(k - n_archetypes), 4)) for k in range(2, 9)],
                chosen=n_archetypes,
                p=0.0476,
                stability=0.58,
                line="k-means on 44 dimensions of 6 users or more",
                variance=[0.214, 0.131],
                marks=[_place(*mark, rng) for mark in marks],
            ),
            "traits": traits,
            "k_users": 10 if len(users) >= 100 else 3,
            "left": _left(),
            "changes": _changes(traits, archetypes),
            "accuracy": _accuracy(),
            "reading": ReadResult(
                model="fake/reader-1",
                n_conversations=240,
                n_calls=251,
                n_failed=3,
                n_accepted=1120,
                n_ungrounded=41,
                n_refused=17,
            ),
            "spent": _spent(),
            "planted": PlantedResult(
                n_planted=71,
                n_tellable=60,
                n_found=53,
                n_told=56,
                precision=53 / 56,
                recall=53 / 60,
                missed=["title_case_turn=high"] * 5 + ["turn_words=low"] * 2,
                spurious=["comma_share=high"] * 3,
            ),
        }
    )


def without_groups(results: Results, line: str = "") -> Results:
    """The same run where nobody clustered, read or paid."""
    blank = Results.model_fields
    kept = {
        name: blank[name].get_default(call_default_factory=True)
        for name in ("traits", "k_users", "left", "changes", "accuracy", "reading", "spent")
    }
    users = [
        user.model_copy(update={"archetype": None, "fit": None, "x": None, "y": None})
        for user in results.users
    ]
    return results.model_copy(
        update={**kept, "planted": None, "users": users, "archetypes": ArchetypeResult(line=line)}
    )


def _trait(i: int, n_users: int, *, long: bool) -> Trait:
    name = TRAITS[i % len(TRAITS)] + (f", variant {i // len(TRAITS)} of several" if long else "")
    return Trait(
        id=f"t_{i:08x}",
        label=Label(
            name=name,
            directive=f"When it fits, do this: {name}.",
            condition="when the answer is too long" if i % 3 else None,
            check="Does the user do it?",
            made_by="fake/labeler-1",
        ),
        group=["multi_turn", "formality", "structure"][i % 3],
        polarity="avoids" if i % 5 == 4 else "does",
        situation="follow-up" if i % 2 else "always",
        phrases=["shorter", "too long", "in two lines"],
        n_statements=30 + 7 * i,
        n_conversations=20 + 5 * i,
        n_users=max(1, min(n_users, 10 + 3 * i)),
        share=round(1 / (2 + i), 4),
        stability=STABILITY[i % len(STABILITY)],
    )


def _archetype(
    i: int,
    n: int,
    results: Results,
    traits: list[Trait],
    rng: np.random.Generator,
    *,
    long: bool,
) -> Archetype:
    dims = rng.permutation([d.name for d in results.dimensions])[:7]
    marks = [Mark(kind="dimension", name=str(name), **_side(rng)) for name in dims]
    if traits:
        marks.append(Mark(kind="trait", name=traits[i % len(traits)].id, **_side(rng)))
    name = LONG.format(VERBS[i % len(VERBS)]) if long else NAMES[i % len(NAMES)]
    return Archetype.model_construct(  # an empty one is left out by the caller
        id=f"a_{i:08x}",
        label=Label(
            name=name,
            directive="Write little, and ask again." if i % 2 else "",
            made_by="fake/labeler-1" if i % 2 else "key phrases",
        ),
        n_users=n,
        weight=n / max(1, len(results.users)),
        stability=STABILITY[i % len(STABILITY)],
        marks=marks,
    )


def _side(rng: np.random.Generator) -> dict[str, object]:
    z = round(float(rng.normal(0, 1.5)), 2)
    return {"z": z, "side": "low" if z < 0 else "high"}


def _place(kind: str, name: str, label: str, rng: np.random.Generator) -> MapMark:
    x, y = (round(float(v), 4) for v in rng.normal(0, 1.6, 2))
    return MapMark.model_validate({"kind": kind, "name": name, "label": label, "x": x, "y": y})


def _left() -> list[Left]:
    return [
        Left(kind="trait", reason="too few users", n_clusters=3, n_members=41),
        Left(kind="move", reason="unstable, merged", n_clusters=1, n_members=22),
        Left(kind="move", reason="unstable, dropped", n_clusters=3, n_members=260),
        Left(kind="move", reason="too few users", n_clusters=1, n_members=40),
        Left(kind="archetype", reason="unstable, dropped", n_clusters=2, n_members=9),
    ]


def _changes(traits: list[Trait], archetypes: list[Archetype]) -> list[Change]:
    kept = [
        Change(kind="trait", what="kept", before=[trait.id], after=[trait.id])
        for trait in traits[2:]
    ]
    if len(traits) < 2 or not archetypes:
        return kept
    first, second = traits[0].id, traits[1].id
    return [
        *kept,
        Change(kind="trait", what="split", before=["t_0000beef"], after=[first, second]),
        Change(kind="trait", what="vanished", before=["t_0000dead"], after=[]),
        Change(kind="archetype", what="new", before=[], after=[archetypes[0].id]),
        Change(
            kind="archetype",
            what="merged",
            before=["a_0000beef", archetypes[-1].id],
            after=[archetypes[-1].id],
        ),
    ]


def _accuracy() -> list[LabelAccuracy]:
    return [
        LabelAccuracy(
            kind="move",
            judge="lsa(64)",
            n=120,
            choices=9,
            accuracy=0.61,
            low=0.52,
            high=0.69,
        ),
        LabelAccuracy(
            kind="trait",
            judge="fake/labeler-1",
            n=80,
            choices=8,
            accuracy=0.19,
            low=0.1,
            high=0.29,
        ),
    ]


def _spent() -> list[SpentResult]:
    def row(stage: str, model: str, calls: int, cost: float | None) -> SpentResult:
        return SpentResult(
            stage=stage,
            model=model,
            n_calls=calls,
            n_cached=calls // 3,
            n_failed=calls // 80,
            prompt_tokens=calls * 812,
            completion_tokens=calls * 96,
            cost=cost,
        )

    return [row("read", "fake/reader-1", 251, 0.4132), row("label", "fake/labeler-1", 17, None)]
