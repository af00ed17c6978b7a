"""Rates, transitions, reactions, policy, examples, population: numbers that must add up."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.packs.examples import example_doubts
from persona_extract.packs.findings import Doubt
from persona_extract.packs.rates import rate_doubts, source_doubts
from persona_extract.packs.read import read_pack
from persona_extract.records.profile import Example, MoveRate, Profile, Transition
from tests.unit.packs.test_pack_catalogue import loaded, mend, read_of_all
from tests.unit.packs.test_pack_catalogue import pack as pack
from tests.unit.packs.test_packs import problems

Json = dict[str, Any]
GO, WHY = "m_aaaaaaaa", "m_bbbbbbbb"


def step(before: str | None, after: str, n: int, of: int) -> Transition:
    return Transition(before=before, after=after, rate=round(n / of, 6), n=n)


def moving(**changes: object) -> Profile:
    moves = [
        MoveRate(move=GO, label="go on", rate=0.666667, n=2),
        MoveRate(move=WHY, label="why", rate=0.333333, n=1),
    ]
    steps = [step(None, GO, 1, 1), step(GO, GO, 1, 2), step(GO, WHY, 1, 2)]
    return read_of_all()[0].model_copy(update={"moves": moves, "transitions": steps, **changes})


def said(profile: Profile) -> str:
    return "\n".join(doubt.problem for doubt in rate_doubts(profile))


def test_what_is_counted_adds_up() -> None:
    assert said(moving()) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"moves": [MoveRate(move=GO, label="x", rate=0.5, n=1)]}, "rates of moves sum to 0.5"),
        (
            {
                "moves": [
                    MoveRate(move=GO, label="x", rate=0.5, n=2),
                    MoveRate(move=WHY, label="y", rate=0.5, n=1),
                ]
            },
            "rates of moves are not the shares of their counts",
        ),
        ({"transitions": [step(GO, WHY, 1, 2)]}, f"rates of transitions after {GO} sum to 0.5"),
        ({"transitions": [step(None, GO, 1, 2)]}, "rates of transitions after the opening sum"),
        ({"transitions": [step(None, "m_cccccccc", 1, 1)]}, "does not make that move"),
        ({"transitions": [step("m_cccccccc", GO, 1, 1)]}, "does not make that move"),
        ({"transitions": [step(None, GO, 1, 2)] * 2}, "one stands twice"),
    ],
)
def test_what_does_not_add_up_is_said(changes: dict[str, object], why: str) -> None:
    assert why in said(moving(**changes))


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60))
def test_rounded_shares_of_any_counts_pass(counts: list[int]) -> None:
    total = sum(counts)
    moves = [
        MoveRate(move=f"m_{i:08x}", label="x", rate=round(n / total, 6), n=n)
        for i, n in enumerate(counts)
    ]
    assert said(moving(moves=moves, transitions=[])) == ""


@cache
def example(text: str, **changes: object) -> Example:
    one = read_of_all()[0]
    fields = {
        "dimension": one.readings[0].dimension,
        "text": text,
        "conversation": one.source.conversations[0],
        "turn": 0,
    }
    return Example.model_validate({**fields, **changes})


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("could you please make … shorter", True),
        ("… i think so … why not", True),
        ("could you please make it … shorter", False),
        ("could, you: please - make it", False),
        ("i'm not sure about …", True),
    ],
)
def test_an_example_has_four_words_in_a_row_at_most(text: str, good: bool) -> None:
    found = list(example_doubts(moving(examples=[example(text)]), None))
    assert (found == []) == good


def test_an_example_is_of_the_user_and_of_a_reading() -> None:
    wrong = example("x", conversation="f" * 16, dimension="nothing")
    found = list(example_doubts(moving(examples=[wrong]), None))
    assert [doubt.check for doubt in found] == ["examples", "examples"]


LIES: dict[str, Callable[[Json, list[Json]], object]] = {
    "patience_turns are fewer": lambda m, p: p[0]["policy"].update(
        patience_turns=1, conversation_turns=2
    ),
    "rates of reactions after question sum to 0.5": lambda m, p: reacts(p, {"answers": 0.5}),
    "it is measured, so it must hold readings and a policy": lambda m, p: p[0].update(policy=None),
    "it has examples, and the manifest says": lambda m, p: p[0].update(
        examples=[example("why").model_dump()]
    ),
    "it has fewer turns than conversations": lambda m, p: p[0]["source"].update(n_turns=1),
    "out of more turns than there are": lambda m, p: p[0]["readings"][0].update(n=9999),
    "a conversation stands twice": lambda m, p: p[0]["source"]["conversations"].append(
        p[0]["source"]["conversations"][0]
    ),
    "it is imported, so it may hold nothing": lambda m, p: m.update(imported=True),
    "it is imported, so its directives may claim": lambda m, p: m.update(imported=True),
    "q50 says 99": lambda m, p: quantiles(m).update(q50=99.0),
    "sd says 99": lambda m, p: quantiles(m).update(sd=99.0),
    "n_users says 3, the profiles": lambda m, p: quantiles(m).update(n_users=3),
    "population: no profile has nothing_at_all": lambda m, p: m["population"].update(
        nothing_at_all=quantiles(m)
    ),
    "population: the manifest has no": lambda m, p: m["population"].popitem(),
    "its window is not made of days": lambda m, p: p[0]["source"]["window"].update(first="today"),
    "revisions says": lambda m, p: m.update(revisions=["another"]),
}


def quantiles(manifest: Json) -> Json:
    return manifest["population"]["turn_words"]


def reacts(profiles: list[Json], rates: Json) -> None:
    reaction = {"after": "question", "n": 1, "words": 3, "rates": rates}
    profiles[0]["policy"]["reactions"] = [reaction]


@pytest.mark.parametrize("problem", LIES)
def test_numbers_that_do_not_hold_are_found(problem: str, pack: Path) -> None:
    manifest, profiles = loaded(pack)
    LIES[problem](manifest, profiles)
    mend(pack, manifest, profiles)
    assert problem in problems(pack)


def test_a_value_that_overflows_is_no_way_around(pack: Path) -> None:
    manifest, profiles = loaded(pack)
    for profile in profiles:
        for reading in profile["readings"]:
            reading["value"] = 1e308 if reading["dimension"] == "turn_words" else reading["value"]
    mend(pack, manifest, profiles)
    assert "population, turn_words: " in problems(pack)


def test_an_imported_pack_is_valid_without_readings(pack: Path) -> None:
    """Directives of somebody else: no readings, no policy, no support, and marked so."""
    manifest, profiles = loaded(pack)
    for profile in profiles:
        profile.update(readings=[], traits=[], moves=[], transitions=[], archetype=None)
        profile.update(policy=None, background=[], examples=[])
        profile["directives"] = [{"kind": "imported", "text": "Ask one thing at a time."}]
        profile["source"].update(conversations=[], n_turns=0)
    manifest.update(imported=True, moves=[], traits=[], archetypes=[], population={})
    manifest.update(n_conversations=0, n_turns=0, n_directives=len(profiles))
    mend(pack, manifest, profiles)
    assert problems(pack) == ""
    assert read_pack(pack).manifest.imported
    manifest["imported"] = False
    mend(pack, manifest, profiles)
    assert "the manifest does not say that anything was imported" in problems(pack)


def test_doubts_of_sources_name_their_check() -> None:
    one = moving()
    doubled = one.source.model_copy(update={"conversations": one.source.conversations * 2})
    found = list(source_doubts(one.model_copy(update={"source": doubled})))
    assert Doubt("claims", "a conversation stands twice") in found
