from __future__ import annotations

import pytest

from persona_extract.records.catalogue import Change, LabelAccuracy, Left
from persona_extract.records.results import SpentResult
from persona_extract.report.found import (
    accuracy_sentence,
    changes_by_kind,
    chosen_sentence,
    firmness,
    in_no_archetype,
    k_users_sentence,
    k_users_warning,
    left_sentence,
    planted_sentence,
    strongest_first,
    tallied,
    unlisted_sentence,
    variance_sentence,
)
from persona_extract.report.spending import money, spent_sentence, total
from persona_extract.report.words import percent
from tests.unit.report.sample import empty_results, sample_results


@pytest.mark.parametrize(
    ("stability", "word"),
    [
        (0.75, "stable"),
        (0.7499, "doubtful"),
        (0.6, "doubtful"),
        (0.5999, "weak"),
        (None, "not measured"),
    ],
)
def test_stability_has_a_word(stability: float | None, word: str) -> None:
    assert firmness(stability) == word


def test_what_is_held_back_is_said_with_its_reason() -> None:
    few = Left(kind="trait", reason="too few users", n_clusters=1, n_members=4)
    assert (
        left_sentence(few, 10) == "1 trait with 4 statements in all: shown by fewer than 10 users."
    )
    lost = Left(kind="archetype", reason="unstable, dropped", n_clusters=2, n_members=1)
    assert left_sentence(lost, 10).startswith("2 archetypes with 1 user in all: not found again")


def test_a_low_limit_of_users_is_warned_of() -> None:
    assert k_users_warning(10) == ""
    assert "very few people" in k_users_warning(9)
    assert "fewer than 3 users" in k_users_sentence(3)
    assert "the limit is one" in k_users_sentence(1)


def test_changes_are_told_by_kind_with_the_labels_of_now() -> None:
    results = sample_results(30)
    trait = results.traits[0]
    changes = [
        Change(kind="trait", what="new", before=[], after=[trait.id]),
        Change(kind="trait", what="split", before=["t_0000beef"], after=[trait.id, "t_0000cafe"]),
        Change(kind="move", what="vanished", before=["m_0000dead"], after=[]),
    ]
    found = changes_by_kind(results.model_copy(update={"changes": changes}))
    assert [(one.kind, one.what, one.lines) for one in found] == [
        ("moves", "vanished", ["an earlier move (m_0000dead)"]),
        ("traits", "new", [f"{trait.label.name} ({trait.id})"]),
        (
            "traits",
            "split",
            [
                f"an earlier trait (t_0000beef) → {trait.label.name} ({trait.id}), "
                "an earlier trait (t_0000cafe)"
            ],
        ),
    ]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.3, 0.5, "above guessing"), (0.1, 0.24, "below guessing"), (0.2, 0.3, "includes guessing")],
)
def test_labels_are_held_against_guessing(low: float, high: float, said: str) -> None:
    found = LabelAccuracy(
        kind="move", judge="lsa", n=40, choices=4, accuracy=0.4, low=low, high=high
    )
    sentence = accuracy_sentence(found)
    assert said in sentence
    assert "guessing gives 25%" in sentence
    assert "lsa picked" in sentence


def test_an_unknown_price_is_said_to_be_unknown() -> None:
    known = _spent("read", 100, 1.5)
    unknown = _spent("label", 7, None)
    assert "cost $1.50." in spent_sentence([known])
    assert "unknown" not in spent_sentence([known])
    both = spent_sentence([known, unknown])
    assert "$1.50" in both and "7 further calls is unknown" in both
    assert "$" not in spent_sentence([unknown]) and "unknown" in spent_sentence([unknown])
    assert total([known, unknown]).prompt_tokens == 1070
    assert [money(cost) for cost in (None, 0, 0.00001, 0.0123, 12.345)] == [
        "unknown",
        "$0.00",
        "<$0.0001",
        "$0.0123",
        "$12.35",
    ]


def test_variance_and_planted_habits_are_said_in_numbers() -> None:
    assert "34% of the variance between users (21% across, 13% upwards)" in variance_sentence(
        [0.21, 0.13]
    )
    assert variance_sentence([]) == ""
    planted = sample_results(12).planted
    assert planted is not None
    assert planted_sentence(planted) == (
        "Planted habits found: precision 0.95 (53 of 56 told), recall 0.88 (53 of 60 that a "
        "profile may tell; 71 planted)."
    )
    untold = planted.model_copy(update={"n_told": 0, "n_found": 0, "precision": None})
    assert "precision not measured" in planted_sentence(untold)
    assert tallied(planted.missed) == ["title case turn, high: 5 users", "turn words, low: 2 users"]


def test_users_without_archetype_and_strongest_marks() -> None:
    results = sample_results(80)
    assert in_no_archetype(results) == sum(user.archetype is None for user in results.users) > 0
    marks = strongest_first(results.archetypes.archetypes[0].marks)
    assert [abs(mark.z) for mark in marks] == sorted((abs(m.z) for m in marks), reverse=True)


def _spent(stage: str, calls: int, cost: float | None) -> SpentResult:
    return SpentResult(
        stage=stage,
        model="fake/one",
        n_calls=calls,
        n_cached=0,
        n_failed=0,
        prompt_tokens=10 * calls,
        completion_tokens=calls,
        cost=cost,
    )


def test_follow_ups_in_no_listed_move_are_counted_with_why() -> None:
    results = sample_results(30)
    listed = sum(move.n_turns for move in results.clusters.moves)
    clusters = results.clusters.model_copy(update={"n_follow_ups": listed + 300})
    said = unlisted_sentence(results.model_copy(update={"clusters": clusters}))
    share = percent(300 / (listed + 300))
    assert said.startswith(f"{share} of the {listed + 300:,} follow-ups are in no listed move: ")
    assert "260 in groups that are not found again" in said and "40 in groups that fewer" in said
    whole = results.clusters.model_copy(update={"n_follow_ups": listed})
    assert unlisted_sentence(results.model_copy(update={"clusters": whole})).startswith("All ")
    assert unlisted_sentence(empty_results()) == ""


def test_what_became_of_the_groups_taken_is_told() -> None:
    results = sample_results(30)
    assert chosen_sentence(results) == (
        f"{results.clusters.chosen} groups were taken. After that, 1 group was put together with "
        "the nearest one, 3 groups were dropped because not found again, 1 group was not listed "
        "because too few users show it."
    )
    assert chosen_sentence(empty_results()) == ""
